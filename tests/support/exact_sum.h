/// \file
/// The superposition written down plainly in extended precision: what the fast kernels are held against.
#pragma once

#include <cmath>
#include <vector>

#include "greenhalo/physics/green_function.h"
#include "support/models.h"

namespace greenhalo::test {

/// A sum over sources, and the same sum of absolute contributions, for [nS, nE] and the components n, J_x,
/// J_y, J_z.
struct ExactSum {
    struct Channel {
        long double value[4] = {0, 0, 0, 0};
        long double absolute[4] = {0, 0, 0, 0};
    };
    std::vector<Channel> channels;
};

/// dG/dz seen from the midplane, where the terms that do not depend on the source's height vanish by
/// symmetry: without them nothing cancels, and a source in the plane or one of any age gives its vertical
/// slope to all digits.
inline long double midplane_slope(const Propagation<long double>& p) {
    if (!(p.age > 0) || std::abs(p.source_z) >= p.half_height) return 0;
    const long double pi = std::acos(-1.0L), h = p.half_height, zs = p.source_z, q = 4 * p.diffusion * p.age;
    const long double plane = std::exp(-(p.dx * p.dx + p.dy * p.dy) / q) / (pi * q);
    long double slope = 0;
    if (p.diffusion * p.age < images_up_to * h * h) {
        // images n and -n: (2/q) exp(-(4 n^2 H^2 + zs^2)/q) (2 zs cosh a - 4 n H sinh a), a = 4 n H zs/q; odd
        // in zs
        const long double height = std::abs(zs);
        for (int n = 1; n <= 8; ++n) {
            const long double a = 4 * n * h * height / q, e = std::exp(a - 4 * n * n * h * h / q);
            slope += height * e * (1 + std::exp(-2 * a)) + 2 * n * h * e * std::expm1(-2 * a);
        }
        slope = std::copysign(1.0L, zs) * (slope + height);
        return plane * std::exp(-zs * zs / q - p.loss_rate * p.age) * 2 / q * slope / std::sqrt(pi * q);
    }
    // even modes: sin k(zs+H) cos kH = sin k zs
    for (int m = 2; m <= 20; m += 2) {
        const long double k = m * pi / (2 * h);
        slope += k * std::sin(k * zs) * std::exp(-(p.diffusion * k * k + p.loss_rate) * p.age);
    }
    return plane * slope / h;
}

/// Whether a random source counts, by the words of Selection.
inline bool is_selected(const Selection& s, const Source& source, const Position& observer,
                        double effective_age) {
    const double distance = std::hypot(source.x - observer.x, source.y - observer.y, source.z - observer.z);
    if (effective_age < s.minimum_age) return false;
    if (distance < s.minimum_distance) return false;
    if (s.causal && distance > units::c * effective_age) return false;
    return !(distance < s.exclude_distance && source.age < s.exclude_age);
}

inline ExactSum exact_sum(const Transport& t, const Selection& selection,
                          const std::vector<Source>& sources) {
    ExactSum sum;
    for (std::size_t s = 0; s < t.nuclei.size(); ++s) {
        for (std::size_t e = 0; e < t.energies.size(); ++e) {
            ExactSum::Channel channel;
            const long double diffusion = t.diffusion_of(s, e), loss_rate = t.loss_rate_of(s, e);
            for (const ReleaseEntry& entry : t.release[s][e]) {
                for (const Source& source : sources) {
                    if (!is_selected(selection, source, t.observer, source.age - entry.delay)) continue;
                    const Propagation<long double> p{static_cast<long double>(t.observer.x) - source.x,
                                                     static_cast<long double>(t.observer.y) - source.y,
                                                     t.observer.z,
                                                     source.z,
                                                     static_cast<long double>(source.age) - entry.delay,
                                                     t.half_height,
                                                     diffusion,
                                                     loss_rate};
                    auto g = green_function(p);
                    if (t.observer.z == 0.0) g.gradient[2] = midplane_slope(p);
                    const long double weight = static_cast<long double>(entry.yield) * source.energy;
                    const long double terms[4] = {weight * g.value, -weight * diffusion * g.gradient[0],
                                                  -weight * diffusion * g.gradient[1],
                                                  -weight * diffusion * g.gradient[2]};
                    for (int i = 0; i < 4; ++i) {
                        channel.value[i] += terms[i];
                        channel.absolute[i] += std::abs(terms[i]);
                    }
                }
            }
            sum.channels.push_back(channel);
        }
    }
    return sum;
}

/// Largest error of n and of J_x, J_y, J_z, in units of the sum of absolute contributions. Where
/// contributions are so small that doubles lose them (below 1e-280) the sum only has to be small as well, or
/// the error is infinite.
struct WorstErrors {
    double of[4] = {0, 0, 0, 0};
    void compare(const ExactSum& exact, const Superposition& sum) {
        for (std::size_t c = 0; c < exact.channels.size(); ++c) {
            const double values[4] = {sum.density[c], sum.current[3 * c], sum.current[3 * c + 1],
                                      sum.current[3 * c + 2]};
            for (int i = 0; i < 4; ++i) {
                const long double absolute = exact.channels[c].absolute[i];
                double error =
                    static_cast<double>(std::abs(values[i] - exact.channels[c].value[i]) / absolute);
                if (absolute < 1e-280L) error = std::abs(values[i]) < 1e-279 ? 0.0 : INFINITY;
                of[i] = std::isnan(error) ? INFINITY : std::max(of[i], error);
            }
        }
    }
    void include(const WorstErrors& other) {
        for (int i = 0; i < 4; ++i) of[i] = std::max(of[i], other.of[i]);
    }
};

}  // namespace greenhalo::test
