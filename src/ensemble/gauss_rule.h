/// \file
/// Gauss-Legendre quadrature with fixed numbers of nodes: the integrands here are smooth on known scales, and
/// their derivatives carry rounding noise that would drive an adaptive rule to its limits.
#pragma once

#include <cstddef>
#include <vector>

namespace greenhalo {

/// Nodes in (-1, 1) and their weights.
struct GaussRule {
    std::vector<double> node, weight;
};

/// The rule with this many nodes, 1 to 40; it integrates polynomials of degree 2 nodes - 1.
const GaussRule& gauss_rule(std::size_t nodes);

/// Calls function(position, weight) for the nodes of a rule moved to an interval.
template <class Function>
void for_each_node(const GaussRule& rule, double from, double to, Function function) {
    const double middle = 0.5 * (from + to), half = 0.5 * (to - from);
    for (std::size_t i = 0; i < rule.node.size(); ++i) {
        function(middle + half * rule.node[i], half * rule.weight[i]);
    }
}

}  // namespace greenhalo
