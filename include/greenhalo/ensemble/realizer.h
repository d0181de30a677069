/// \file
/// One realization from its index.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "greenhalo/ensemble/observables.h"
#include "greenhalo/galaxy/catalogue.h"
#include "greenhalo/galaxy/catalogue_file.h"
#include "greenhalo/superposition/dominant.h"
#include "greenhalo/superposition/source_sum.h"

namespace greenhalo {

/// Computes realizations: random sources superposed, and the listed ones, which are the same in every realization,
/// added. A realization is a pure function of its index.
class Realizer {
  public:
    /// Collective over `sharers`, if given: ranks that make the same realizer share the work.
    Realizer(const Transport& transport, const SourceLaw& law, double time_span, const Selection& selection,
             const std::optional<ListedSources>& listed, std::uint64_t seed, const SumSettings& settings = {},
             const Ranks* sharers = nullptr);

    Realization operator()(std::int64_t index);

    const SourceSum& source_sum() const { return sum_; }

  private:
    Catalogue catalogue_;
    SourceSum sum_;
    DominantSearch dominant_;
    Position observer_;
    std::size_t energies_;
    std::array<double, 3> boost_;
    std::optional<Superposition> listed_;
};

}  // namespace greenhalo
