/// \file
/// What one realization shows to an observer.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "greenhalo/ensemble/dominance.h"
#include "greenhalo/superposition/transport.h"

namespace greenhalo {

/// Results of one realization, in the units of the result file.
struct Realization {
    std::vector<double> density;  ///< [nS, nE], cm^-3 GeV^-1
    std::vector<double> current;  ///< [nS, nE, 3], cm^-2 s^-1 GeV^-1
    std::vector<double>
        anisotropy;  ///< [nE, 3], all groups together, with the boost; NaN where the density is 0
    std::int64_t source_count = 0;  ///< random sources within the span
    Dominance dominant;             ///< the sources with the largest currents
};

/// Units and anisotropy of a superposition: delta = -(3/c) sum_k J_k / sum_k n_k (Blasi & Amato 2012, 3.1,
/// with D inside the sum over groups) + boost. The current stays that in the rest frame of the halo.
Realization observe(const Superposition& superposition, std::size_t energies,
                    const std::array<double, 3>& boost = {});

/// The Compton-Getting anisotropy (2 + gamma) v/c of an observer who moves with `velocity` in km/s through
/// particles of the spectral index `gamma`: the excess comes from where he goes. 20 km/s make 3.11e-4.
std::array<double, 3> compton_getting(const std::array<double, 3>& velocity, double gamma);

/// What arrays measure of an anisotropy by counting in right ascension.
struct RightAscensionDipole {
    double amplitude = 0.0;  ///< |delta| cos(dec)
    double phase = 0.0;      ///< right ascension of the excess (J2000), degrees in [0, 360)
};

/// Projection of an anisotropy vector [3] on the plane of the equator; NaN for one that does not exist.
RightAscensionDipole right_ascension_dipole(const double* anisotropy);

/// Flux E^0 J = c n/(4 pi) in cm^-2 s^-1 sr^-1 GeV^-1 of a density in cm^-3 GeV^-1.
double flux_from_density(double density);

}  // namespace greenhalo
