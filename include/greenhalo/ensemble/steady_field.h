/// \file
/// The mean field of an axisymmetric source law, in the steady state (infinite time span).
#pragma once

#include "greenhalo/galaxy/source_law.h"

namespace greenhalo {

/// Mean density and current at an observer per source rate and per particle released. With a rate R in 1/Myr
/// and a yield N in 1/GeV: `<n> = R N density` in kpc^-3 GeV^-1, `<J> = R N current` in kpc^-2 Myr^-1 GeV^-1.
struct MeanField {
    double density = 0.0;           ///< Myr/kpc^3
    double radial_current = 0.0;    ///< outward from the Galactic centre, 1/kpc^2
    double vertical_current = 0.0;  ///< towards +z, 1/kpc^2
};

/// Sum over the eigenmodes cos k_j z of the halo, k_j = (2j+1) pi/(2H), with the radial integral
/// of r f(r) I0(kappa r<) K0(kappa r>), kappa^2 = k_j^2 + Gamma/D: in closed form for the uniform disc; for
/// the cylindrical law by quadrature up to kappa = 30/kpc and by its expansion in 1/kappa^2 beyond. Observer
/// at Galactocentric radius and height in kpc, D in kpc^2/Myr, Gamma in 1/Myr. Relative error below 1e-10 in
/// the midplane; of the current within some parsecs of the rim of a thin disc, 1e-7.
MeanField steady_mean_field(const SourceLaw& law, double half_height, double diffusion, double loss_rate,
                            double radius, double height);

}  // namespace greenhalo
