/// \file
/// Who dominates: the source with the largest current at each energy, as the result file tells it.
#pragma once

#include <vector>

#include "greenhalo/superposition/dominant.h"

namespace greenhalo {

/// Values per energy, [nE] each, NaN where no source gives anything.
struct Dominance {
    std::vector<double> distance;   ///< from the observer, kpc
    std::vector<double> age;        ///< since the explosion, yr
    std::vector<double> longitude;  ///< Galactic, as seen by the observer, degrees in [0, 360)
    std::vector<double> latitude;   ///< degrees
    std::vector<double>
        share_current;  ///< |J of the source|/|J of all|; above 1 where others cancel a part of it
    std::vector<double> share_density;  ///< n of the source/n of all
    std::vector<double> listed;         ///< row of a listed source, counted from 0; -1 for a random one
};

/// From the dominating sources [nE] and the sum over all sources, both for this observer.
Dominance describe_dominance(const std::vector<DominantSource>& sources, const Superposition& all,
                             const Position& observer);

}  // namespace greenhalo
