/// \file
/// What the problems of smooth sources have in common.
#pragma once

#include <functional>
#include <vector>

#include "app/validation.h"
#include "greenhalo/app/progress.h"
#include "greenhalo/base/units.h"
#include "greenhalo/validation/smooth_sources.h"

namespace greenhalo {

/// The grids that were asked for.
struct SmoothChoice {
    SmoothProblem problem;  ///< in a uniform halo, on a grid in (r, z)
    int cells = 192;
};

/// Throws InputError for laws without axial symmetry, observers off the grid or where nothing flows, and sides too near
/// him.
SmoothChoice read_smooth_choice(const Parameters& parameters, const Model& model);

/// Where the grid of a problem ends, kpc: as grid.box says, or as far out as `automatic`, and far enough that the sides change no more
/// than a share of what the observer sees. Throws InputError for a grid.box that does not reach so far.
double place_side(const Parameters& parameters, const SmoothProblem& problem, double automatic, double share);
/// Of grids in (r, z).
double place_side(const Parameters& parameters, const SmoothProblem& problem);

/// A grid and what it is for.
struct SmoothGrid {
    SmoothProblem problem;
    std::function<Domain(const SmoothProblem&, int)> domain;  ///< for a value of grid.cells
    double tolerance = 0.0;                                   ///< relative, for all groups and energies
};

/// Throws InputError, with the number of cells that would do, unless every grid has at least some cells, resolves its problem
/// and can be dealt out to the ranks.
void check_grids(const Parameters& parameters, const Transport& transport, const std::vector<SmoothGrid>& grids, int cells,
                 int least_cells, int ranks);

/// Every group and energy with its release, in the units of Superposition.
struct SmoothSpectrum {
    std::vector<double> density;      ///< [nS, nE]
    std::vector<double> current;      ///< [nS, nE, 3]
    std::vector<double> large_scale;  ///< [nE]
    double imbalance = 0.0;           ///< the largest
    SolverCost cost;
};

/// Solves for every group and energy by `solver(rates)`, rates being D and Gamma.
SmoothSpectrum solve_spectrum(const Transport& transport, const SourceLaw& law,
                              const std::function<SmoothField(const Rates&)>& solver,
                              const std::function<void()>& step_done);

/// The same on a grid, whose cost is that of all.
SmoothSpectrum solve_spectrum(const Transport& transport, const SourceLaw& law, SteadyGrid grid,
                              const std::function<void()>& step_done);

}  // namespace greenhalo
