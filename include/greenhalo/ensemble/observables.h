/// \file
/// What one realization shows to an observer.
#pragma once

#include <cstdint>
#include <vector>

#include "greenhalo/superposition/transport.h"

namespace greenhalo {

/// Results of one realization, in the units of the result file.
struct Realization {
    std::vector<double> density;     ///< [nS, nE], cm^-3 GeV^-1
    std::vector<double> current;     ///< [nS, nE, 3], cm^-2 s^-1 GeV^-1
    std::vector<double> anisotropy;  ///< [nE, 3], all groups together; NaN where the density is 0
    std::int64_t source_count = 0;   ///< random sources within the span
};

/// Units and anisotropy of a superposition: delta = -(3/c) sum_k J_k / sum_k n_k (Blasi & Amato 2012, 3.1, with D
/// inside the sum over groups).
Realization observe(const Superposition& superposition, std::size_t energies);

/// Flux E^0 J = c n/(4 pi) in cm^-2 s^-1 sr^-1 GeV^-1 of a density in cm^-3 GeV^-1.
double flux_from_density(double density);

}  // namespace greenhalo
