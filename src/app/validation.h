/// \file
/// The problems of greenhalo validate, from parameters to what is printed and kept.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "greenhalo/app/command_input.h"
#include "greenhalo/validation/comparison.h"
#include "greenhalo/grid/solver.h"

namespace greenhalo {

/// What a problem leaves behind.
struct Validation {
    std::string problem;  ///< the group under /grid
    std::vector<std::string> notes;  ///< lines above the table
    std::vector<Comparison> comparisons;
    std::vector<std::pair<std::string, SolverCost>> costs;
    Dimensions extents;
    Datasets datasets;
    std::map<std::string, std::vector<std::string>> texts;
};

/// Collective. Each checks its input on all ranks alike, throws InputError before anything is computed, and solves.
Validation validate_one_source(const Ranks& ranks, const Log& log, const CommandInput& input);
Validation validate_many_sources(const Ranks& ranks, const Log& log, const CommandInput& input);
Validation validate_steady(const Ranks& ranks, const Log& log, const CommandInput& input);
Validation validate_beyond(const Ranks& ranks, const Log& log, const CommandInput& input);

SolverSettings read_solver(const Parameters& parameters);

/// grid.cells, or what stands for auto; throws InputError unless it is a multiple of 8.
int read_cells(const Parameters& parameters, int automatic);

}  // namespace greenhalo
