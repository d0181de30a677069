/// \file
/// What became of one cell of ages in the planning of the fast sum, and its way from rank to rank.
#pragma once

#include <string>
#include <vector>

#include "superposition/fast_plan.h"

namespace greenhalo {

struct CellOutcome {
    PlannedCell cell;
    double high = 0.0;            ///< the largest age in the cell, Myr
    std::vector<double> error2;   ///< per channel: square of the expected error, in units of the tolerance
    std::string why_not;          ///< why it is summed directly instead; empty if it is not
    bool cells_too_wide = false;  ///< whether a narrower cell would do
};

/// As bytes that unpack() understands in another process of the same program.
std::string pack(const CellOutcome& outcome);
CellOutcome unpack(const std::string& bytes);

}  // namespace greenhalo
