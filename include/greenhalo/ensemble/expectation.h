/// \file
/// Ensemble moments by integration over all histories of the sources, without Monte Carlo: the model of
/// sources that are continuous in space and time, and the fluctuations around it.
#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "greenhalo/galaxy/source_law.h"
#include "greenhalo/superposition/transport.h"

namespace greenhalo {

/// Which sources the moments are of.
struct ExpectationLimits {
    double span =
        std::numeric_limits<double>::infinity();  ///< Myr since the explosion; infinite: the steady state
    double minimum_age = 0.0;                     ///< Myr; sources of smaller effective age count in nothing
    /// T_min of `<dJ.dJ>` alone, Myr; where it is not stated the rule (3.12) of Blasi & Amato 2012, the age
    /// at which one source is to be expected within the diffusion length: `[4 pi R f(R0) <D>]^(-1/2)`, `<D>`
    /// weighted with the densities of the groups; never below minimum_age.
    std::optional<double> small_scale_age;
};

/// Moments at one energy.
struct Moments {
    std::vector<double> density;       ///< `<n>` of each group, kpc^-3 GeV^-1
    std::vector<double> current;       ///< `<J>` of each group, [nS, 3], kpc^-2 Myr^-1 GeV^-1
    double small_scale_age = 0.0;      ///< T_min, Myr
    double fluctuation_current = 0.0;  ///< `<dJ.dJ>`, groups summed before squaring, kpc^-4 Myr^-2 GeV^-2
    double large_scale = 0.0;          ///< delta_A1 = `|<J>|/(c <n>/3)` (3.3)
    double small_scale = 0.0;          ///< delta_A2 = `sqrt(<dJ.dJ>)/(c <n>/3)` (3.4)
    double small_scale_planar = 0.0;   ///< the part of delta_A2 from the components along the disc
};

/// Moments of an axisymmetric law at the observer of `transport`, every group and energy with its own release
/// entries. Relative errors: `<n>` and `<J>` below 1e-8, `<dJ.dJ>` below 1e-7.
class Expectation {
  public:
    /// `certain`, if given, is the field of sources that are the same in every history: it adds to `<n>` and
    /// `<J>`. Throws InputError where the law has no axisymmetric mean, or the limits leave no source.
    Expectation(const Transport& transport, const SourceLaw& law, const ExpectationLimits& limits,
                std::optional<Superposition> certain = std::nullopt);
    ~Expectation();
    Expectation(Expectation&&) noexcept;  ///< what is left behind can only be destroyed

    /// Moments at an energy of the grid. Throws InputError where the rule finds no T_min within the span; the
    /// anisotropies are NaN where nothing is released.
    Moments operator()(std::size_t energy) const;

  private:
    class Engine;
    std::unique_ptr<Engine> engine_;
};

}  // namespace greenhalo
