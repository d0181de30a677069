#include "greenhalo/physics/diffusion.h"

#include <gtest/gtest.h>

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
