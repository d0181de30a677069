#include "greenhalo/ensemble/observables.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "greenhalo/base/units.h"

namespace greenhalo {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

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

TEST(Observables, twenty_kilometres_per_second_make_311_parts_in_a_million) {
    const auto boost = compton_getting({20.0, 0.0, 0.0}, 2.67);
    EXPECT_NEAR(boost[0], 3.11e-4, 0.01e-4);
    EXPECT_NEAR(boost[0], 4.67 * 20.0 / 299792.458, 1e-18);
    EXPECT_EQ(boost[1], 0.0);
    // the Galaxy's own rotation, which the section on corrections of the paper quotes
    EXPECT_NEAR(compton_getting({0.0, -250.0, 0.0}, 2.67)[1], -3.9e-3, 0.01e-3);
}

TEST(Observables, boost_is_added_where_there_are_particles) {
    const Superposition sum{{2.0, 0.0}, {1e-3, 0.0, -2e-3, 0.0, 0.0, 0.0}};
    const Realization rest = observe(sum, 2), moving = observe(sum, 2, {1e-4, -2e-4, 3e-4});
    EXPECT_EQ(moving.density, rest.density);
    EXPECT_EQ(moving.current, rest.current);
    const double boost[] = {1e-4, -2e-4, 3e-4};
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(moving.anisotropy[i] - rest.anisotropy[i], boost[i], 1e-18) << i;
    for (int i = 3; i < 6; ++i) EXPECT_TRUE(std::isnan(moving.anisotropy[i])) << i;
}

TEST(Observables, projection_of_two_known_directions) {
    // towards the Galactic centre: RA 266.40, dec -28.94; along the rotation (l = 90): RA 318.00, dec +48.33
    const double centre[] = {-2e-3, 0.0, 0.0}, rotation[] = {0.0, -5e-4, 0.0};
    const double degree = units::pi / 180.0;
    EXPECT_NEAR(right_ascension_dipole(centre).phase, 266.40, 0.005);
    EXPECT_NEAR(right_ascension_dipole(centre).amplitude / 2e-3, std::cos(28.94 * degree), 1e-4);
    EXPECT_NEAR(right_ascension_dipole(rotation).phase, 318.00, 0.005);
    EXPECT_NEAR(right_ascension_dipole(rotation).amplitude / 5e-4, std::cos(48.33 * degree), 1e-4);
}

TEST(Observables, projection_is_that_of_a_vector) {
    // The equatorial plane is that of two directions of dec 0; the projections of a vector and of its parts
    // agree.
    const double sum[] = {1e-3, -2e-3, 5e-4}, opposite[] = {-1e-3, 2e-3, -5e-4};
    const RightAscensionDipole a = right_ascension_dipole(sum), b = right_ascension_dipole(opposite);
    EXPECT_NEAR(a.amplitude, b.amplitude, 1e-18);
    EXPECT_NEAR(std::abs(std::remainder(a.phase - b.phase, 360.0)), 180.0, 1e-10);
    double x = 0.0, y = 0.0;
    for (int i = 0; i < 3; ++i) {
        double part[3] = {0.0, 0.0, 0.0};
        part[i] = sum[i];
        const RightAscensionDipole p = right_ascension_dipole(part);
        x += p.amplitude * std::cos(p.phase * units::pi / 180.0);
        y += p.amplitude * std::sin(p.phase * units::pi / 180.0);
    }
    EXPECT_NEAR(std::hypot(x, y), a.amplitude, 1e-16);
    EXPECT_NEAR(std::remainder(std::atan2(y, x) * 180.0 / units::pi - a.phase, 360.0), 0.0, 1e-10);
    // towards the celestial pole nothing is left: l 122.93192, b 27.12825
    const double l = 122.93192 * units::pi / 180.0, height = 27.12825 * units::pi / 180.0;
    const double pole[] = {-std::cos(height) * std::cos(l), -std::cos(height) * std::sin(l),
                           std::sin(height)};
    EXPECT_LT(right_ascension_dipole(pole).amplitude, 1e-15);
    const double none[] = {nan, nan, nan};
    EXPECT_TRUE(std::isnan(right_ascension_dipole(none).amplitude));
    EXPECT_TRUE(std::isnan(right_ascension_dipole(none).phase));
}

TEST(Observables, flux_of_a_density) {
    EXPECT_NEAR(flux_from_density(1.0), 2.385672579618471e9, 1e-5);  // c/(4 pi)
}

}  // namespace
}  // namespace greenhalo
