// The rational approximation of the exponential that steps and releases within steps come from.
#include <gtest/gtest.h>

#include <cmath>

#include "greenhalo/grid/solver.h"

namespace greenhalo {
namespace {

const double g = 1.0 - std::sqrt(0.5);

/// What is left of a mode that decays with the rate w per step, s of a step after its release.
double left(double s, double w) {
    const auto a = step_factors(s);
    const double r = 1.0 / (1.0 + g * w);
    return a[0] + r * (a[1] + r * a[2]);
}

TEST(StepFactors, AreThatOfAlexandersMethod) {
    // its stability function (1 + (1 - 2g) (-w)) / (1 + g w)^2
    for (const double w : {0.01, 0.5, 3.0, 80.0}) {
        EXPECT_NEAR(left(1.0, w), (1.0 - (1.0 - 2.0 * g) * w) / std::pow(1.0 + g * w, 2), 1e-14) << w;
    }
}

TEST(StepFactors, KeepEveryParticle) {
    for (const double s : {0.0, 0.2, 0.7, 1.0}) {
        const auto a = step_factors(s);
        EXPECT_NEAR(a[0] + a[1] + a[2], 1.0, 1e-14) << s;
    }
    EXPECT_EQ(step_factors(0.0)[0], 1.0);  // what is released at the end of a step is left as it is
}

TEST(StepFactors, AreOfSecondOrder) {
    for (const double s : {0.3, 0.7, 1.0}) {
        const double large = left(s, 0.02) - std::exp(-s * 0.02), small = left(s, 0.01) - std::exp(-s * 0.01);
        EXPECT_NEAR(large / small, 8.0, 0.4) << s;
    }
}

TEST(StepFactors, DampWhatDecaysWithinAStep) {
    EXPECT_LT(std::abs(left(1.0, 1e6)), 1e-5);
    for (double w = 1.0; w < 1e6; w *= 1.1) EXPECT_LT(std::abs(left(1.0, w)), 0.46) << w;
    // Crank and Nicolson's method would flip such a mode's sign for ever
    EXPECT_GT(std::abs((1.0 - 0.5 * 1e6) / (1.0 + 0.5 * 1e6)), 0.99);
}

}  // namespace
}  // namespace greenhalo
