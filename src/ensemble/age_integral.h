/// \file
/// The time integral of mean fields, for any way to get the means over the plane.
#pragma once

#include <functional>

#include "ensemble/plane_mean.h"
#include "greenhalo/ensemble/steady_field.h"

namespace greenhalo {

/// Halo and observer of a mean field.
struct MeanFieldSetting {
    double scale_height = 0.0;  ///< of the sources, kpc
    double half_height = 0.0;   ///< kpc
    double height = 0.0;        ///< of the observer, kpc
};

/// Mean field of sources of effective ages between `youngest` and `oldest` (Myr), see
/// age_limited_mean_field().
MeanField integrate_over_ages(const std::function<PlaneMean(double)>& plane, const MeanFieldSetting& setting,
                              double diffusion, double loss_rate, double youngest, double oldest);

}  // namespace greenhalo
