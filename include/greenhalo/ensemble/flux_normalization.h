/// \file
/// How many particles a source must release so that the mean field agrees with measured fluxes.
#pragma once

#include "greenhalo/galaxy/source_law.h"
#include "greenhalo/superposition/transport.h"

namespace greenhalo {

/// Energy at which the measured fluxes of the groups are stated, GeV per particle.
inline constexpr double flux_energy = 1e3;

/// Particles per GeV at flux_energy that every source must release of a group so that the mean field at
/// (sun_radius, 0, 0), steady and with no source left out, gives the group's measured flux. Needs random
/// sources.
double yield_for_flux(const Nucleus& nucleus, const Transport& transport, const SourceLaw& law);

}  // namespace greenhalo
