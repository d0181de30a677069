/// \file
/// What the fast sum decides once per model: which ages it takes, and for each cell of ages the functions,
/// rows, weights and age factors that keep the error within the tolerance.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "greenhalo/base/aligned.h"
#include "greenhalo/parallel/session.h"
#include "superposition/fast_budget.h"
#include "superposition/fast_kernels.h"

namespace greenhalo {

/// A cell of ages, ready for the kernels. Its parts point to each other: it moves, but is never copied.
struct PlannedCell {
    PlannedCell() = default;
    PlannedCell(PlannedCell&&) = default;
    PlannedCell& operator=(PlannedCell&&) = default;

    std::int64_t first_slab = 0, slab_count = 0;
    std::int64_t slabs_per_group = 1;
    double b0 = 0.0;  ///< of the rows exp(-n b0 s), Myr/kpc^2
    FastCell kernel{};
    std::vector<FastClass> classes;   ///< none: nothing is seen from these ages
    std::vector<int> rows;            ///< of all classes
    std::vector<double> age_factors;  ///< [groups][density, flow][degree_count][fast_chebyshev]
    std::vector<FastTerm> terms;
    bool separable = true;
    AlignedVector weights;

    /// Lets the kernel point to the classes and these to their rows.
    void link();
};

struct FastPlan {
    std::vector<FastChannel> channels;
    std::vector<PlannedCell> cells;  ///< the youngest first, without gaps
    std::int64_t first_slab = 0;     ///< younger slabs are summed directly
    /// What the sources that are summed directly are held against; none where a release takes time.
    std::optional<LeastSums> least_sums;
    double error_estimate = 0.0;     ///< largest expected error over the sum of absolute contributions
    std::string why_stopped;         ///< why younger sources are not summed fast
    std::string why_not;             ///< why nothing is summed fast; empty if something is

    std::size_t memory() const;  ///< bytes
};

/// \param tolerance largest error over the sum of absolute contributions
/// \param sharers ranks that plan the same together (collective then), to the same bits as one alone
FastPlan make_fast_plan(const Transport& transport, const Selection& selection, const SourceLaw& law,
                        double time_span, double tolerance, const Ranks* sharers = nullptr);

}  // namespace greenhalo
