#include "greenhalo/ensemble/steady_field.h"

#include <algorithm>
#include <array>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <optional>

#include "greenhalo/base/units.h"
#include "greenhalo/ensemble/bessel.h"
#include "greenhalo/galaxy/frame.h"

namespace greenhalo {

namespace {

constexpr double expansion_from = 30.0;         ///< kappa, 1/kpc, and
constexpr double expansion_from_centre = 60.0;  ///< kappa times the observer's radius
constexpr int series_length = 20000;

/// Integral of r f(r) I0(kappa r<) K0(kappa r>) over r, and its derivative with respect to the observer's
/// radius.
struct RadialIntegral {
    double value = 0.0, slope = 0.0;
};

RadialIntegral by_quadrature(const SourceLaw& law, double kappa, double radius) {
    using Quadrature = boost::math::quadrature::gauss_kronrod<double, 31>;
    const double reach = 45.0 / kappa;
    const double outer = law.outer_radius();
    const auto integrate = [](auto integrand, double from, double to) {
        return to > from ? Quadrature::integrate(integrand, from, to, 10, 1e-13) : 0.0;
    };
    RadialIntegral result;
    // inside: exp(-kappa (R-r)) I0e(kappa r) K0e(kappa R)
    const double inner = integrate(
        [&](double r) {
            return r * law.surface_density(r) * std::exp(-kappa * (radius - r)) * scaled_i0(kappa * r);
        },
        std::max(0.0, radius - reach), std::min(radius, outer));
    const double outside = integrate(
        [&](double r) {
            return r * law.surface_density(r) * std::exp(-kappa * (r - radius)) * scaled_k0(kappa * r);
        },
        radius, std::min(outer, radius + reach));
    const double x = kappa * radius;
    if (radius > 0.0) {
        result.value = inner * scaled_k0(x);
        result.slope = -kappa * inner * scaled_k1(x);
    }
    result.value += outside * scaled_i0(x);
    result.slope += kappa * outside * scaled_i1(x);
    return result;
}

/// The same in closed form for a homogeneous disc.
RadialIntegral of_uniform_disc(const SourceLaw& law, double kappa, double radius) {
    const double f = law.surface_density(0.0), rim = law.disc_radius;
    const double x = kappa * radius, y = kappa * rim, decay = std::exp(-std::abs(x - y));
    if (radius <= rim) {
        return {f * (1.0 - y * scaled_k1(y) * scaled_i0(x) * decay) / (kappa * kappa),
                -f * rim * scaled_k1(y) * scaled_i1(x) * decay};
    }
    return {f * rim * scaled_i1(y) * scaled_k0(x) * decay / kappa,
            -f * rim * scaled_i1(y) * scaled_k1(x) * decay};
}

/// f and its images under L = d^2/dR^2 + (1/R) d/dR, which solve the same problem term by term for large
/// kappa: integral = f/kappa^2 + L f/kappa^4 + L^2 f/kappa^6 + L^3 f/kappa^8. For the cylindrical law, off
/// the centre.
class LargeKappa {
  public:
    LargeKappa(const SourceLaw& law, double radius) {
        // f = C r^2 exp(-b r); powers[i] is the coefficient of r^(2-i) exp(-b r)
        const double b = radial_slope / sun_radius;
        std::array<double, 8> powers{};
        powers[0] = law.surface_density(1.0) * std::exp(b);
        for (std::size_t order = 0; order < value_.size(); ++order) {
            for (std::size_t i = 0; i < powers.size(); ++i) {
                if (powers[i] == 0.0) continue;
                const double n = 2.0 - static_cast<double>(i);
                const double term = powers[i] * std::pow(radius, n) * std::exp(-b * radius);
                value_[order] += term;
                slope_[order] += term * (n / radius - b);
            }
            std::array<double, 8> next{};
            for (std::size_t i = 0; i < powers.size(); ++i) {
                const double n = 2.0 - static_cast<double>(i);
                next[i] += b * b * powers[i];
                if (i + 1 < next.size()) next[i + 1] -= b * (2.0 * n + 1.0) * powers[i];
                if (i + 2 < next.size()) next[i + 2] += n * n * powers[i];
            }
            powers = next;
        }
    }

    RadialIntegral operator()(double kappa) const {
        const double kappa2 = kappa * kappa;
        RadialIntegral result;
        for (std::size_t order = value_.size(); order-- > 0;) {
            result.value = (result.value + value_[order]) / kappa2;
            result.slope = (result.slope + slope_[order]) / kappa2;
        }
        return result;
    }

  private:
    std::array<double, 4> value_{}, slope_{};
};

/// The radial integral by whatever suits the law and kappa.
class Radial {
  public:
    Radial(const SourceLaw& law, double radius) : law_(law), radius_(radius) {
        if (law.model == SourceModel::cylindrical && radius > 0.0) large_kappa_.emplace(law, radius);
    }

    RadialIntegral operator()(double kappa) const {
        if (law_.model == SourceModel::uniform_disc) return of_uniform_disc(law_, kappa, radius_);
        const bool large = kappa > expansion_from && kappa * radius_ > expansion_from_centre;
        return large && large_kappa_ ? (*large_kappa_)(kappa) : by_quadrature(law_, kappa, radius_);
    }

  private:
    const SourceLaw& law_;
    double radius_;
    std::optional<LargeKappa> large_kappa_;
};

}  // namespace

MeanField steady_mean_field(const SourceLaw& law, double half_height, double diffusion, double loss_rate,
                            double radius, double height) {
    const double h = half_height, zg = law.scale_height;
    const Radial radial_integral(law, radius);
    MeanField field;
    double k_end = 0.0;
    for (int j = 0; j < series_length; ++j) {
        const double k = (2.0 * j + 1.0) * units::pi / (2.0 * h);
        const double kappa2 = k * k + loss_rate / diffusion;
        const double sign = j % 2 == 0 ? 1.0 : -1.0;
        const double edge = zg > 0.0 ? sign * k * zg * std::exp(-h / zg) : 0.0;
        const double weight = (1.0 + edge) / (1.0 + k * k * zg * zg);
        const RadialIntegral radial = radial_integral(std::sqrt(kappa2));
        field.density += weight * std::cos(k * height) * radial.value / (diffusion * h);
        field.radial_current -= weight * std::cos(k * height) * radial.slope / h;
        field.vertical_current += weight * k * std::sin(k * height) * radial.value / h;
        k_end = k + units::pi / (2.0 * h);
    }
    if (height == 0.0) {
        // the rest as an integral over k from the middle between two modes; weight 1/(1 + (k zg)^2)
        // k_end^2 times the integral of dk/(k^2 (1 + k^2 zg^2)) from k_end on
        const double y = k_end * zg;
        const double rest = y > 30.0 ? (1.0 - 0.6 / (y * y)) * k_end / (3.0 * y * y)
                                     : k_end * (y > 0.0 ? 1.0 - y * std::atan(1.0 / y) : 1.0);
        const RadialIntegral leading = radial_integral(k_end);
        field.density += rest * leading.value / (diffusion * units::pi);
        field.radial_current -= rest * leading.slope / units::pi;
    }
    return field;
}

}  // namespace greenhalo
