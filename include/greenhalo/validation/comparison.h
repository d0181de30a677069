/// \file
/// What a grid solution is held against, row by row.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "greenhalo/grid/solver.h"

namespace greenhalo {

/// One number of the grid beside the one that it should be.
struct Comparison {
    std::string what;        ///< in words, with its place
    std::string unit;        ///< of value and reference; "1" for pure numbers
    double value = 0.0;      ///< of the grid
    double reference = 0.0;  ///< what it should be
    double error = 0.0;      ///< relative, or in units that `what` names; the smaller the better
    double tolerance = 0.0;  ///< on the error
    double grid_error = std::nan("");  ///< the grid's own estimate of `error`, from coarser ones, where there is one

    /// False for errors that are no numbers as well.
    bool passed() const { return error <= tolerance; }

    /// Whether the grid itself says that it is too coarse for the tolerance.
    bool is_too_coarse() const { return grid_error > tolerance; }
};

/// Whether no row failed.
inline bool all_passed(const std::vector<Comparison>& rows) {
    for (const Comparison& row : rows) {
        if (!row.passed()) return false;
    }
    return true;
}

/// A row whose error is |value - reference|/|reference|.
inline Comparison relative(std::string what, std::string unit, double value, double reference, double tolerance) {
    return {std::move(what), std::move(unit), value, reference, std::abs(value - reference) / std::abs(reference), tolerance};
}

/// A row whose error is |value - reference|.
inline Comparison absolute(std::string what, std::string unit, double value, double reference, double tolerance) {
    return {std::move(what), std::move(unit), value, reference, std::abs(value - reference), tolerance};
}

/// The row of the balance: the share of the particles that is neither left nor lost nor spalled. Every solution leaves a
/// residual of the solver's tolerance in the mean square, and their sum over the nodes can be several times that; rounding
/// leaves some 1e-13 in any case.
inline Comparison balance_row(const std::string& where, double imbalance, double factor, const SolverSettings& solver) {
    constexpr double most = 20.0, rounding = 1e-12;  // in units of the solver's tolerance; share
    return absolute((where.empty() ? "" : where + ": ") + "particles without a trace, share", "1", imbalance, 0.0,
                    factor * std::max(most * solver.tolerance, rounding));
}

}  // namespace greenhalo
