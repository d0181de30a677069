/// \file
/// How heavy the tails of an ensemble must be: the exact number of single sources that give more than X.
///
/// Far out in a heavy tail one source makes the whole deviation, so that `P(n - <n> > X)` and
/// `P(|J - <J>| > X)` approach the expected number N(X) of sources whose own contribution exceeds X. Its local
/// index -d ln N/d ln X tends to 4/3 and 1 for the density and the current of a thin disc, to 5/3 and 5/4 for
/// one of finite thickness.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "greenhalo/galaxy/source_law.h"
#include "greenhalo/parallel/session.h"
#include "greenhalo/superposition/transport.h"

namespace greenhalo {

/// What a source contributes to.
enum class Contribution { density, current };

/// Counts the random sources of an axisymmetric law by what they give at one energy, all groups together:
/// their positions and ages by quadrature with the Green function of the halo, with the delays of the release
/// and with everything the selection leaves out.
class SourceTail {
  public:
    /// `time_span` in Myr.
    SourceTail(const Transport& transport, const SourceLaw& law, const Selection& selection,
               double time_span);
    ~SourceTail();
    SourceTail(SourceTail&&) noexcept;  ///< what is left behind can only be destroyed

    /// Expected number of sources in a realization that give more than `threshold` (kpc^-3 GeV^-1 or
    /// kpc^-2 Myr^-1 GeV^-1) at an energy. Relative error about 1e-3.
    double count(std::size_t energy, Contribution what, double threshold) const;

    /// Local index at the threshold that `probability` sources exceed on average; error below 0.01. NaN where
    /// no source gives anything.
    double index(std::size_t energy, Contribution what, double probability) const;

  private:
    class Engine;
    std::unique_ptr<Engine> engine_;
};

/// Collective. tail_index_density_expected and tail_index_current_expected [2, nE] of the result file,
/// complete on every rank: NaN for laws without axial symmetry and for tails too small in an ensemble of so
/// many realizations.
std::map<std::string, std::vector<double>> expected_tail_indices(const Ranks& ranks,
                                                                 const Transport& transport,
                                                                 const SourceLaw& law,
                                                                 const Selection& selection, double time_span,
                                                                 std::int64_t realizations);

}  // namespace greenhalo
