// The exact fields of layered halos against other exact ones.
#include <gtest/gtest.h>

#include <boost/math/special_functions/bessel.hpp>
#include <cmath>

#include "greenhalo/base/units.h"
#include "greenhalo/validation/smooth_sources.h"

namespace greenhalo {
namespace {

SourceLaw galaxy() {
    SourceLaw law;
    law.scale_height = 0.1;
    return law;
}

TEST(LayeredField, IsTheKnownOneInAUniformHalo) {
    for (const double loss_rate : {0.0, 0.05}) {
        for (const double z : {0.0, -0.3}) {
            const MeanField known = steady_mean_field(galaxy(), 4.0, 1.2, loss_rate, 8.5, z);
            const MeanField found = layered_mean_field(Medium::uniform(4.0, 1.2, loss_rate), galaxy(), 8.5, z);
            EXPECT_NEAR(found.density / known.density, 1.0, 1e-6);
            EXPECT_NEAR(found.radial_current / known.radial_current, 1.0, 1e-6);
            EXPECT_NEAR(found.vertical_current, known.vertical_current, 1e-5 * std::abs(known.vertical_current) + 1e-12);
        }
    }
}

TEST(LayeredField, EqualLayersAreOne) {
    const MeanField one = layered_mean_field(Medium::uniform(4.0, 1.2, 0.05), galaxy(), 8.5, 0.2);
    const MeanField two = layered_mean_field(Medium({{0.7, 1.2, 0.05}, {4.0, 1.2, 0.05}}), galaxy(), 8.5, 0.2);
    EXPECT_NEAR(two.density / one.density, 1.0, 1e-10);
    EXPECT_NEAR(two.radial_current / one.radial_current, 1.0, 1e-10);
    EXPECT_NEAR(two.vertical_current / one.vertical_current, 1.0, 1e-10);
}

TEST(LayeredField, TwoZonesOfAWideDisc) {
    // far from the rim the current is vertical: D n' = -(sources below)
    SourceLaw law = galaxy();
    law.model = SourceModel::uniform_disc;
    law.disc_radius = 60.0;
    const double inner = 1.0, height = 4.0, d1 = 0.8, d2 = 2.4, zg = law.scale_height;
    const auto below = [&](double z) { return z + zg * std::expm1(-z / zg); };  // integral of 1 - exp(-z/zg)
    const double surface = law.surface_density(0.0);
    const double exact = 0.5 * surface * (below(inner) / d1 + (below(height) - below(inner)) / d2);
    const MeanField found = layered_mean_field(Medium({{inner, d1, 0.0}, {height, d2, 0.0}}), law, 0.0, 0.0);
    EXPECT_NEAR(found.density / exact, 1.0, 1e-6);
}

TEST(LayeredField, GasInTheDiscOfAWideDisc) {
    // thin sources: n' = 0 at 0 but for the source; within the gas cosh(kz), above a straight line to zero
    SourceLaw law = galaxy();
    law.model = SourceModel::uniform_disc;
    law.disc_radius = 60.0;
    law.scale_height = 0.002;
    const double gas = 0.15, height = 4.0, d = 1.0, loss = 0.8, k = std::sqrt(loss / d);
    // n = a cosh kz - q/(2 D k) sinh kz below, c (H - z) above; continuous with its slope
    const double q = law.surface_density(0.0), s = q / (2.0 * d * k), span = height - gas;
    const double sh = std::sinh(k * gas), ch = std::cosh(k * gas);
    const double exact = s * (sh + span * k * ch) / (ch + span * k * sh);
    const MeanField found = layered_mean_field(Medium({{gas, d, loss}, {height, d, 0.0}}), law, 0.0, 0.0);
    EXPECT_NEAR(found.density / exact, 1.0, 2e-3);  // the sources are 2 pc thick, and the modes end
}

TEST(LayeredField, AZoneInWhichTheFieldDecaysManyTimes) {
    // as above, and beyond the inner zone n = b sinh(k' (H - z)), which falls by e^85
    SourceLaw law = galaxy();
    law.model = SourceModel::uniform_disc;
    law.disc_radius = 60.0;
    law.scale_height = 0.002;
    const double inner = 1.0, height = 4.0, d = 1.0, outer_d = 1e-3, loss = 0.8;
    const double k = std::sqrt(loss / d), outer_k = std::sqrt(loss / outer_d);
    const double s = law.surface_density(0.0) / (2.0 * d * k), sh = std::sinh(k * inner), ch = std::cosh(k * inner);
    const double leak = outer_d * outer_k / std::tanh(outer_k * (height - inner)) / (d * k);
    const auto exact = [&](double z) {
        const double a = s * (ch + leak * sh) / (sh + leak * ch);
        return z < inner ? a * std::cosh(k * z) - s * std::sinh(k * z)
                         : (a * ch - s * sh) * std::sinh(outer_k * (height - z)) / std::sinh(outer_k * (height - inner));
    };
    for (const double z : {0.0, 0.5, 1.0, 1.05}) {
        const MeanField found = layered_mean_field(Medium({{inner, d, loss}, {height, outer_d, loss}}), law, 0.0, z);
        EXPECT_NEAR(found.density / exact(z), 1.0, 3e-3) << z;
    }
}

TEST(LayeredField, AbsorbingSidesAgainstTheBesselSeries) {
    // n = sum over J0(alpha_m r/R) and cos(k_j z): no modified functions here
    const double height = 2.0, side = 12.0, d = 1.0, loss = 0.1, r0 = 8.5;
    const SourceLaw law = galaxy();
    double density = 0.0, slope = 0.0;
    constexpr int modes = 60;
    for (int m = 1; m <= modes; ++m) {
        // the law does not vanish at the side: the last terms, which fall slowly, are faded out
        const double fade = std::exp(-36.0 * std::pow(static_cast<double>(m) / modes, 8));
        const double alpha = boost::math::cyl_bessel_j_zero(0.0, m), j1 = std::cyl_bessel_j(1, alpha);
        double projection = 0.0;
        constexpr int points = 1000;
        for (int i = 0; i < points; ++i) {
            const double r = side * (i + 0.5) / points;
            projection += side / points * r * law.surface_density(r) * std::cyl_bessel_j(0, alpha * r / side);
        }
        const double weight = fade * 2.0 * projection / (side * side * j1 * j1);
        double up = 0.0;
        for (int j = 0; j < 400; ++j) {
            const double k = (2 * j + 1) * units::pi / (2.0 * height), zg = law.scale_height;
            const double w = (1.0 + (j % 2 == 0 ? 1.0 : -1.0) * k * zg * std::exp(-height / zg)) / (1.0 + k * k * zg * zg);
            up += w / (height * (d * (k * k + alpha * alpha / (side * side)) + loss));
        }
        density += weight * up * std::cyl_bessel_j(0, alpha * r0 / side);
        slope -= weight * up * alpha / side * std::cyl_bessel_j(1, alpha * r0 / side);
    }
    const MeanField found = layered_mean_field(Medium::uniform(height, d, loss), law, r0, 0.0, side);
    EXPECT_NEAR(found.density / density, 1.0, 1e-4);
    EXPECT_NEAR(found.radial_current / (-d * slope), 1.0, 2e-3);
    const MeanField open = layered_mean_field(Medium::uniform(height, d, loss), law, r0, 0.0);
    EXPECT_GT(std::abs(open.density / density - 1.0), 1e-3);  // the side does matter here
}

}  // namespace
}  // namespace greenhalo
