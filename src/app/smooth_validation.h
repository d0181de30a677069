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
    SmoothProblem problem;    ///< in a uniform halo
    double box_side = 28.0;   ///< of the grid in x, y, z, kpc
    int cells = 192;
};

/// Throws InputError for laws without axial symmetry, observers off the grid or too near its absorbing sides, and grids with
/// fewer than `least_cells` or too coarse for the disc of the sources.
SmoothChoice read_smooth_choice(const Parameters& parameters, const Model& model, int least_cells);

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
