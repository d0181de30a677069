#include "greenhalo/ensemble/steady_field.h"

#include <algorithm>
#include <array>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>

#include "greenhalo/base/units.h"
#include "greenhalo/ensemble/bessel.h"
#include "greenhalo/galaxy/frame.h"

namespace greenhalo {

namespace {

constexpr double expansion_from = 30.0;  ///< kappa, 1/kpc
constexpr int series_length = 20000;

/// Integral of r f(r) I0(kappa r<) K0(kappa r>) over r, and its derivative with respect to the observer's radius.
struct RadialIntegral {
    double value = 0.0, slope = 0.0;
};

RadialIntegral radial_integral(const SourceLaw& law, double kappa, double radius) {
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

/// f and its images under L = d^2/dR^2 + (1/R) d/dR, which solve the same problem term by term for large kappa:
/// integral = f/kappa^2 + L f/kappa^4 + L^2 f/kappa^6 + L^3 f/kappa^8.
class LargeKappa {
  public:
    LargeKappa(const SourceLaw& law, double radius) {
        if (law.model == SourceModel::uniform_disc) {
            // constant inside; the rim enters as exp(-kappa distance), below rounding unless very near
            value_[0] = law.surface_density(radius);
            return;
        }
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

    RadialIntegral operator()(double kappa2) const {
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

}  // namespace

MeanField steady_mean_field(const SourceLaw& law, double half_height, double diffusion, double loss_rate,
                            double radius, double height) {
    const double h = half_height, zg = law.scale_height;
    const LargeKappa large_kappa(law, radius);
    MeanField field;
    double k_end = 0.0;
    for (int j = 0; j < series_length; ++j) {
        const double k = (2.0 * j + 1.0) * units::pi / (2.0 * h);
        const double kappa2 = k * k + loss_rate / diffusion;
        const double sign = j % 2 == 0 ? 1.0 : -1.0;
        const double edge = zg > 0.0 ? sign * k * zg * std::exp(-h / zg) : 0.0;
        const double weight = (1.0 + edge) / (1.0 + k * k * zg * zg);
        const RadialIntegral radial = kappa2 < expansion_from * expansion_from
                                          ? radial_integral(law, std::sqrt(kappa2), radius)
                                          : large_kappa(kappa2);
        field.density += weight * std::cos(k * height) * radial.value / (diffusion * h);
        field.radial_current -= weight * std::cos(k * height) * radial.slope / h;
        field.vertical_current += weight * k * std::sin(k * height) * radial.value / h;
        k_end = k + units::pi / (2.0 * h);
    }
    if (height == 0.0) {
        // the rest as an integral over k from the middle between two modes; weight -> 1 or 1/(k zg)^2
        const double rest = zg > 0.0 ? 1.0 / (3.0 * zg * zg * k_end) : k_end;
        const RadialIntegral leading = large_kappa(k_end * k_end);
        field.density += rest * leading.value / (diffusion * units::pi);
        field.radial_current -= rest * leading.slope / units::pi;
    }
    return field;
}

}  // namespace greenhalo
