/// \file
/// What sources along an axis amount to at its nodes.
#pragma once

#include <algorithm>
#include <vector>

#include "greenhalo/grid/axis.h"
#include "validation/gauss_points.h"

namespace greenhalo {

/// Calls visit(x, weight) at the points of a quadrature over a range of a function that is smooth between the `edges`, which
/// are in increasing order.
template <class Visit>
void for_each_point(double from, double to, const std::vector<double>& edges, Visit visit) {
    const auto panel = [&](double end) {
        const double half = 0.5 * (end - from);
        for (std::size_t g = 0; g < gauss_points; ++g) visit(from + half * (1.0 + gauss_node[g]), half * gauss_weight[g]);
        from = end;
    };
    for (const double edge : edges) {
        if (edge > from && edge < to) panel(edge);
    }
    panel(to);
}

/// Deals an amount at x out to the nodes, amounts[node].
inline void add_point(const Axis& axis, double x, double amount, std::vector<double>& amounts) {
    const PointWeights at = axis.weights(x);
    for (std::size_t k = 0; k < static_cast<std::size_t>(at.count); ++k) {
        amounts[static_cast<std::size_t>(at.node[k])] += amount * at.value[k];
    }
}

/// The same in a plane, [node along y, node along x].
inline void add_point(const Axis& along_x, double x, const Axis& along_y, double y, double amount, std::vector<double>& amounts) {
    const PointWeights at_x = along_x.weights(x), at_y = along_y.weights(y);
    for (std::size_t j = 0; j < static_cast<std::size_t>(at_y.count); ++j) {
        for (std::size_t i = 0; i < static_cast<std::size_t>(at_x.count); ++i) {
            amounts[static_cast<std::size_t>(at_x.node[i] + along_x.nodes() * at_y.node[j])] +=
                amount * at_x.value[i] * at_y.value[j];
        }
    }
}

/// What a density amounts to in the cell of every node, [node]. A cell in which it has an edge deals its part out as point
/// sources: where in the cell the edge lies then leaves no error in the moments, and the solution's is that of a smooth
/// density.
template <class Density>
std::vector<double> amounts_at_nodes(const Axis& axis, const std::vector<double>& edges, Density density) {
    std::vector<double> amounts(static_cast<std::size_t>(axis.nodes()), 0.0);
    for (int i = 0; i < axis.nodes(); ++i) {
        const double from = axis.face(i), to = axis.face(i + 1);
        const bool is_cut = std::any_of(edges.begin(), edges.end(), [&](double edge) { return edge > from && edge < to; });
        for_each_point(from, to, edges, [&](double x, double weight) {
            const double amount = weight * density(x);
            if (is_cut) {
                add_point(axis, x, amount, amounts);
            } else {
                amounts[static_cast<std::size_t>(i)] += amount;
            }
        });
    }
    return amounts;
}

}  // namespace greenhalo
