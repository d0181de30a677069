/// \file
/// What a computed ensemble shows that physics forbids or that a reader must know.
#pragma once

#include <string>
#include <vector>

#include "greenhalo/storage/result_file.h"

namespace greenhalo {

/// Warnings about the complete realizations of an ensemble, each with the share of realizations it is about: amplitudes
/// above 1, which a single burst gives that is farther than 2/3 c tau, and dominant sources nearer than the radius of their
/// remnant. Where nothing is stored of each realization, only of amplitudes, and of a complete ensemble.
std::vector<std::string> ensemble_warnings(const ResultFile& file);

/// The same for one realization at a time.
struct RealizationFlaws {
    bool above_one = false;  ///< |delta| > 1 at some energy
    /// A dominant source is nearer than remnant_radius() of its age at some energy, a random one or one of a catalogue.
    bool inside_random_remnant = false, inside_listed_remnant = false;
};

/// `anisotropy` [nE, 3]; `distance` [nE] in kpc and `age` [nE] in yr of the dominant source, NaN where there is none;
/// `listed` [nE] its row in a catalogue, negative for random sources.
RealizationFlaws flaws_of(const double* anisotropy, const double* distance, const double* age, const double* listed,
                          std::size_t energies);

}  // namespace greenhalo
