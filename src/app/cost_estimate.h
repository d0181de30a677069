/// \file
/// What an ensemble will cost, from a short piece of it that is computed here and now.
#pragma once

#include <cstdint>
#include <string>

#include "greenhalo/app/model.h"

namespace greenhalo {

/// Seconds are those of one core of this machine that has nothing else to do.
struct CostEstimate {
    double setup = 0.0;            ///< every rank, once
    double per_realization = 0.0;  ///< one
    double statistics = 0.0;       ///< all ranks together
    std::int64_t measured = 0;     ///< realizations that were timed
    double base_memory = 0.0;      ///< bytes per rank without any realization
    double per_realization_memory = 0.0;  ///< bytes that a finished one keeps in the memory of its rank
    double statistics_memory = 0.0;  ///< bytes on the busiest rank, for one energy of all realizations
    std::string superposition;     ///< how sources will be summed

    /// Wall time in seconds of `realizations` on `ranks` cores like this one.
    double wall_time(std::int64_t realizations, std::int64_t ranks) const;
    /// Bytes of the rank that needs most.
    double memory(std::int64_t realizations, std::int64_t ranks) const;
};

/// Computes realizations of the model, the first ones, for about a second (at least one; never more than there are) and
/// times them and everything else a run does.
CostEstimate measure_cost(const Model& model);

}  // namespace greenhalo
