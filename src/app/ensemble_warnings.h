/// \file
/// What a computed ensemble shows that physics forbids or that a reader must know.
#pragma once

#include <string>
#include <vector>

#include "greenhalo/storage/result_file.h"

namespace greenhalo {

/// Warnings about the complete realizations of an ensemble, each with the share of realizations it is about:
/// amplitudes above 1, which only sources give that are farther than light can have travelled, and dominant sources
/// nearer than the radius of their remnant. Empty where nothing is stored of each realization.
std::vector<std::string> ensemble_warnings(const ResultFile& file);

/// The same for one realization at a time.
struct RealizationFlaws {
    bool above_one = false;      ///< |delta| > 1 at some energy
    bool inside_remnant = false; ///< the dominant source is nearer than remnant_radius() of its age at some energy
};

/// `anisotropy` [nE, 3]; `distance` [nE] in kpc and `age` [nE] in yr of the dominant source, NaN where there is none.
RealizationFlaws flaws_of(const double* anisotropy, const double* distance, const double* age, std::size_t energies);

}  // namespace greenhalo
