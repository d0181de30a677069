#include "greenhalo/physics/diffusion.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/models.h"

namespace greenhalo::test {

namespace {

TEST(Diffusion, NormalizationIsPerKiloparsecOfHalfHeight) {
    EXPECT_DOUBLE_EQ(coefficient_from_normalization(1.33, 4.0), 5.32e28);
    EXPECT_DOUBLE_EQ(coefficient_from_normalization(0.55, 10.0), 5.5e28);
}

TEST(Diffusion, IsAPowerOfRigidity) {
    const Diffusion d{2.0, 3.0, 0.6};
    EXPECT_DOUBLE_EQ(d(3.0), 2.0);
    EXPECT_NEAR(d(3000.0), 2.0 * 63.09573444801932, 1e-11);
    EXPECT_NEAR(d(3e-3), 2.0 / 63.09573444801932, 1e-14);
    EXPECT_DOUBLE_EQ((Diffusion{0.7, 3.0, 0.0}(12345.0)), 0.7);
}

Diffusion broken(double slope, double slope_above, double smoothness) {
    Diffusion d{2.0, 3.0, slope};
    d.break_rigidity = 300.0;
    d.slope_above = slope_above;
    d.break_smoothness = smoothness;
    return d;
}

/// d ln D/d ln R by a central difference.
double local_slope(const Diffusion& d, double rigidity) {
    constexpr double step = 1e-4;
    return std::log(d(rigidity * std::exp(step)) / d(rigidity * std::exp(-step))) / (2.0 * step);
}

TEST(Diffusion, BreakFollowsItsFormula) {
    const Diffusion d = broken(0.5, 0.2, 0.4);
    for (const double r : {1.0, 3.0, 100.0, 300.0, 2e3, 1e6}) {
        const double expected =
            2.0 * std::pow(r / 3.0, 0.5) * std::pow(1.0 + std::pow(r / 300.0, 1.0 / 0.4), 0.4 * (0.2 - 0.5));
        EXPECT_NEAR(d(r) / expected, 1.0, 1e-13) << r;
    }
}

TEST(Diffusion, SlopesOnBothSidesOfTheBreak) {
    for (const double smoothness : {0.02, 0.1, 0.5}) {
        const Diffusion d = broken(0.6, 1.0 / 3, smoothness);
        EXPECT_NEAR(local_slope(d, 300.0 * std::exp(-30.0 * smoothness)), 0.6, 1e-7) << smoothness;
        EXPECT_NEAR(local_slope(d, 300.0), 0.5 * (0.6 + 1.0 / 3), 1e-6) << smoothness;
        EXPECT_NEAR(local_slope(d, 300.0 * std::exp(30.0 * smoothness)), 1.0 / 3, 1e-7) << smoothness;
        // eight tenths of the change within a factor 9^s on either side
        EXPECT_NEAR(local_slope(d, 300.0 * std::pow(9.0, smoothness)), 0.6 - 0.9 * (0.6 - 1.0 / 3), 1e-5);
    }
}

TEST(Diffusion, BreakIsContinuousInEveryParameter) {
    // no change of slope is no break, to the last bit; so is a break out of reach
    const Diffusion none{2.0, 3.0, 0.5};
    Diffusion far = broken(0.5, 0.2, 0.1);
    far.break_rigidity = 1e30;
    for (const double r : {3e-3, 10.0, 300.0, 1e5, 1e9}) {
        EXPECT_EQ(broken(0.5, 0.5, 0.1)(r), none(r)) << r;
        EXPECT_EQ(far(r), none(r)) << r;
    }
    // a sharp break becomes two power laws that meet; nothing overflows on the way
    const Diffusion sharp = broken(0.5, 0.2, 1e-4);
    EXPECT_NEAR(sharp(30.0) / none(30.0), 1.0, 1e-14);
    EXPECT_NEAR(sharp(3e9) / (none(300.0) * std::pow(1e7, 0.2)), 1.0, 1e-12);
    EXPECT_NEAR(sharp(300.0 * (1.0 + 1e-9)) / sharp(300.0 * (1.0 - 1e-9)), 1.0, 1e-8);
}

TEST(Diffusion, MeanFreePathsOfThePaperAtTheHighestEnergies) {
    // 3 D/c of protons at 1e8 GeV, H = 4
    EXPECT_NEAR(3.0 * paper_diffusion(4.0)(1e8) / units::c, 0.555, 0.0005);
    EXPECT_NEAR(3.0 * paper_diffusion(4.0, 0.55, 0.6)(1e8) / units::c, 23.0, 0.5);
}

TEST(Diffusion, MinimumAgeOfTheLocalDensity) {
    // [4 pi R f(R_sun) D]^(-1/2) of protons at 1 TV, H = 4, R = 1/30 per year: 34.189 kyr
    const double product =
        4.0 * units::pi * (1e6 / 30.0) * SourceLaw{}.surface_density(8.5) * paper_diffusion(4.0)(1e3);
    EXPECT_NEAR(1.0 / std::sqrt(product) / 1e-3, 34.189, 0.0005);
}

TEST(Diffusion, ThicknessOfTheDiscIsCrossedInTwoThousandYears) {
    EXPECT_NEAR(0.1 * 0.1 / (4.0 * paper_diffusion(4.0)(1e3)) / year, 2000.0, 100.0);
}

}  // namespace

}  // namespace greenhalo::test
