/// \file
/// How realizations are dealt out: in fixed blocks, round after round, so that who does what never changes a result.
#pragma once

#include <cstdint>
#include <vector>

namespace greenhalo {

/// The pieces of work one rank does in one round.
struct Round {
    std::vector<std::int64_t> mine;  ///< indices into the list of work, ascending
};

/// Deals `work` pieces (indices 0 .. work-1) to ranks in blocks of `block`: round by round every rank takes one
/// block. All ranks have the same number of rounds; in the last ones some have nothing to do.
std::vector<Round> deal(std::int64_t work, std::int64_t block, int rank, int ranks);

}  // namespace greenhalo
