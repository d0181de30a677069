/// \file
/// Work that ranks share: every rank keeps the same list, takes its part of a turn, and all say what they finished.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace greenhalo {

/// The pieces of work that remain, the same list on every rank.
class WorkList {
  public:
    /// `work`: numbers of the pieces that remain, ascending.
    explicit WorkList(std::vector<std::int64_t> work) : remaining_(std::move(work)) {}

    bool empty() const { return next_ == remaining_.size(); }  ///< nothing remains
    /// How many remain.
    std::int64_t size() const { return static_cast<std::int64_t>(remaining_.size() - next_); }

    /// The pieces of one rank in a turn of at most `pieces` for each: the first that remain, dealt out in turn.
    std::vector<std::int64_t> mine(std::size_t pieces, int rank, int ranks) const;

    /// Takes out what all ranks together finished of a turn of at most `pieces` for each; the rest stays, in order.
    void finish(std::size_t pieces, int ranks, const std::vector<std::int64_t>& finished);

  private:
    std::size_t turn_end(std::size_t pieces, int ranks) const;

    std::vector<std::int64_t> remaining_;
    std::size_t next_ = 0;
};

}  // namespace greenhalo
