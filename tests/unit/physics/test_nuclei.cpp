#include "greenhalo/physics/nuclei.h"

#include <gtest/gtest.h>

#include "support/models.h"

namespace greenhalo::test {

namespace {

constexpr double millibarn = 1e-27;

TEST(Nuclei, RigidityIsEnergyPerCharge) {
    EXPECT_DOUBLE_EQ(five_groups()[0].rigidity(2600.0), 2600.0);
    EXPECT_DOUBLE_EQ(five_groups()[4].rigidity(2600.0), 100.0);
}

TEST(Nuclei, CrossSectionsAtOneTeV) {
    EXPECT_NEAR(spallation_cross_section(4, 1e3) / millibarn, 114.7, 0.05);
    EXPECT_NEAR(spallation_cross_section(14, 1e3) / millibarn, 277.9, 0.05);
    EXPECT_NEAR(spallation_cross_section(27, 1e3) / millibarn, 441.8, 0.05);
    EXPECT_NEAR(spallation_cross_section(56, 1e3) / millibarn, 739.4, 0.05);
}

TEST(Nuclei, CrossSectionFollowsTheEnergy) {
    // L = 15: alpha = 68.74, beta = 0.64
    EXPECT_NEAR(spallation_cross_section(56, 1e6) / millibarn, 68.74 * std::pow(56.0, 0.64), 1e-9);
}

TEST(Nuclei, HydrogenIsNotDestroyed) {
    EXPECT_EQ(spallation_cross_section(1, 1e3), 0.0);
    EXPECT_EQ(spallation_rate(Gas{}, 4.0, 1, 1e3), 0.0);
}

TEST(Nuclei, GasIsSpreadOverTheHalo) {
    EXPECT_DOUBLE_EQ((Gas{3.0, 0.15}).mean_density(4.0), 0.1125);
    EXPECT_DOUBLE_EQ((Gas{1.0, 0.2}).mean_density(1.0), 0.2);
}

TEST(Nuclei, RateIsDensityTimesSpeedTimesCrossSection) {
    // 0.1125 cm^-3 x 2.99792458e10 cm/s x 739.4 mb, per Myr of 3.15576e13 s
    EXPECT_NEAR(spallation_rate(Gas{}, 4.0, 56, 1e3), 0.1125 * 2.99792458e10 * 739.4e-27 * 3.15576e13, 5e-6);
    EXPECT_DOUBLE_EQ(spallation_rate(Gas{}, 2.0, 56, 1e3), 2.0 * spallation_rate(Gas{}, 4.0, 56, 1e3));
}

}  // namespace

}  // namespace greenhalo::test
