/// \file
/// Everything at once: the release of all particles at the explosion.
#pragma once

#include "greenhalo/physics/release.h"

namespace greenhalo {

/// The source spectrum of the burst model (Blasi & Amato 2012, 2.2 and 2.5).
struct BurstSpectrum final : ReleaseModel {
    double observed_slope = 2.67;      ///< gamma + delta
    double diffusion_slope = 1.0 / 3;  ///< delta
    double max_energy = 6e6;           ///< of protons, GeV
    double reference_energy = 1.0;     ///< E0 of protons, GeV

    /// Slope at the source, gamma.
    double slope() const { return observed_slope - diffusion_slope; }

    /// Particles per GeV at a total energy in GeV from a remnant that puts 1 GeV into this group:
    /// K (E/E0)^-gamma exp(-E/Emax), K = 1 GeV / E0^2 (gamma-2)/(1-(Emax/E0)^(2-gamma)), with E0 and Emax
    /// proportional to the charge. K normalizes a sharp cut: the exponential one holds 0.2 to 2.3 % less
    /// energy.
    double yield(const Nucleus& nucleus, double energy) const;

    /// One entry without delay.
    std::vector<ReleaseEntry> entries(const Nucleus& nucleus, double energy) const override;
    /// 1 GeV, with the sharp cut that K stands for.
    double energy_in_group(const Nucleus&) const override { return 1.0; }
};

}  // namespace greenhalo
