#include "superposition/current_bound.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "greenhalo/base/units.h"

namespace greenhalo {

namespace {

/// Rounding of what is computed here and compared with it.
constexpr double margin = 1.0 + 1e-9;

/// Largest q'^(-5/2) u exp(-u^2/q') over u >= r and q' >= q.
double steepest_image(double r, double q) {
    if (q >= 2.0 * r * r) return 1.0 / (q * q * std::sqrt(2.0 * std::exp(1.0)));
    const double at = std::max(q, 0.4 * r * r);  // as a function of q' it peaks at r^2/2.5
    return r * std::exp(-r * r / at) / (at * at * std::sqrt(at));
}

double by_images(const Slab& slab, double diffusion, double q) {
    constexpr int range = 8;  // q < 4 H^2: the next image has exp(-64)
    // 1/(2 tau) (pi q)^(-3/2) = 2 D pi^(-3/2) q^(-5/2)
    double sum = steepest_image(0.0, q);
    for (int n = 1; n <= range; ++n) {
        const double nearest = (2.0 * n - 1.0) * slab.half_height - slab.height;
        sum += 2.0 * steepest_image(std::max(0.0, nearest), q);
    }
    return 2.0 * diffusion * sum / (units::pi * std::sqrt(units::pi));
}

double by_modes(const Slab& slab, double diffusion, double age) {
    const double h = slab.half_height, q = 4.0 * diffusion * age, k1 = units::pi / (2.0 * h);
    double values = 0.0, slopes = 0.0;
    for (int m = 1;; ++m) {
        const double decay = std::exp(-m * m * k1 * k1 * diffusion * age);
        values += decay;
        slopes += m * k1 * decay;
        if (m * decay < 1e-12 * slopes || decay == 0.0) break;
    }
    // along the disc rho/(2 tau) exp(-rho^2/q) <= sqrt(q/2e)/(2 tau)
    const double along = std::sqrt(q / (2.0 * std::exp(1.0))) / (2.0 * age) * values;
    return std::hypot(along, diffusion * slopes) / (units::pi * q * h);
}

}  // namespace

double largest_current(const Slab& slab, double diffusion, double loss_rate, double age) {
    if (!(age > 0.0)) return std::numeric_limits<double>::infinity();
    const double h = slab.half_height, decay = diffusion * age / (h * h);
    double largest = std::numeric_limits<double>::infinity();
    if (decay < 1.0) largest = by_images(slab, diffusion, 4.0 * diffusion * age);
    if (decay > 0.1) largest = std::min(largest, by_modes(slab, diffusion, age));
    return margin * largest * std::exp(-loss_rate * age);
}

double image_reach(const Slab& slab, double highest, double q) {
    const double h = slab.half_height, z = slab.height;
    double reach = 0.0;
    for (int n = 1;; ++n) {
        // squares of the distances of images n and -n beyond that of the source itself, as in
        // green_function.h
        const double beyond =
            n % 2 == 0 ? 4.0 * n * h * (n * h - (z + highest)) : 4.0 * (n * h - highest) * (n * h - z);
        const double term = 2.0 * (2.0 * n * h + z + highest) * std::exp(-std::max(beyond, 0.0) / q);
        reach += term;
        if (term < 1e-12 * h) return margin * reach + 1e-11 * h;
    }
}

}  // namespace greenhalo
