/// \file
/// The rows of a cell, shared by its classes, and the weights that make sums over sources of their moments.
#pragma once

#include <optional>
#include <vector>

#include "superposition/fast_fit.h"
#include "superposition/fast_plan.h"

namespace greenhalo {

/// Rows for every need of a cell.
struct CellRows {
    double b0 = 0.0;
    std::vector<double> nodes;  ///< in s, at which the rows were fitted
    std::vector<RowFit> fits;   ///< one per need
    std::vector<int> used;      ///< all exponents that occur
};

/// Chooses rows that keep every tolerance; none if there are no such rows.
/// \param reach distance from the observer's axis that the fit covers, kpc
std::optional<CellRows> choose_rows(const FastBudget& budget, const AgeCell& cell,
                                    const std::vector<FastNeed>& needs, double reach);

/// Numbers that the terms of a cell will hold.
std::size_t weight_count(const FastBudget& budget, const std::vector<FastNeed>& needs, const CellRows& rows);

/// Appends the terms of one class, the last one of `planned`, and adds the squares of the errors, in units of
/// the tolerance, that its fit leaves to `error2` [channels].
void add_terms(const FastBudget& budget, const AgeCell& cell, double half_height, const FastNeed& need,
               const RowFit& fit, const std::vector<double>& nodes, PlannedCell& planned,
               std::vector<double>& error2);

/// Brings the terms of a cell, and their weights, into the order in which the contraction meets them: what the
/// degrees of a mode share is used while it is near, and memory is read from front to back.
void lay_out_terms(PlannedCell& planned);

}  // namespace greenhalo
