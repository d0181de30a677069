/// \file
/// The kernels of the search for the dominating source: bounds of |J| for many sources at once.
#pragma once

#include <stdint.h>

namespace greenhalo {

/// Sources of a tile as they were drawn, and what of them does not depend on the release. Arrays of a
/// multiple of eight.
struct BoundSources {
    int64_t size;
    const double* age;        ///< since the explosion, Myr
    const double* distance2;  ///< kpc^2
    const double* weight;     ///< 1, or 0 for a source that does not count at all
};

/// Who counts, apart from the effective age, and from where sources are seen.
struct CountRequest {
    double x, y, z;  ///< observer, kpc
    double half_height, maximum_age, minimum_distance2, exclude_distance2, exclude_age;
};

struct DominantKernels {
    /// Squares of the distances and weights of `count` sources, padded to a multiple of eight with sources
    /// that do not count; returns the largest |z| of those that do. All arrays hold the multiple of eight.
    double (*measure)(const CountRequest&, int64_t count, const double* x, const double* y, const double* z,
                      const double* age, double* distance2, double* weight);
    /// For one delay: inverse effective age, tau^(-5/2) weight and that times the distance; 0 before the
    /// release.
    void (*prepare)(const BoundSources&, double delay, double* inverse_age, double* steep,
                    double* steep_distance);
    /// Adds factor (steep_distance + reach steep) exp(-decay distance2/tau) to `bound`; returns the largest
    /// sum.
    double (*add_bound)(const BoundSources&, const double* inverse_age, const double* steep,
                        const double* steep_distance, double factor, double reach, double decay,
                        double* bound);
};

}  // namespace greenhalo
