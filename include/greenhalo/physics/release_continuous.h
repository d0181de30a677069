/// \file
/// Continuous escape from a remnant in its Sedov phase: the highest energies leave first.
#pragma once

#include "greenhalo/physics/release.h"

namespace greenhalo {

/// Escape of particles at the maximum energy of the moment, Emax(t) = E_M (t/T_ST)^-alpha (Blasi & Amato
/// 2012, 2.6 to 2.9): at the energy E everything leaves at t(E) = T_ST (E_M/E)^(1/alpha), between T_ST for
/// E_M and tau_SNR for E0. Nothing is released outside the window from E0 to E_M (ends included). For nuclei
/// E0 and E_M are proportional to the charge, so that the delay depends on the rigidity alone.
struct ContinuousEscape final : ReleaseModel {
    double observed_slope = 2.67;      ///< gamma + delta
    double diffusion_slope = 1.0 / 3;  ///< delta
    double max_energy = 6e6;           ///< E_M of protons, GeV
    double reference_energy = 1.0;     ///< E0 of protons, GeV
    double sedov_time = 2e-4;          ///< T_ST, Myr
    double lifetime = 3e-2;            ///< tau_SNR, Myr, greater than T_ST

    /// alpha = ln(E_M/E0) / ln(tau_SNR/T_ST).
    double alpha() const;
    /// beta = alpha (gamma - 2): the power of time in the energy that has escaped.
    double beta() const;

    /// Whether a group is released at a total energy in GeV: Z E0 <= E <= Z E_M, within rounding.
    bool is_released(const Nucleus& nucleus, double energy) const;
    /// t(E) in Myr.
    double delay(const Nucleus& nucleus, double energy) const;
    /// Particles per GeV (2.7) of a remnant that puts 1 GeV into this group:
    /// N(E) = eta0 eps (6/5)^3/(alpha E_M^2) (E_M/E)^gamma with eta0 eps = 1 GeV / share_of_energy().
    double yield(const Nucleus& nucleus, double energy) const;
    /// Energy released in units of eta0 eps_kin: (6/5)^3/beta ((tau_SNR/T_ST)^beta - 1), the same for every
    /// group.
    double share_of_energy() const;

    /// One entry inside the window, none outside.
    std::vector<ReleaseEntry> entries(const Nucleus& nucleus, double energy) const override;
    /// 1 GeV.
    double energy_in_group(const Nucleus&) const override { return 1.0; }
};

}  // namespace greenhalo
