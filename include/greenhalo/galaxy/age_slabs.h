/// \file
/// The age slabs in which a realization's sources are drawn. Anchored once and for all: they depend on no
/// parameter, so that a longer span contains the shorter one and any slab can be drawn alone.
#pragma once

#include <cstdint>

namespace greenhalo {

/// Slabs per factor of two in age: 2^(1/336) - 1 = 0.2065 % wide. 336 = 3 x 112, so that thirds of an octave and
/// groups of up to sixteen slabs nest.
inline constexpr std::int64_t slabs_per_octave = 336;

/// Lower edge of slab 1, Myr (977 yr). Slab 0 holds the ages from 0 to here.
inline constexpr double first_slab_edge = 1.0 / 1024.0;

/// Lower edge of slab j in Myr: 0 for j = 0, else 2^((j-1)/336) first_slab_edge. The same bits on every machine.
double slab_edge(std::int64_t slab);

/// Number of slabs, counted from slab 0, that cover the ages from 0 to `span` in Myr.
std::int64_t slabs_covering(double span);

}  // namespace greenhalo
