/// \file
/// The random sources of a realization as they explode, on the grid and superposed.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "greenhalo/galaxy/source_law.h"
#include "greenhalo/validation/comparison.h"
#include "greenhalo/grid/solver.h"
#include "greenhalo/superposition/transport.h"

namespace greenhalo {

/// One realization, and the grid on which its sources explode.
struct ManySourcesProblem {
    Transport transport;             ///< halo, nuclei, release, observer
    SourceLaw law;                   ///< of the random sources
    double time_span = 80.0;         ///< Myr
    double minimum_age = 0.0;        ///< effective, Myr: younger sources are left out on both sides
    std::uint64_t seed = 1;          ///< of the catalogue
    std::int64_t realization = 0;    ///< index
    double reach = 20.0;             ///< only sources with |x|, |y| below, kpc
    double box = 28.0;               ///< where the grid ends, kpc from the Galactic centre along x and y
    int cells = 96;                  ///< along x and y; half as many along z
    double finest = 0.15;            ///< distance of the nodes at the observer, kpc
    double window = 6.0;             ///< times of observation go back this far, Myr
    std::int64_t observations = 60;  ///< at least so many
    double step = 0.0;               ///< Myr; 0: a sixteenth of the minimum age, or less
    SolverSettings solver;           ///< of each step
    double tolerance_factor = 1.0;   ///< on all tolerances
};

/// What an observer sees of every group and energy at every time, units of Superposition.
struct TimeSeries {
    std::vector<double> density;  ///< [nS, nE, nT]
    std::vector<double> current;  ///< [nS, nE, nT, 3]
};

/// Both solutions and what tells them apart.
struct ManySourcesResult {
    std::int64_t sources = 0;       ///< within reach
    std::vector<double> time;       ///< [nT] Myr, the last is now: 0
    TimeSeries fine;                ///< on the grid
    TimeSeries coarse;              ///< with nodes twice as far apart and steps twice as long
    TimeSeries green;               ///< superposed Green functions
    double step = 0.0;              ///< Myr, the longest while the observer looks at the fine grid
    double spacing = 0.0;           ///< smallest, kpc
    std::vector<std::pair<std::string, SolverCost>> costs;  ///< of each grid, by its name
    std::vector<Comparison> comparisons;                    ///< row by row
};

/// Half-width of a grid, kpc, whose absorbing sides change what the observer sees by less than its tolerance.
double least_box(const ManySourcesProblem& problem);

/// Throws InputError unless grid and steps resolve the minimum age, and the grid sources far away, and holds them and the
/// observer.
void check(const ManySourcesProblem& problem, int ranks);

/// How often solve() tells its progress.
std::int64_t steps_of(const ManySourcesProblem& problem);

/// Collective. A source counts from the minimum age on: the grid's observer does not look at the field, but at what
/// has become of it after the minimum age without new sources. The discrete operator being symmetric, that is the
/// inner product of the field with the observer's weights, advanced once over the minimum age.
ManySourcesResult solve(const Ranks& ranks, const ManySourcesProblem& problem,
                        const std::function<void(std::int64_t, std::int64_t)>& progress);

}  // namespace greenhalo
