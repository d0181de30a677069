// Nothing is lost: content of the halo + escape through both faces + spallation = what was released.

#include <gtest/gtest.h>

#include <boost/math/quadrature/gauss.hpp>
#include <cmath>

#include "greenhalo/base/units.h"
#include "greenhalo/physics/green_function.h"

namespace greenhalo::test {

namespace {

struct Case {
    double half_height, source_z, diffusion, loss_rate;
};

GreenFunction<double> above_source(const Case& c, double z, double age) {
    return green_function<double>({0.0, 0.0, z, c.source_z, age, c.half_height, c.diffusion, c.loss_rate});
}

/// Integral of the Green function over a plane: its value above the source times pi q.
double plane_factor(const Case& c, double age) {
    return units::pi * 4.0 * c.diffusion * age;
}

double content(const Case& c, double age) {
    const double panel = std::min(c.half_height / 4.0, std::sqrt(c.diffusion * age));
    double total = 0.0;
    for (const double end : {-c.half_height, c.half_height}) {
        const double length = std::min(std::abs(end - c.source_z), 16.0 * std::sqrt(c.diffusion * age));
        const int panels = static_cast<int>(std::ceil(length / panel));
        for (int i = 0; i < panels; ++i) {
            const double low = length * i / panels, high = length * (i + 1) / panels,
                         sign = end < 0.0 ? -1.0 : 1.0;
            total += boost::math::quadrature::gauss<double, 15>::integrate(
                [&](double s) { return above_source(c, c.source_z + sign * s, age).value; }, low, high);
        }
    }
    return total * plane_factor(c, age);
}

/// Particles per time through both faces.
double escape(const Case& c, double age) {
    const double outwards =
        above_source(c, -c.half_height, age).gradient[2] - above_source(c, c.half_height, age).gradient[2];
    return c.diffusion * outwards * plane_factor(c, age);
}

template <class Function>
double over_time(Function f, double low, double high) {
    constexpr int panels = 4;
    double total = 0.0;
    for (int i = 0; i < panels; ++i) {
        total += boost::math::quadrature::gauss<double, 30>::integrate(f, low + (high - low) * i / panels,
                                                                       low + (high - low) * (i + 1) / panels);
    }
    return total;
}

TEST(Conservation, ContentEscapeAndSpallationAddUpToWhatWasReleased) {
    for (const Case& c : {Case{4.0, 0.0, 0.5, 0.0}, Case{4.0, 0.1, 1.5, 0.02}, Case{1.0, -0.8, 0.03, 0.3},
                          Case{10.0, 9.0, 30.0, 0.0}, Case{0.5, 0.45, 0.01, 2.0}}) {
        const double time = c.half_height * c.half_height / c.diffusion;  // of diffusion through the halo
        double escaped = 0.0, destroyed = 0.0, from = 0.0;
        for (const double until : {1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, images_up_to, 1.0, 5.0}) {
            const double to = until * time;
            escaped += over_time([&](double t) { return escape(c, t); }, from, to);
            if (c.loss_rate > 0.0) {
                destroyed += c.loss_rate * over_time([&](double t) { return content(c, t); }, from, to);
            }
            const double remaining = content(c, to);
            EXPECT_NEAR(remaining + escaped + destroyed, 1.0, 1e-10)
                << "H = " << c.half_height << ", D tau/H^2 = " << until << ": " << remaining << " + "
                << escaped << " + " << destroyed;
            from = to;
        }
        EXPECT_GT(escaped + destroyed, 0.99);
    }
}

}  // namespace

}  // namespace greenhalo::test
