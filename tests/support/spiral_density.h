/// \file
/// The smooth density of the spiral arms by quadrature: the law of Blasi & Amato 2012 (4.4) written down once
/// more, independently of how it is drawn.
#pragma once

#include <array>
#include <cmath>

#include "greenhalo/base/units.h"
#include "greenhalo/galaxy/frame.h"
#include "greenhalo/galaxy/source_law.h"

namespace greenhalo::test {

/// Centroids, as printed in physics papers: K, r0 in kpc, theta0.
struct PrintedArm {
    const char* name;
    double winding, radius, azimuth;
};
inline constexpr std::array<PrintedArm, 4> printed_arms = {{{"Norma", 4.25, 3.48, 0.0},
                                                            {"Carina-Sagittarius", 4.25, 3.48, 3.14},
                                                            {"Perseus", 4.89, 4.90, 2.52},
                                                            {"Crux-Scutum", 4.89, 4.90, -0.62}}};

/// Density of the radial coordinate before its scatter, 1/kpc.
inline double radial_density(double r) {
    const double scale = 8.5 / 3.53, x = r / scale;
    return x * x * x * std::exp(-x) / (6.0 * scale);
}

/// Share of a spread of `width` turns, beginning `start` turns from a point, that lies on the point's turn:
/// 1/width if the point is inside, else 0.
inline double spread_density(double turns_from_start, double width) {
    const double t = turns_from_start - std::floor(turns_from_start);
    return t < width ? 1.0 / width : 0.0;
}

/// Surface density of the arms at a place, kpc^-2, for several widths and blurs at once: [width][blur], blur
/// 0 one-sided and 1 symmetric. The scatter of the radius is integrated over by the midpoint rule.
template <std::size_t widths>
std::array<std::array<double, 2>, widths> spiral_density(double x, double y,
                                                         const std::array<double, widths>& width,
                                                         int nodes = 200) {
    const double r = std::hypot(x, y), turn = std::atan2(y, x) / (2.0 * units::pi);
    std::array<std::array<double, 2>, widths> f{};
    const double step = 12.0 / nodes;
    for (int i = 0; i < nodes; ++i) {
        const double nu = -6.0 + (i + 0.5) * step, smooth = r / (1.0 + 0.07 * nu);
        const double weight = std::exp(-0.5 * nu * nu) / std::sqrt(2.0 * units::pi) * step *
                              radial_density(smooth) / (1.0 + 0.07 * nu) / r / 4.0 / (2.0 * units::pi);
        const double logarithm = std::log(smooth);
        for (std::size_t k = 0; k < widths; ++k) {
            const double share = std::exp(-smooth / width[k]);
            for (const PrintedArm& arm : printed_arms) {
                const double centroid =
                    (arm.winding * (logarithm - std::log(arm.radius)) + arm.azimuth) / (2.0 * units::pi);
                f[k][0] += weight * spread_density(turn - centroid, share);
                f[k][1] += weight * spread_density(turn - centroid + 0.5 * share, share);
            }
        }
    }
    return f;
}

}  // namespace greenhalo::test
