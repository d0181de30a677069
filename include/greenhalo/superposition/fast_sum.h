/// \file
/// The fast sum over random sources: the cost of a source does not depend on the number of groups and
/// energies.
///
/// With s = rho^2/tau the radial factor of the Green function is exp(-s/(4D)), and as a function of 1/(4D) it
/// lies in a space of few dimensions: for sources of nearly one age, sums of exp(-n b0 s) for a few integers
/// n, times eigenmodes in z and Legendre polynomials in the age within a narrow group, give the sums for
/// every D by a linear combination. The rest depends smoothly on age and is taken over by Chebyshev moments
/// of wider cells. The youngest sources, and those too far away for the fit, are summed directly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "greenhalo/galaxy/age_slabs.h"
#include "greenhalo/galaxy/catalogue.h"
#include "greenhalo/parallel/session.h"
#include "greenhalo/superposition/transport.h"

namespace greenhalo {

/// The fast sum over the random sources of one law.
class FastSum {
  public:
    /// Chooses, for the sources of a law over a span (Myr), what is summed fast and how.
    /// \param tolerance largest error of the density and of each component of the current, relative to the
    /// sum of
    ///                  absolute contributions that realizations of this law have as a rule
    /// \param sharers ranks that make the same sum: they share the work of choosing (collective then), and every
    ///                bit is as if one had done it alone
    FastSum(const Transport& transport, const Selection& selection, const SourceLaw& law, double time_span,
            double tolerance, const Ranks* sharers = nullptr);
    ~FastSum();
    FastSum(FastSum&&) noexcept;  ///< what is left behind can only be destroyed

    /// Sum over the random sources of one realization of a catalogue of that law and span; a pure function of
    /// both. `source_count`, if given, receives the number of sources within the span, selected or not.
    Superposition sum(const Catalogue& catalogue, std::int64_t realization,
                      std::int64_t* source_count = nullptr);

    /// As DirectSum::sum over a range of slabs. Slabs that are summed together count where the first of them lies.
    Superposition sum(const Catalogue& catalogue, std::int64_t realization, const SlabRange& slabs,
                      std::int64_t* source_count = nullptr, const std::function<void()>& at_slab = {});

    /// Why everything is summed directly after all; empty if it is not.
    const std::string& why_direct() const;

    /// Age in Myr from which on sources are summed fast; infinite if none are.
    double fast_from() const;

    /// Expected largest error over all groups and energies, relative to the sum of absolute contributions.
    double error_estimate() const;

    /// Bytes held for the model, none of which depend on the number of sources.
    std::size_t memory() const;

    /// What was chosen, one line per cell of ages, for those who want to look into it.
    std::string describe() const;

  private:
    class Engine;
    std::unique_ptr<Engine> engine_;
};

}  // namespace greenhalo
