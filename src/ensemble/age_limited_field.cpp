#include "greenhalo/ensemble/age_limited_field.h"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>

#include "ensemble/age_integral.h"
#include "ensemble/gauss_rule.h"
#include "ensemble/height_nodes.h"
#include "greenhalo/base/units.h"
#include "greenhalo/physics/green_function.h"

namespace greenhalo {

namespace {

/// A function of the observer's position and its derivative.
struct ValueAndSlope {
    double value = 0.0, slope = 0.0;
};

/// exp(x^2) erfc(x)
double scaled_erfc(double x) {
    if (x < 20.0) return std::exp(x * x) * boost::math::erfc(x);
    const double y = 1.0 / (2.0 * x * x);
    return (1.0 - y * (1.0 - 3.0 * y * (1.0 - 5.0 * y * (1.0 - 7.0 * y)))) / (x * std::sqrt(units::pi));
}

/// A two-sided exponential smeared by a Gaussian of exp(-z^2/(4 diffused)): no boundary matters.
ValueAndSlope height_mean_far_from_boundaries(double scale_height, double diffused, double z0) {
    const double zg = scale_height, width = 2.0 * std::sqrt(diffused), z = std::abs(z0);
    const double gauss = std::exp(-z * z / (width * width));
    ValueAndSlope mean;
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

/// The same by quadrature over the heights of the sources, with the images.
ValueAndSlope height_mean_by_quadrature(const MeanFieldSetting& s, double diffused) {
    const double q = 4.0 * diffused;
    ValueAndSlope mean;
    for (const HeightNode& node : height_nodes(s.scale_height, s.half_height, s.height, q, q)) {
        const auto g = green_function_by_images<double>(
            {0.0, 0.0, s.height, node.z, diffused, s.half_height, 1.0, 0.0}, 4);
        mean.value += node.weight * units::pi * q * g.value;
        mean.slope += node.weight * units::pi * q * g.gradient[2];
    }
    return mean;
}

/// Mean over the height law of the vertical part of the Green function, and its derivative with respect to
/// z0.
ValueAndSlope height_mean(const MeanFieldSetting& s, double diffused) {
    const double h = s.half_height, zg = s.scale_height;
    if (diffused < 0.004 * h * h) {
        const double gap = h - std::abs(s.height);
        return gap * gap > 36.0 * diffused ? height_mean_far_from_boundaries(zg, diffused, s.height)
                                           : height_mean_by_quadrature(s, diffused);
    }
    ValueAndSlope mean;
    const double slowest = units::pi / (2.0 * h);
    for (int j = 0;; ++j) {
        const double k = (2.0 * j + 1.0) * slowest;
        // beside the first of the series, which is small itself at a large age
        if (std::exp((slowest * slowest - k * k) * diffused) < 1e-18) return mean;
        const double decay = std::exp(-k * k * diffused);
        const double edge = zg > 0.0 ? (j % 2 == 0 ? 1.0 : -1.0) * k * zg * std::exp(-h / zg) : 0.0;
        const double weight = (1.0 + edge) / (1.0 + k * k * zg * zg) * decay / h;
        mean.value += weight * std::cos(k * s.height);
        mean.slope -= weight * k * std::sin(k * s.height);
    }
}

}  // namespace

MeanField integrate_over_ages(const std::function<PlaneMean(double)>& plane_at,
                              const MeanFieldSetting& setting, double diffusion, double loss_rate,
                              double youngest, double oldest) {
    const double half_height = setting.half_height;
    const double decay = loss_rate + diffusion * std::pow(units::pi / (2.0 * half_height), 2);
    const double last = std::min(oldest, youngest + 45.0 / decay);
    MeanField field;
    // over sqrt(tau), piece by piece: the integrand falls as a power of tau first and exponentially later
    const auto add = [&](double from, double to) {
        for_each_node(gauss_rule(30), std::sqrt(from), std::sqrt(to), [&](double root, double w) {
            const double tau = root * root;
            const PlaneMean plane = plane_at(4.0 * diffusion * tau);
            const ValueAndSlope z = height_mean(setting, diffusion * tau);
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

MeanField age_limited_mean_field(const SourceLaw& law, double half_height, double diffusion, double loss_rate,
                                 double radius, double height, double youngest, double oldest) {
    return integrate_over_ages([&](double q) { return plane_mean(law, q, radius); },
                               {law.scale_height, half_height, height}, diffusion, loss_rate, youngest,
                               oldest);
}

}  // namespace greenhalo
