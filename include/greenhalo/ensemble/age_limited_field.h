/// \file
/// The mean field of an axisymmetric source law from sources of limited ages.
#pragma once

#include "greenhalo/ensemble/steady_field.h"

namespace greenhalo {

/// As steady_mean_field(), but only from sources of effective ages between `youngest` and `oldest` (Myr): the time
/// integral of exp(-Gamma tau) P(tau) Z(tau), P the mean over the plane and Z the mean over height and images.
/// Relative error below 1e-9 for any observer in the halo.
MeanField age_limited_mean_field(const SourceLaw& law, double half_height, double diffusion, double loss_rate,
                                 double radius, double height, double youngest, double oldest);

}  // namespace greenhalo
