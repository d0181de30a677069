/// \file
/// What a remnant releases: for each nuclear group and energy a short list of (delay, yield). Nothing that comes
/// after this file knows the release model.
#pragma once

#include <vector>

#include "greenhalo/physics/nuclei.h"

namespace greenhalo {

/// Particles released at one moment after the explosion.
struct ReleaseEntry {
    double delay = 0.0;  ///< Myr after the explosion
    double yield = 0.0;  ///< particles per GeV
};

/// Entries of each group and energy, [nS][nE].
using Release = std::vector<std::vector<std::vector<ReleaseEntry>>>;

/// The source spectrum of the burst model (Blasi & Amato 2012, 2.2 and 2.5).
struct BurstSpectrum {
    double observed_slope = 2.67;      ///< gamma + delta
    double diffusion_slope = 1.0 / 3;  ///< delta
    double max_energy = 6e6;           ///< of protons, GeV
    double reference_energy = 1.0;     ///< E0 of protons, GeV

    /// Slope at the source, gamma.
    double slope() const { return observed_slope - diffusion_slope; }

    /// Particles per GeV at a total energy in GeV from a remnant that puts `energy_in_group` (GeV) into this group:
    /// K (E/E0)^-gamma exp(-E/Emax), K = energy / E0^2 (gamma-2)/(1-(Emax/E0)^(2-gamma)), with E0 and Emax
    /// proportional to the charge. K normalizes a sharp cut: the exponential one holds 0.2 to 2.3 % less energy.
    double yield(const Nucleus& nucleus, double energy, double energy_in_group) const;
};

/// The burst release of several groups: one entry of no delay per group and energy. `energy_in_group` [nS] in GeV.
Release burst_release(const BurstSpectrum& spectrum, const std::vector<Nucleus>& nuclei,
                      const std::vector<double>& energies, const std::vector<double>& energy_in_group);

/// Makes every yield 1 where anything is released at all (one particle per GeV and source); the entries of a group
/// and energy keep their proportions.
void normalize_to_unit(Release& release);

}  // namespace greenhalo
