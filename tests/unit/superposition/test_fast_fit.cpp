#include "superposition/fast_fit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace greenhalo::test {

namespace {

constexpr double age = 4.0, reach = 60.0, smallest_b = 0.004, largest_b = 0.6;

std::vector<FitTarget> targets_of(double tolerance) {
    std::vector<FitTarget> targets;
    for (int i = 0; i <= 20; ++i)
        targets.push_back({smallest_b * std::pow(largest_b / smallest_b, i / 20.0), tolerance});
    return targets;
}

RowFit fit_of(double tolerance, std::size_t most_rows, double& b0) {
    const std::vector<double> nodes = fit_nodes(reach, age, largest_b, 96);
    const int steps = static_cast<int>(1.05 * largest_b * nodes.back() / 1.5);
    b0 = 1.05 * largest_b / steps;
    return RowFit(nodes, b0, row_candidates(steps), targets_of(tolerance), most_rows);
}

TEST(RowFit, StandsForEveryExponentialAtEveryDistance) {
    for (const double tolerance : {1e-4, 1e-6, 1e-8}) {
        double b0 = 0.0;
        const RowFit fit = fit_of(tolerance, 48, b0);
        ASSERT_TRUE(fit.is_sufficient());
        EXPECT_LT(fit.rows().size(), 40u);
        const std::vector<double> nodes = fit_nodes(reach, age, largest_b, 96);
        double worst = 0.0;
        // between the targets and between the nodes as well
        for (int i = 0; i <= 97; ++i) {
            const double b = smallest_b * std::pow(largest_b / smallest_b, i / 97.0);
            std::vector<double> function;
            for (const double s : nodes) function.push_back(std::exp(-b * s));
            const std::vector<double> w = fit.weights(function);
            for (int k = 0; k <= 1000; ++k) {
                const double rho = reach * k / 1000.0, s = rho * rho / age;
                double sum = 0.0;
                for (std::size_t r = 0; r < w.size(); ++r) sum += w[r] * std::exp(-fit.rows()[r] * b0 * s);
                worst = std::max(worst, std::abs(sum - std::exp(-b * s)));
            }
        }
        EXPECT_LT(worst, 3.0 * tolerance);
        EXPECT_GT(worst, 1e-4 * tolerance) << "more rows than needed";
    }
}

TEST(RowFit, SaysWhenTheRowsDoNotSuffice) {
    double b0 = 0.0;
    EXPECT_FALSE(fit_of(1e-8, 5, b0).is_sufficient());
}

TEST(PowerChain, BuildsEveryRowFromEarlierPowers) {
    for (const std::vector<int>& rows :
         {std::vector<int>{0, 1, 2, 3}, {5}, {0, 3, 17, 100}, {4096, 977, 33}, {}}) {
        const PowerChain chain = power_chain(rows);
        ASSERT_EQ(chain.exponent.size(), chain.left.size());
        ASSERT_EQ(chain.exponent.size(), chain.right.size());
        EXPECT_EQ(chain.exponent[0], 0);
        EXPECT_EQ(chain.exponent[1], 1);
        for (std::size_t i = 2; i < chain.exponent.size(); ++i) {
            const auto left = static_cast<std::size_t>(chain.left[i]),
                       right = static_cast<std::size_t>(chain.right[i]);
            ASSERT_LT(left, i);
            ASSERT_LT(right, i);
            EXPECT_EQ(chain.exponent[i], chain.exponent[left] + chain.exponent[right]);
        }
        for (const int n : rows) EXPECT_GE(chain.index_of(n), 0) << n;
        EXPECT_LE(chain.exponent.size(), 2 + 12 * rows.size());
    }
}

}  // namespace

}  // namespace greenhalo::test
