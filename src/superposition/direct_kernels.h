/// \file
/// The kernels of the direct sum: one tile of sources, one diffusion coefficient and loss rate at a time.
#pragma once

#include <stdint.h>

namespace greenhalo {

/// Number of eigenmodes kept at D tau/H^2 >= images_up_to.
inline constexpr int mode_count = 6;

/// Observer and halo, and the constants that follow from them.
struct Geometry {
    double half_height;                 ///< H, kpc
    double x, y, z;                     ///< observer, kpc
    double mode_value[mode_count + 1];  ///< sin k_m(z+H), index m
    double mode_slope[mode_count + 1];  ///< k_m cos k_m(z+H), 1/kpc
};

/// What preparing a tile takes beside the sources.
struct PrepareRequest {
    Geometry geometry;
    double delay;              ///< Myr
    double minimum_age;        ///< effective, Myr
    double minimum_distance2;  ///< kpc^2
    double causal_speed2;      ///< c^2 in (kpc/Myr)^2, or infinite
    double exclude_distance2, exclude_age, maximum_age;
    int modes;  ///< how many source modes are wanted: 0 or mode_count
};

/// Sources of one tile, ready to be summed; arrays of `size`, a multiple of eight. Sources that do not count
/// have weight 0 and harmless other values.
struct Tile {
    int64_t size;
    double* age;                ///< effective age tau, Myr
    double* rho2_per_age;       ///< rho^2/tau
    double* distance2_per_age;  ///< (rho^2 + (z-zs)^2)/tau
    double* half_per_age;       ///< 1/(2 tau)
    double* flow_x;             ///< (x-xs)/(2 tau): J_x per density
    double* flow_y;
    double* source_z;
    double* image_weight;          ///< w tau^(-3/2)
    double* mode_weight;           ///< w/tau
    double* mode[mode_count + 1];  ///< sin k_m(zs+H)
    double youngest, oldest;       ///< effective ages of the sources that count
    double highest;                ///< largest |zs| of the sources that count
    double farthest2;              ///< largest squared distance to the observer of the sources that count
    int64_t counted;               ///< number of sources that count
};

/// Sums over a tile: of density, and of current x, y, z, without the factors that do not depend on the
/// source. `delay` (Myr) comes on top of the one that the tile was prepared with.
using DirectKernel = void (*)(const Tile&, const Geometry&, double diffusion, double loss_rate, double delay,
                              double sums[4]);

/// The kernels for tiles of one delay.
struct SeriesKernels {
    DirectKernel free_space;
    DirectKernel images_midplane, images_general;
    /// By the number of modes kept: 1, 2, (3,) 6. One mode at the midplane leaves J_z out.
    DirectKernel modes_midplane_1, modes_midplane_2, modes_midplane_6;
    DirectKernel modes_general_1, modes_general_2, modes_general_3, modes_general_6;
};

struct DirectKernels {
    /// Raw sources (x, y, z, age, relative energy or null) to a tile.
    void (*prepare)(const PrepareRequest&, int64_t count, const double* x, const double* y, const double* z,
                    const double* age, const double* energy, Tile& tile);
    /// Splits weights by age: image weights of sources up to `age`, mode weights of older ones.
    void (*split_weights)(const Tile&, double age, double* image_weight, double* mode_weight);
    SeriesKernels as_prepared;  ///< ignore the delay of the call
    SeriesKernels delayed;      ///< for delays up to half the age of the youngest source that counts
    /// exp() of whole vectors, for tests.
    void (*exponential)(int64_t count, const double* x, double* y);
};

}  // namespace greenhalo
