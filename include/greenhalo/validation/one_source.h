/// \file
/// One source and one observer in time: the grid against the Green function, with the orders of its errors.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "greenhalo/validation/comparison.h"
#include "greenhalo/grid/solver.h"

namespace greenhalo {

/// Where the grid starts from.
enum class OneSourceStart {
    exact_field,     ///< the Green function at the first age
    on_a_node,       ///< a point source that is a node
    between_nodes,   ///< a point source somewhere between the nodes
};
/// Solutions in all: nine for each start, and one in a wider box.
inline constexpr std::int64_t one_source_runs = 3 * 9 + 1;
/// All starts, in the order of the enumeration.
inline constexpr std::array<OneSourceStart, 3> one_source_starts = {
    OneSourceStart::exact_field, OneSourceStart::on_a_node, OneSourceStart::between_nodes};
/// In words.
std::string name_of(OneSourceStart start);

/// Lengths of the problem in half-heights H, ages in H^2/D: it looks the same for every halo and energy.
struct OneSourceProblem {
    double half_height = 4.0;  ///< kpc
    double diffusion = 1.0;    ///< kpc^2/Myr
    double loss_rate = 0.0;    ///< 1/Myr
    Position observer;         ///< kpc
    std::array<double, 3> offset{};  ///< source minus observer, H
    double start_age = 0.0;          ///< of the exact field, H^2/D
    std::vector<double> ages;        ///< of the comparison, increasing, H^2/D
    int cells = 64;    ///< of the finest of three grids along each axis; the others have 3/4 and 1/2 of them
    double box = 6.0;  ///< half-width of the grid across the source, kpc
    double step = 0.0; ///< largest of three time steps, Myr; the others are 2/3 and 1/2 of it. 0: by the ages
    SolverSettings solver;           ///< of each step
    double tolerance_factor = 1.0;   ///< on all tolerances

    /// Myr
    double age(double in_units) const { return in_units * half_height * half_height / diffusion; }
};

/// One grid and one step.
struct OneSourceRun {
    OneSourceStart start;           ///< what the grid starts from
    int cells = 0;                  ///< along each axis
    double spacing = 0.0;           ///< across, kpc
    double step = 0.0;              ///< Myr
    std::vector<Observation> seen;  ///< at every age; kpc^-3 and kpc^-4
    std::vector<double> content;    ///< share of the particles that is left, at every age
    double undershoot = 0.0;        ///< most negative density over the largest, at the first age
    double imbalance = 0.0;         ///< |released - content - lost| / released
    SolverCost cost;                ///< of all steps
};

/// All runs beside the Green function.
struct OneSourceResult {
    std::vector<OneSourceRun> runs;  ///< for each start three grids, the coarsest first, with three steps each
    std::array<std::vector<Observation>, 3> reference;     ///< the Green function, for each start and age
    std::array<std::vector<double>, 3> reference_content;  ///< share of the particles that is left, likewise
    std::vector<Comparison> comparisons;                   ///< row by row
};

/// Half-width of a grid where the ages ask for no wider one, half-heights.
inline constexpr double shortest_box = 1.5;

/// Half-width of a grid, kpc, whose absorbing sides change the density at the last age by less than their tolerance.
double least_box(const OneSourceProblem& problem);

/// Throws InputError unless the grids resolve the ages, hold source and observer, and end far enough away.
void check(const OneSourceProblem& problem, int ranks);

/// Collective. `progress(done, total)` is told about finished runs.
OneSourceResult solve(const Ranks& ranks, const OneSourceProblem& problem,
                      const std::function<void(std::int64_t, std::int64_t)>& progress);

}  // namespace greenhalo
