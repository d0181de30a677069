#include "greenhalo/base/units.h"

#include <gtest/gtest.h>

namespace greenhalo::test {

namespace {

TEST(Units, SpeedOfLightInKiloparsecPerMegayear) {
    // a parsec is 3.26156377716743 light years, and pc/yr are 1e3 kpc/Myr
    EXPECT_NEAR(units::c, 1e3 / 3.26156377716743, 1e-10);
}

TEST(Units, DiffusionCoefficients) {
    EXPECT_NEAR(1e28 * units::cm2_per_s, 0.0331443, 1e-6);
}

TEST(Units, OutputUnitsBelongTogether) {
    // a density times c is a flux, in either system
    EXPECT_NEAR(
        units::per_kpc3_in_per_cm3 * units::c_in_cm_per_s / (units::c * units::per_kpc2_myr_in_per_cm2_s),
        1.0, 1e-15);
    EXPECT_NEAR(
        units::per_kpc3_in_per_cm3 * 3.0856775814913673e21 * 3.0856775814913673e21 * 3.0856775814913673e21,
        1.0, 1e-14);
}

TEST(Units, ErgInGigaelectronvolt) {
    EXPECT_NEAR(units::erg_in_gev * 1.602176634e-3, 1.0, 1e-15);
}

}  // namespace

}  // namespace greenhalo::test
