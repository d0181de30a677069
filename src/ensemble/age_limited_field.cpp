#include "greenhalo/ensemble/age_limited_field.h"

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>

#include "greenhalo/base/units.h"
#include "greenhalo/ensemble/bessel.h"

namespace greenhalo {

namespace {

/// A function of the observer's position and its derivative.
struct ValueAndSlope {
    double value = 0.0, slope = 0.0;
};

/// Gauss-Legendre nodes and weights of an interval. Fixed rules, because the integrands are smooth on known scales
/// and their derivatives carry rounding noise that would drive an adaptive one to its limits.
template <class Function>
void for_each_node(double from, double to, Function function) {
    using Rule = boost::math::quadrature::gauss<double, 30>;
    const double middle = 0.5 * (from + to), half = 0.5 * (to - from);
    const auto& nodes = Rule::abscissa();
    const auto& weights = Rule::weights();
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        function(middle - half * nodes[i], half * weights[i]);
        function(middle + half * nodes[i], half * weights[i]);
    }
}

/// Mean of exp(-rho^2/q)/(pi q) over the surface density, and its derivative with respect to the radius.
ValueAndSlope plane_mean(const SourceLaw& law, double q, double radius) {
    const double reach = std::sqrt(42.0 * q);
    const double from = std::max(0.0, radius - reach), to = std::min(law.outer_radius(), radius + reach);
    ValueAndSlope mean;
    constexpr int panels = 4;
    for (int i = 0; i < panels && to > from; ++i) {
        for_each_node(from + (to - from) * i / panels, from + (to - from) * (i + 1) / panels, [&](double r, double w) {
            const double x = 2.0 * r * radius / q;
            const double bell = w * 2.0 * r * law.surface_density(r) / q * std::exp(-(r - radius) * (r - radius) / q);
            const double i0 = scaled_i0(x);
            mean.value += bell * i0;
            mean.slope += bell * 2.0 / q * (r * scaled_i1(x) - radius * i0);
        });
    }
    return mean;
}

/// exp(x^2) erfc(x)
double scaled_erfc(double x) {
    if (x < 20.0) return std::exp(x * x) * boost::math::erfc(x);
    const double y = 1.0 / (2.0 * x * x);
    return (1.0 - y * (1.0 - 3.0 * y * (1.0 - 5.0 * y * (1.0 - 7.0 * y)))) / (x * std::sqrt(units::pi));
}

/// Mean over the height law of the vertical part of the Green function, and its derivative with respect to z0.
ValueAndSlope height_mean(double scale_height, double half_height, double diffused, double z0) {
    const double h = half_height, zg = scale_height;
    ValueAndSlope mean;
    if (diffused < 0.004 * h * h) {
        // no image reaches the observer: a two-sided exponential smeared by a Gaussian
        const double width = 2.0 * std::sqrt(diffused), z = std::abs(z0);
        const double gauss = std::exp(-z * z / (width * width));
        if (zg == 0.0) {
            mean.value = gauss / (width * std::sqrt(units::pi));
            mean.slope = -2.0 * z0 / (width * width) * mean.value;
            return mean;
        }
        const double a = std::sqrt(diffused) / zg;
        const auto side = [&](double s) {
            const double x = a + s * z / width;
            // exp(a^2 + s z/zg) erfc(x) = gauss erfcx(x); where x < 0 without overflow
            return x > 0.0 ? gauss * scaled_erfc(x) : std::exp(a * a + s * z / zg) * boost::math::erfc(x);
        };
        const double near = side(-1.0), far = side(1.0);
        mean.value = (near + far) / (4.0 * zg);
        mean.slope = (z0 < 0.0 ? -1.0 : 1.0) * (far - near) / (4.0 * zg * zg);
        return mean;
    }
    for (int j = 0;; ++j) {
        const double k = (2.0 * j + 1.0) * units::pi / (2.0 * h);
        const double decay = std::exp(-k * k * diffused);
        if (decay < 1e-18) return mean;
        const double edge = zg > 0.0 ? (j % 2 == 0 ? 1.0 : -1.0) * k * zg * std::exp(-h / zg) : 0.0;
        const double weight = (1.0 + edge) / (1.0 + k * k * zg * zg) * decay / h;
        mean.value += weight * std::cos(k * z0);
        mean.slope -= weight * k * std::sin(k * z0);
    }
}

}  // namespace

MeanField age_limited_mean_field(const SourceLaw& law, double half_height, double diffusion, double loss_rate,
                                 double radius, double height, double youngest, double oldest) {
    const double decay = loss_rate + diffusion * std::pow(units::pi / (2.0 * half_height), 2);
    const double last = std::min(oldest, youngest + 45.0 / decay);
    MeanField field;
    // over sqrt(tau), piece by piece: the integrand falls as a power of tau first and exponentially later
    const auto add = [&](double from, double to) {
        for_each_node(std::sqrt(from), std::sqrt(to), [&](double root, double w) {
            const double tau = root * root;
            const ValueAndSlope plane = plane_mean(law, 4.0 * diffusion * tau, radius);
            const ValueAndSlope z = height_mean(law.scale_height, half_height, diffusion * tau, height);
            const double weight = w * 2.0 * root * std::exp(-loss_rate * tau);
            field.density += weight * plane.value * z.value;
            field.radial_current -= diffusion * weight * plane.slope * z.value;
            field.vertical_current -= diffusion * weight * plane.value * z.slope;
        });
    };
    const double switch_age = 0.004 * half_height * half_height / diffusion;
    double from = youngest;
    while (from < last) {
        double to = std::max(4.0 * from, 1e-3 * switch_age);
        if (from < switch_age) to = std::min(to, switch_age);
        to = std::min(to, last);
        add(from, to);
        from = to;
    }
    return field;
}

}  // namespace greenhalo
