/// \file
/// The diffusion coefficient of the halo.
#pragma once

#include <limits>

namespace greenhalo {

/// D(R) = coefficient (R/R0)^slope, uniform in space (Blasi & Amato 2012, section 2), or smoothly broken:
/// D(R) = coefficient (R/R0)^slope [1 + (R/Rb)^(1/s)]^(s (slope_above - slope)),
/// which has the local slope `slope` far below Rb, `slope_above` far above, and their mean at Rb; eight
/// tenths of the change happen within a factor 9^s on either side. The coefficient is that of the lower power
/// law.
struct Diffusion {
    double coefficient = 0.0;         ///< of the lower power law at the reference rigidity, kpc^2/Myr
    double reference_rigidity = 3.0;  ///< R0, GV
    double slope = 1.0 / 3.0;         ///< delta
    double break_rigidity = std::numeric_limits<double>::infinity();  ///< Rb, GV; infinite: no break
    double slope_above = 1.0 / 3.0;                                   ///< delta far above the break
    double break_smoothness = 0.1;  ///< s

    /// D at a rigidity in GV, in kpc^2/Myr.
    double operator()(double rigidity) const;
};

/// The coefficient at 3 GV in cm^2/s for D28/H_kpc = `normalization` and a half height in kpc:
/// 1e28 normalization half_height.
double coefficient_from_normalization(double normalization, double half_height);

}  // namespace greenhalo
