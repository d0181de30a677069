/// \file
/// The diffusion coefficient of the halo.
#pragma once

namespace greenhalo {

/// D(R) = coefficient (R / reference_rigidity)^slope, uniform in space (Blasi & Amato 2012, section 2).
struct Diffusion {
    double coefficient = 0.0;         ///< at the reference rigidity, kpc^2/Myr
    double reference_rigidity = 3.0;  ///< GV
    double slope = 1.0 / 3.0;         ///< delta

    /// D at a rigidity in GV, in kpc^2/Myr.
    double operator()(double rigidity) const;
};

/// The coefficient at 3 GV in cm^2/s for D28/H_kpc = `normalization` and a half height in kpc:
/// 1e28 normalization half_height.
double coefficient_from_normalization(double normalization, double half_height);

}  // namespace greenhalo
