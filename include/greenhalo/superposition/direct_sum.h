/// \file
/// The direct sum of Green functions over sources: every group and energy at its own rigidity.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "greenhalo/galaxy/age_slabs.h"
#include "greenhalo/galaxy/catalogue.h"
#include "greenhalo/superposition/transport.h"

namespace greenhalo {

struct LeastSums;

/// Superposes sources by the closed form of the Green function. Error: below 1e-12 of the sum of absolute
/// contributions, for density and each component of the current.
///
/// Sources are summed in tiles of neighbouring ages; per tile and (group, energy) the faster series is chosen, and
/// groups and energies for which all remaining sources together stay below 1e-14 of what the younger ones gave are
/// left out (the bound is strict, so nothing is cut where the young sources gave nothing).
class DirectSum {
  public:
    /// Sums the sources that `selection` lets count.
    DirectSum(const Transport& transport, const Selection& selection);
    ~DirectSum();
    DirectSum(DirectSum&&) noexcept;  ///< what is left behind can only be destroyed

    /// Sum over the random sources of one realization. `source_count`, if given, receives the number of sources
    /// within the span, selected or not.
    Superposition sum(const Catalogue& catalogue, std::int64_t realization, std::int64_t* source_count = nullptr);

    /// The same over a range of slabs alone; sums over adjoining ranges add up to that over all. What is left out is
    /// judged by the youngest sources of the realization, whether they are in the range or not. `at_slab`, if given, is
    /// called before each slab: what it throws ends the sum.
    Superposition sum(const Catalogue& catalogue, std::int64_t realization, const SlabRange& slabs,
                      std::int64_t* source_count = nullptr, const std::function<void()>& at_slab = {});

    /// Sum over listed sources in any order. Only the selection given here applies to them, and nothing is cut.
    Superposition sum(const SourceBuffer& sources, const Selection& selection = {});

    /// From now on sums over random sources leave out what is negligible against given sums, for releases
    /// without delays: a part of the fast sum.
    void leave_far_out(const LeastSums& least);

  private:
    class Engine;
    std::unique_ptr<Engine> engine_;
};

}  // namespace greenhalo
