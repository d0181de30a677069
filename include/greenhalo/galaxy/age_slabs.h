/// \file
/// The age slabs in which a realization's sources are drawn. Anchored once and for all: they depend on no
/// parameter, so that a longer span contains the shorter one and any slab can be drawn alone.
#pragma once

#include <cstdint>
#include <vector>

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

/// Slabs first .. end-1.
struct SlabRange {
    std::int64_t first = 0;  ///< number of the first slab
    std::int64_t end = 0;    ///< number behind the last slab
};

/// Random sources that a realization summed in one piece has at most, on average.
inline constexpr double most_sources_per_segment = 2e7;

/// The segments of ages in which a realization with `rate` sources per Myr over `span` Myr is summed, the youngest
/// first: one where it has few sources, otherwise as many of about equally many sources as it takes. What the
/// segments give is added up in this order, so that they may be summed by different ranks and at different times.
std::vector<SlabRange> age_segments(double rate, double span);

}  // namespace greenhalo
