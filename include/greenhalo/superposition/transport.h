/// \file
/// Everything a superposition needs to know about transport and release; nothing about where sources are.
#pragma once

#include <array>
#include <vector>

#include "greenhalo/galaxy/frame.h"
#include "greenhalo/physics/diffusion.h"
#include "greenhalo/physics/nuclei.h"
#include "greenhalo/physics/release.h"

namespace greenhalo {

/// Halo, diffusion, nuclei, energies, release and observer.
struct Transport {
    double half_height = 4.0;                 ///< H, kpc
    Diffusion diffusion;                      ///< D as a function of the rigidity
    Gas gas;                                  ///< for spallation
    std::vector<Nucleus> nuclei;              ///< [nS]
    std::vector<double> energies;             ///< [nE], total energy per particle, GeV
    Release release;                          ///< [nS][nE]
    Position observer{sun_radius, 0.0, 0.0};  ///< kpc
    /// What the observer's own motion adds to the anisotropy (compton_getting()), components x, y, z.
    std::array<double, 3> observer_boost{};

    /// D of a group at an energy, kpc^2/Myr.
    double diffusion_of(std::size_t species, std::size_t energy) const {
        return diffusion(nuclei[species].rigidity(energies[energy]));
    }
    /// Spallation rate of a group at an energy, 1/Myr.
    double loss_rate_of(std::size_t species, std::size_t energy) const {
        return spallation_rate(gas, half_height, nuclei[species].mass_number, energies[energy]);
    }
};

/// Which random sources count. Ages are effective: the time since the release, not since the explosion.
struct Selection {
    double minimum_age = 0.0;       ///< Myr; sources of smaller effective age are dropped
    double minimum_distance = 0.0;  ///< kpc; nearer sources are dropped
    bool causal = false;            ///< drop sources farther than c times the effective age
    double exclude_distance = 0.0;  ///< kpc; sources nearer than this and
    double exclude_age = 0.0;       ///< Myr since the explosion; younger than this are left out
};

/// The sum over sources at the observer.
struct Superposition {
    std::vector<double> density;  ///< [nS, nE], kpc^-3 GeV^-1
    std::vector<double> current;  ///< [nS, nE, 3], J = -D grad n, kpc^-2 Myr^-1 GeV^-1
};

}  // namespace greenhalo
