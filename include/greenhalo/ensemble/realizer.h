/// \file
/// One realization from its index.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "greenhalo/ensemble/observables.h"
#include "greenhalo/galaxy/catalogue.h"
#include "greenhalo/galaxy/catalogue_file.h"
#include "greenhalo/superposition/dominant.h"
#include "greenhalo/superposition/source_sum.h"

namespace greenhalo {

/// What the random sources of one segment of ages give.
struct SegmentSum {
    Superposition sum;              ///< of the sources selected
    std::int64_t source_count = 0;  ///< within the span
};

/// Computes realizations: random sources superposed, and the listed ones, which are the same in every realization,
/// added. A realization is a pure function of its index, and so is the sum over each of its segments (age_segments()):
/// whoever has summed all of them, anywhere and in any order, has the realization to the bit.
class Realizer {
  public:
    /// Collective over `sharers`, if given: ranks that make the same realizer share the work.
    Realizer(const Transport& transport, const SourceLaw& law, double time_span, const Selection& selection,
             const std::optional<ListedSources>& listed, std::uint64_t seed, const SumSettings& settings = {},
             const Ranks* sharers = nullptr);

    /// The realization of an index, whole.
    Realization operator()(std::int64_t index);

    /// Segments of each realization; 1 for all but very many sources.
    std::int64_t segment_count() const { return static_cast<std::int64_t>(segments_.size()); }

    /// One segment, 0 .. segment_count()-1.
    SegmentSum segment(std::int64_t index, std::int64_t number);

    /// The realization from the sums over all its segments, in their order.
    Realization finish(std::int64_t index, const std::vector<SegmentSum>& segments);

    /// `at_slab` is called now and then during the sums, about every millisecond: what it throws ends them, and the
    /// realizer stays usable.
    void set_interruption(std::function<void()> at_slab) { at_slab_ = std::move(at_slab); }

    /// How the random sources are superposed.
    const SourceSum& source_sum() const { return sum_; }

  private:
    Catalogue catalogue_;
    std::vector<SlabRange> segments_;
    std::function<void()> at_slab_;
    SourceSum sum_;
    DominantSearch dominant_;
    Position observer_;
    std::size_t energies_;
    std::array<double, 3> boost_;
    std::optional<Superposition> listed_;
};

}  // namespace greenhalo
