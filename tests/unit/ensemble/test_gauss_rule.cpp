#include "ensemble/gauss_rule.h"

#include <gtest/gtest.h>

#include <cmath>

namespace greenhalo {
namespace {

TEST(GaussRule, IntegratesPolynomialsOfTwiceItsDegree) {
    for (std::size_t nodes = 1; nodes <= 40; ++nodes) {
        const double last = 2.0 * static_cast<double>(nodes) - 1.0;
        for (const double power : {0.0, 1.0, last - 1.0, last}) {
            double sum = 0.0;
            for_each_node(gauss_rule(nodes), 0.0, 2.0,
                          [&](double x, double w) { sum += w * std::pow(x, power); });
            EXPECT_NEAR(sum / (std::pow(2.0, power + 1.0) / (power + 1.0)), 1.0, 1e-13)
                << nodes << " " << power;
        }
    }
}

TEST(GaussRule, IsNotBetterThanItIs) {
    double sum = 0.0;
    for_each_node(gauss_rule(3), 0.0, 1.0, [&](double x, double w) { sum += w * std::pow(x, 6.0); });
    EXPECT_GT(std::abs(7.0 * sum - 1.0), 1e-4);
    EXPECT_ANY_THROW(gauss_rule(41));
}

}  // namespace
}  // namespace greenhalo
