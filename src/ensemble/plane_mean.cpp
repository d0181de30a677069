#include "ensemble/plane_mean.h"

#include <algorithm>
#include <cmath>

#include "ensemble/gauss_rule.h"
#include "greenhalo/base/units.h"
#include "greenhalo/ensemble/bessel.h"

namespace greenhalo {

PlaneMean plane_mean(const SourceLaw& law, double q, double radius) {
    const double reach = std::sqrt(42.0 * q);
    const double from = std::max(0.0, radius - reach), to = std::min(law.outer_radius(), radius + reach);
    PlaneMean mean;
    constexpr int panels = 4;
    for (int i = 0; i < panels && to > from; ++i) {
        const double left = from + (to - from) * i / panels, right = from + (to - from) * (i + 1) / panels;
        for_each_node(gauss_rule(30), left, right, [&](double r, double w) {
            const double x = 2.0 * r * radius / q, away = r - radius;
            const double bell = w * 2.0 * r * law.surface_density(r) / q * std::exp(-away * away / q);
            // averages over the azimuth; I0 and I1 alone would cancel for x >> 1
            const double i0 = scaled_i0(x), rest = scaled_i0_minus_i1(x);
            mean.value += bell * i0;
            mean.slope += bell * 2.0 / q * (away * i0 - r * rest);
            mean.square += bell * (away * away * i0 + 2.0 * r * radius * rest) / q;
        });
    }
    return mean;
}

namespace {

double chebyshev_node(std::size_t i, std::size_t count) {
    return std::cos(units::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(count));
}

}  // namespace

const PlaneTable::Piece& PlaneTable::piece(int interval) const {
    const auto [found, is_new] = pieces_.try_emplace(interval);
    if (is_new) {
        for (std::size_t i = 0; i < nodes; ++i) {
            const double log_q = interval + 0.5 * (1.0 + chebyshev_node(i, nodes));
            found->second[i] = plane_mean(law_, std::exp(log_q), radius_);
        }
    }
    return found->second;
}

PlaneMean PlaneTable::operator()(double q) const {
    static const auto node_weights = [] {
        std::array<std::array<double, 2>, nodes> table{};  // node and barycentric weight
        for (std::size_t i = 0; i < nodes; ++i) {
            const double angle = units::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(nodes);
            table[i] = {chebyshev_node(i, nodes), (i % 2 == 0 ? 1.0 : -1.0) * std::sin(angle)};
        }
        return table;
    }();
    const double log_q = std::log(q), interval = std::floor(log_q);
    const Piece& values = piece(static_cast<int>(interval));
    const double x = 2.0 * (log_q - interval) - 1.0;
    PlaneMean sum;
    double norm = 0.0;
    for (std::size_t i = 0; i < nodes; ++i) {
        const double distance = x - node_weights[i][0];
        if (distance == 0.0) return values[i];
        const double weight = node_weights[i][1] / distance;
        norm += weight;
        sum.value += weight * values[i].value;
        sum.slope += weight * values[i].slope;
        sum.square += weight * values[i].square;
    }
    return {sum.value / norm, sum.slope / norm, sum.square / norm};
}

}  // namespace greenhalo
