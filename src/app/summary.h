/// \file
/// What a run tells at its beginning and its end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "greenhalo/app/model.h"
#include "greenhalo/ensemble/statistics.h"

namespace greenhalo {

/// What this start of a run did.
struct RunFigures {
    std::int64_t realizations = 0;  ///< computed; 0 when all were there
    std::int64_t sources = 0;       ///< random sources summed
    double seconds = 0.0;      ///< wall time of the computation
    int ranks = 1;
};

/// A few lines on the model that is about to be computed.
std::string opening_text(const Parameters& parameters, const Model& model, int ranks);

/// Median amplitudes, efficiencies, speed (of a run) and the place of the result, on stdout.
void print_summary(const Parameters& parameters, const Model& model, const Statistics& statistics,
                   const std::optional<RunFigures>& figures);

}  // namespace greenhalo
