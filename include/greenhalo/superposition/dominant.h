/// \file
/// The source with the largest current at each energy, found without looking closely at the others.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "greenhalo/galaxy/catalogue.h"
#include "greenhalo/superposition/transport.h"

namespace greenhalo {

/// The dominating source at one energy, and what it alone gives to the observer, all groups together.
struct DominantSource {
    static constexpr std::int64_t is_random = -1;  ///< `listed` of a random source

    bool exists = false;                  ///< false where no source gives anything
    Position place;                       ///< kpc, Galactocentric
    double age = 0.0;                     ///< Myr since the explosion
    std::int64_t listed = is_random;      ///< row of a listed source, counted from 0
    double density = 0.0;                 ///< kpc^-3 GeV^-1
    double current[3] = {0.0, 0.0, 0.0};  ///< J = -D grad n, kpc^-2 Myr^-1 GeV^-1
};

/// Finds, for every energy, the source with the largest |J|, its groups summed. The answer is that of looking
/// at every source; a source is looked at closely only where a strict bound of its |J| (that of free space,
/// which images and losses can only lower, apart from a bounded share of the vertical current) exceeds what
/// was found already, and ages from which no source can exceed it are not drawn at all. It does not depend on
/// how the sources are superposed, and is the same to the bit on every instruction set.
class DominantSearch {
  public:
    /// Random sources follow `law` over `time_span` (Myr) and count as `selection` says; of `listed` (may be
    /// empty) all count.
    DominantSearch(const Transport& transport, const Selection& selection, const SourceLaw& law,
                   double time_span, const SourceBuffer& listed);
    ~DominantSearch();
    DominantSearch(DominantSearch&&) noexcept;  ///< what is left behind can only be destroyed

    /// The dominating sources [nE] of one realization of a catalogue of that law, span and any seed.
    std::vector<DominantSource> find(const Catalogue& catalogue, std::int64_t realization);

    /// What a search has cost; a source counts once for every energy at which it is looked at closely.
    struct Effort {
        std::int64_t drawn = 0;      ///< random sources
        std::int64_t evaluated = 0;  ///< looked at closely
    };
    /// Of the last find().
    const Effort& effort() const;

  private:
    class Engine;
    std::unique_ptr<Engine> engine_;
};

/// What one source of relative energy `energy` gives at one energy, all groups together, by the closed form
/// of the Green function. Entries of the release of which the effective age is not selected are left out;
/// what depends on the place and the age since the explosion alone is not looked at.
DominantSource contribution_of_source(const Transport& transport, const Selection& selection,
                                      std::size_t energy_index, const Position& place, double age,
                                      double energy);

}  // namespace greenhalo
