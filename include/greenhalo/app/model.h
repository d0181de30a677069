/// \file
/// From parameters to the objects that compute: here, and only here, documented units become internal ones.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "greenhalo/app/parameters.h"
#include "greenhalo/galaxy/catalogue_file.h"
#include "greenhalo/galaxy/source_law.h"
#include "greenhalo/superposition/source_sum.h"
#include "greenhalo/superposition/transport.h"

namespace greenhalo {

/// Everything an ensemble is made of.
struct Model {
    Transport transport;                  ///< halo, nuclei, release, observer
    SourceLaw law;                        ///< of the random sources
    double time_span = 0.0;               ///< Myr
    Selection selection;                  ///< which random sources count
    std::optional<ListedSources> listed;  ///< the same in every realization, if there are any
    SumSettings superposition;            ///< how random sources are summed
    std::uint64_t seed = 1;               ///< of all realizations
    std::int64_t first_realization = 0;   ///< index
    std::int64_t realizations = 0;        ///< M

    /// Fraction of the explosion energy that each group takes, [nS]; NaN where the normalization has no energy.
    std::vector<double> efficiency;

    /// Random sources to expect in one realization.
    double expected_sources() const { return law.model == SourceModel::none ? 0.0 : law.rate * time_span; }
};

/// Energies from min to max, round(points_per_decade log10(max/min)) + 1 of them, both ends exact. GeV.
std::vector<double> energy_grid(double min, double max, double points_per_decade);

/// Contents of the files that parameters name, by key.
using FileContents = std::map<std::string, std::string>;

/// Builds the model.
Model build_model(const Parameters& parameters, const FileContents& files);

}  // namespace greenhalo
