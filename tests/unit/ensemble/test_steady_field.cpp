#include "greenhalo/ensemble/steady_field.h"

#include <gtest/gtest.h>

#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <boost/math/special_functions/bessel.hpp>
#include <cmath>
#include <string>

#include "greenhalo/base/units.h"
#include "greenhalo/ensemble/bessel.h"
#include "greenhalo/galaxy/frame.h"

namespace greenhalo {
namespace {

SourceLaw cylindrical(double scale_height = 0.1) {
    SourceLaw law;
    law.scale_height = scale_height;
    return law;
}

SourceLaw thin_disc(double radius) {
    SourceLaw law;
    law.model = SourceModel::uniform_disc;
    law.scale_height = 0.0;
    law.disc_radius = radius;
    return law;
}

TEST(SteadyField, table_of_the_cylindrical_law_at_the_sun) {
    struct Row {
        double half_height, density, slope;
    };
    // <n> D/R in 1/kpc and d ln n/dr in 1/kpc, to the last digit that is stated
    for (const Row& row : {Row{0.5, 3.341447006e-4, -0.178526538}, Row{1, 7.467686687e-4, -0.174485766},
                           Row{2, 1.540356998e-3, -0.161793724}, Row{4, 2.916004360e-3, -0.138726154},
                           Row{10, 5.563643163e-3, -0.105448852}}) {
        const double diffusion = 0.37;
        const MeanField field =
            steady_mean_field(cylindrical(), row.half_height, diffusion, 0.0, sun_radius, 0.0);
        EXPECT_NEAR(field.density * diffusion / row.density, 1.0, 1e-9) << row.half_height;
        EXPECT_NEAR(field.radial_current / (diffusion * field.density), -row.slope, 1e-9) << row.half_height;
        EXPECT_EQ(field.vertical_current, 0.0) << row.half_height;
    }
}

/// The closed radial integral of a homogeneous disc, mode by mode, for an observer inside or outside of the
/// rim.
struct DiscField {
    double density = 0.0, radial_current = 0.0;
};

DiscField homogeneous_disc(double disc_radius, double half_height, double diffusion, double loss_rate,
                           double radius) {
    const double surface_density = 1.0 / (units::pi * disc_radius * disc_radius);
    DiscField field;
    const auto add = [&](double k, double weight) {
        const double kappa = std::sqrt(k * k + loss_rate / diffusion);
        const double x = kappa * radius, y = kappa * disc_radius;
        double value = 0.0, slope = 0.0;
        if (radius <= disc_radius) {
            const double decay = std::exp(x - y);
            value = (1.0 - y * scaled_k1(y) * scaled_i0(x) * decay) / (kappa * kappa);
            slope = -disc_radius * scaled_k1(y) * scaled_i1(x) * decay;
        } else {
            const double decay = std::exp(y - x);
            value = disc_radius * scaled_i1(y) * scaled_k0(x) * decay / kappa;
            slope = -disc_radius * scaled_i1(y) * scaled_k1(x) * decay;
        }
        field.density += weight * surface_density * value / (diffusion * half_height);
        field.radial_current -= weight * surface_density * slope / half_height;
    };
    constexpr int modes = 40000;
    for (int j = modes - 1; j >= 0; --j) add((2.0 * j + 1.0) * units::pi / (2.0 * half_height), 1.0);
    // the rest, as an integral of 1/k^2 from the middle between two modes
    const double end = modes * units::pi / half_height;
    add(end, end * half_height / units::pi);
    return field;
}

TEST(SteadyField, homogeneous_thin_disc) {
    // D = 0.1 kpc^2/Myr; losses from none to strong; observers at the centre, inside, near and on the rim,
    // outside
    for (const double loss_rate : {0.0, 0.02, 1.0}) {
        for (const double half_height : {0.5, 1.0, 4.0}) {
            for (const double radius : {0.0, 8.5, 14.9, 14.99, 15.0, 15.02, 18.0}) {
                SCOPED_TRACE(testing::Message()
                             << "H = " << half_height << ", Gamma = " << loss_rate << ", R = " << radius);
                const MeanField field =
                    steady_mean_field(thin_disc(15), half_height, 0.1, loss_rate, radius, 0.0);
                const DiscField exact = homogeneous_disc(15, half_height, 0.1, loss_rate, radius);
                EXPECT_NEAR(field.density / exact.density, 1.0, 1e-8);
                // none at the centre; at the rim of a thin disc it grows without limit
                if (radius == 0.0 || radius == 15.0) continue;
                EXPECT_NEAR(field.radial_current / exact.radial_current, 1.0, 1e-8);
            }
        }
    }
}

TEST(SteadyField, wide_disc_is_the_one_dimensional_halo) {
    const double diffusion = 0.05, half_height = 1.0, radius = 40.0;
    for (const double loss_rate : {0.0, 1e-3, 0.05, 0.5, 5.0}) {
        const double k = std::sqrt(loss_rate / diffusion) * half_height;
        const double losses = k > 0.0 ? std::tanh(k) / k : 1.0;
        const double expected = half_height / (2.0 * units::pi * radius * radius * diffusion) * losses;
        const MeanField field =
            steady_mean_field(thin_disc(radius), half_height, diffusion, loss_rate, 0.0, 0.0);
        EXPECT_NEAR(field.density / expected, 1.0, 1e-8) << loss_rate;
    }
}

/// The same field from the other side: an integral over the ages of the sources (section "ages" of the
/// moments).
class AgeIntegral {
  public:
    AgeIntegral(const SourceLaw& law, double half_height, double diffusion, double loss_rate)
        : law_(law), half_height_(half_height), diffusion_(diffusion), loss_rate_(loss_rate) {}

    /// Density and its derivative with respect to the radius.
    double density(double radius) const { return over_ages(radius, &AgeIntegral::plane); }
    double slope(double radius) const { return over_ages(radius, &AgeIntegral::plane_slope); }

  private:
    using Quadrature = boost::math::quadrature::gauss_kronrod<double, 61>;

    double over_ages(double radius, double (AgeIntegral::*in_plane)(double, double) const) const {
        const double slowest = diffusion_ * std::pow(units::pi / (2.0 * half_height_), 2) + loss_rate_;
        const auto integrand = [&](double logarithm) {
            const double age = std::exp(logarithm);
            return age * std::exp(-loss_rate_ * age) * (this->*in_plane)(radius, 4.0 * diffusion_ * age) *
                   height(age);
        };
        const double last = std::log(30.0 / slowest);
        return Quadrature::integrate(integrand, last - 40.0, last, 8, 1e-11);
    }

    double plane(double radius, double q) const {
        return over_radii(radius, q, [&](double r) { return 2.0 * r / q * scaled_i0(2.0 * r * radius / q); });
    }
    double plane_slope(double radius, double q) const {
        return over_radii(radius, q, [&](double r) {
            const double x = 2.0 * r * radius / q;
            return 4.0 * r / (q * q) * (r * scaled_i1(x) - radius * scaled_i0(x));
        });
    }
    template <class Weight>
    double over_radii(double radius, double q, Weight weight) const {
        const double reach = 6.5 * std::sqrt(q);
        const auto integrand = [&](double r) {
            return law_.surface_density(r) * std::exp(-(r - radius) * (r - radius) / q) * weight(r);
        };
        const double low = std::max(0.0, radius - reach),
                     high = std::min(law_.outer_radius(), radius + reach);
        return Quadrature::integrate(integrand, low, radius, 5, 1e-12) +
               Quadrature::integrate(integrand, radius, high, 5, 1e-12);
    }

    double height(double age) const {
        const double zg = law_.scale_height, spread = diffusion_ * age;
        if (spread < 0.004 * half_height_ * half_height_) {
            const double x = std::sqrt(spread) / zg;
            // exp(x^2) erfc(x); the continued fraction where exp overflows
            if (x < 5.0) return std::exp(x * x) * std::erfc(x) / (2.0 * zg);
            double fraction = 0.0;
            for (int n = 60; n >= 1; --n) fraction = 0.5 * n / (x + fraction);
            return 1.0 / (std::sqrt(units::pi) * (x + fraction)) / (2.0 * zg);
        }
        double sum = 0.0;
        for (int j = 0; j < 60; ++j) {
            const double k = (2.0 * j + 1.0) * units::pi / (2.0 * half_height_);
            const double edge = (j % 2 == 0 ? 1.0 : -1.0) * k * zg * std::exp(-half_height_ / zg);
            sum += (1.0 + edge) / (1.0 + k * k * zg * zg) * std::exp(-k * k * spread);
        }
        return sum / half_height_;
    }

    SourceLaw law_;
    double half_height_, diffusion_, loss_rate_;
};

TEST(SteadyField, agrees_with_the_integral_over_ages) {
    struct Case {
        double half_height, diffusion, loss_rate, radius;
    };
    for (const Case& c : {Case{4, 0.2, 0.0, 8.5}, Case{4, 0.2, 0.3, 8.5}, Case{1, 0.05, 0.1, 3.0},
                          Case{2, 0.1, 0.02, 14.0}, Case{0.5, 0.03, 0.0, 1.0}, Case{4, 0.2, 0.1, 0.2}}) {
        SCOPED_TRACE(testing::Message() << "H = " << c.half_height << ", R = " << c.radius);
        const MeanField field =
            steady_mean_field(cylindrical(), c.half_height, c.diffusion, c.loss_rate, c.radius, 0.0);
        const AgeIntegral ages(cylindrical(), c.half_height, c.diffusion, c.loss_rate);
        EXPECT_NEAR(field.density / ages.density(c.radius), 1.0, 1e-9);
        EXPECT_NEAR(field.radial_current / (-c.diffusion * ages.slope(c.radius)), 1.0, 1e-8);
    }
}

TEST(SteadyField, vertical_current_balances_what_is_injected_below) {
    // above the disc and without losses, the current through a wide disc's area is half of what it releases
    const double radius = 40.0, half_height = 1.0;
    const MeanField field = steady_mean_field(thin_disc(radius), half_height, 0.1, 0.0, 0.0, 0.5);
    EXPECT_NEAR(field.vertical_current * 2.0 * units::pi * radius * radius, 1.0, 1e-4);
    // and the density falls linearly to the boundary
    const MeanField midplane = steady_mean_field(thin_disc(radius), half_height, 0.1, 0.0, 0.0, 0.0);
    EXPECT_NEAR(field.density / midplane.density, 0.5, 1e-6);
    const MeanField below = steady_mean_field(thin_disc(radius), half_height, 0.1, 0.0, 0.0, -0.5);
    EXPECT_DOUBLE_EQ(below.vertical_current, -field.vertical_current);
}

}  // namespace
}  // namespace greenhalo
