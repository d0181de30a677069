#include "ensemble/gauss_rule.h"

#include <cmath>

#include "greenhalo/base/units.h"

namespace greenhalo {

namespace {

GaussRule make_rule(std::size_t nodes) {
    GaussRule rule;
    const auto n = static_cast<double>(nodes);
    for (std::size_t i = 0; i < nodes; ++i) {
        // zeros of the Legendre polynomial by Newton's method, from the left
        double x = -std::cos(units::pi * (static_cast<double>(i) + 0.75) / (n + 0.5));
        double slope = 1.0;
        for (int step = 0; step < 8; ++step) {
            double before = 0.0, value = 1.0;
            for (std::size_t k = 1; k <= nodes; ++k) {
                const auto order = static_cast<double>(k);
                const double next = ((2.0 * order - 1.0) * x * value - (order - 1.0) * before) / order;
                before = value;
                value = next;
            }
            slope = n * (before - x * value) / (1.0 - x * x);
            x -= value / slope;
        }
        rule.node.push_back(x);
        rule.weight.push_back(2.0 / ((1.0 - x * x) * slope * slope));
    }
    return rule;
}

}  // namespace

const GaussRule& gauss_rule(std::size_t nodes) {
    static const std::vector<GaussRule> rules = [] {
        constexpr std::size_t most_nodes = 40;
        std::vector<GaussRule> all;
        for (std::size_t count = 0; count <= most_nodes; ++count) all.push_back(make_rule(count));
        return all;
    }();
    return rules.at(nodes);
}

}  // namespace greenhalo
