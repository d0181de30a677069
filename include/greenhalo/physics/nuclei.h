/// \file
/// Nuclear groups and their destruction by spallation. Secondaries are neglected.
#pragma once

#include <string>

namespace greenhalo {

/// One nuclear group.
struct Nucleus {
    std::string name;          ///< "H", "CNO", ...
    double charge = 1.0;       ///< Z
    double mass_number = 1.0;  ///< A
    double flux = 0.0;         ///< measured E^2.7 J at 1 TeV per particle, m^-2 s^-1 sr^-1 GeV^1.7

    /// Rigidity in GV of a nucleus of total energy `energy` in GeV: R = E/Z.
    double rigidity(double energy) const { return energy / charge; }
};

/// Interstellar gas, confined to the disc.
struct Gas {
    double disc_density = 3.0;         ///< cm^-3
    double disc_half_thickness = 0.15; ///< kpc

    /// Mean density over a halo of the given half height in kpc: disc_density h/H, cm^-3.
    double mean_density(double half_height) const { return disc_density * disc_half_thickness / half_height; }
};

/// Spallation cross section in cm^2 of a nucleus of mass number A and total energy in GeV:
/// alpha A^beta mb, alpha = 50.44 - 7.93 L + 0.61 L^2, beta = 0.97 - 0.022 L, L = log10(E/eV);
/// nuclei of A <= 1 are not destroyed (0).
double spallation_cross_section(double mass_number, double energy);

/// Spallation rate Gamma = n_gas c sigma in 1/Myr, with the gas averaged over the halo (half height in kpc).
double spallation_rate(const Gas& gas, double half_height, double mass_number, double energy);

}  // namespace greenhalo
