/// \file
/// What a sound input may still get wrong about physics.
#pragma once

#include <string>
#include <vector>

#include "greenhalo/app/model.h"

namespace greenhalo {

/// One warning if the time span is too short for a steady state: the share of the density that older sources
/// would add, below exp(-T (pi^2 D/4H^2 + Gamma)), exceeds 1e-3 for some group at the lowest energy, where D
/// is smallest.
std::vector<std::string> stationarity_warnings(const Model& model);

/// One warning if the groups together need more than the energy of the explosion: measured fluxes ask for whatever
/// the rate, the halo and D make of them.
std::vector<std::string> efficiency_warnings(const Model& model);

}  // namespace greenhalo
