#include "greenhalo/ensemble/observables.h"

#include <gtest/gtest.h>

#include <cmath>

#include "greenhalo/base/units.h"

namespace greenhalo {
namespace {

TEST(Observables, numbers_leave_in_cgs) {
    const Superposition sum{{2.0}, {1.0, 2.0, -3.0}};
    const Realization r = observe(sum, 1);
    // by hand: 1 kpc = 3.0856775814913673e21 cm, 1 Myr = 3.15576e13 s
    const double kpc = 3.0856775814913673e21, myr = 3.15576e13;
    ASSERT_EQ(r.density.size(), 1U);
    EXPECT_NEAR(r.density[0] * kpc * kpc * kpc, 2.0, 1e-14);
    ASSERT_EQ(r.current.size(), 3U);
    EXPECT_NEAR(r.current[2] * kpc * kpc * myr, -3.0, 1e-14);
}

TEST(Observables, groups_are_added_before_the_ratio_is_taken) {
    // two groups, two energies: density [nS, nE], current [nS, nE, 3]
    const Superposition sum{{1.0, 10.0, 3.0, 30.0},
                            {1.0, 0.0, 0.5, 2.0, -4.0, 0.0, 3.0, -1.0, 0.5, 2.0, 8.0, -1.0}};
    const Realization r = observe(sum, 2);
    ASSERT_EQ(r.anisotropy.size(), 6U);
    const double c = 299792.458 * 3.15576e13 / 3.0856775814913673e16;  // kpc/Myr
    const double by_hand[] = {-3.0 / c * 4.0 / 4.0,  3.0 / c * 1.0 / 4.0,   -3.0 / c * 1.0 / 4.0,
                              -3.0 / c * 4.0 / 40.0, -3.0 / c * 4.0 / 40.0, 3.0 / c * 1.0 / 40.0};
    for (int i = 0; i < 6; ++i) EXPECT_NEAR(r.anisotropy[i] / by_hand[i], 1.0, 1e-14) << i;
}

TEST(Observables, anisotropy_points_to_the_excess) {
    // particles stream away from the Galactic centre: the excess is towards it, -x
    EXPECT_LT(observe({{1.0}, {1e-3, 0.0, 0.0}}, 1).anisotropy[0], 0.0);
}

TEST(Observables, without_particles_there_is_no_direction) {
    const Realization r = observe({{0.0, 1.0, 0.0, 1.0}, std::vector<double>(12, 0.0)}, 2);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(std::isnan(r.anisotropy[i])) << i;
    for (int i = 3; i < 6; ++i) EXPECT_EQ(r.anisotropy[i], 0.0) << i;
}

TEST(Observables, undefined_exactly_where_the_stored_density_is_zero) {
    for (const double density : {1e-200, 1e-250, 1e-255, 1e-262, 1e-290}) {
        const Realization r = observe({{density}, {1e-2 * density, 0.0, 0.0}}, 1);
        EXPECT_EQ(std::isnan(r.anisotropy[0]), r.density[0] == 0.0) << density;
        if (r.density[0] == 0.0) continue;
        EXPECT_NEAR(r.anisotropy[0] * units::c, -3e-2, 1e-14) << density;
    }
    EXPECT_EQ(observe({{1e-290}, {0.0, 0.0, 0.0}}, 1).density[0], 0.0);
    EXPECT_GT(observe({{1e-255}, {0.0, 0.0, 0.0}}, 1).density[0], 0.0);
}

TEST(Observables, flux_of_a_density) {
    EXPECT_NEAR(flux_from_density(1.0), 2.385672579618471e9, 1e-5);  // c/(4 pi)
}

}  // namespace
}  // namespace greenhalo
