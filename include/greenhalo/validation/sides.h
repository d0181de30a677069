/// \file
/// Absorbing sides of a grid that stand for a halo without sides.
#pragma once

#include <cmath>

#include "greenhalo/base/units.h"

namespace greenhalo {

/// How far (kpc) from the observer an absorbing side must be that it changes nothing beyond a share: what it does decays
/// towards him as exp(-pi s/2H), the slowest mode of a halo of half height H (kpc).
inline double least_distance_of_sides(double half_height, double share) {
    return -std::log(share) * 2.0 * half_height / units::pi;
}

}  // namespace greenhalo
