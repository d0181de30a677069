/// \file
/// Absorbing sides of a grid that stand for a halo without sides.
#pragma once

#include <cmath>

namespace greenhalo {

/// How far (kpc) from the observer an absorbing side must be that it changes nothing beyond a share: what it does decays
/// towards him as exp(-decay s), with the slowest mode of the halo, of which `decay` (1/kpc) is pi/2H where D is uniform.
inline double least_distance_of_sides(double decay, double share) { return -std::log(share) / decay; }

}  // namespace greenhalo
