/// \file
/// From realizations to distributions. Each energy is a column of its own: everything is computed from the column's
/// realizations in the order of their indices, so that no bit depends on the ranks.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "greenhalo/ensemble/observables.h"
#include "greenhalo/ensemble/quantiles.h"
#include "greenhalo/parallel/session.h"

namespace greenhalo {

/// Bins of the phase histogram over Galactic longitude 0..360 degrees.
inline constexpr std::size_t phase_bins = 36;

/// All realizations at one energy, in the order of their indices.
struct EnergyColumn {
    std::size_t species = 0;                                            ///< nS
    std::vector<double> density;                                        ///< [M, nS], cm^-3 GeV^-1
    std::vector<double> current;                                        ///< [M, nS, 3], cm^-2 s^-1 GeV^-1
    std::vector<double> anisotropy;                                     ///< [M, 3]
    std::size_t realizations() const { return anisotropy.size() / 3; }  ///< M
};

/// Statistics by the names of the result file's group /ensemble. At one energy each has the values of its dataset
/// with the dimension nE taken out, row-major.
using Statistics = std::map<std::string, std::vector<double>>;

/// Statistics of one energy. The tails are those of n - `<n>` and |J - J0|, groups summed, with the mean
/// density but the component-wise median J0 of the current: in a thin disc the mean current does not exist,
/// and elsewhere it takes more realizations to settle than anyone computes.
Statistics column_statistics(const EnergyColumn& column);

/// Amplitudes [M] of a column, NaN where there is no anisotropy.
std::vector<double> amplitudes(const EnergyColumn& column);

/// Statistics with the dimension nE in its place, from those of every energy: a dataset of the shape
/// [outer, nE, inner] is laid out as the result file describes it.
Statistics join_energies(const std::vector<Statistics>& by_energy, std::size_t species);

/// Collective. Statistics of the realizations that the ranks hold, complete on rank 0 (empty elsewhere).
/// `index[i]` is the index of `realizations[i]`; the columns are dealt out to the ranks.
Statistics ensemble_statistics(const Ranks& ranks, const std::vector<std::int64_t>& index,
                               const std::vector<Realization>& realizations, std::size_t species,
                               std::size_t energies);

/// The same by one process from columns that it can have one after the other, so that an ensemble need not fit into
/// memory. `column` is called once for each energy, ascending.
Statistics ensemble_statistics(std::size_t species, std::size_t energies,
                               const std::function<EnergyColumn(std::size_t)>& column);

}  // namespace greenhalo
