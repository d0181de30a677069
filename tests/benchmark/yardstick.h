/// \file
/// The yardstick of every speed-up in this project: the formula in a plain scalar loop, as one would write it down.
#pragma once

#include <vector>

namespace greenhalo::benchmark_support {

/// Sources as plain arrays, kpc and Myr.
struct PlainSources {
    std::vector<double> x, y, z, age;
};

/// Sums density and the three current components over the sources for each of `diffusion.size()` pairs of
/// diffusion coefficient and loss rate (kpc^2/Myr, 1/Myr), eleven images, observer at (8.5, 0, 0), half height in kpc.
/// sums[4 p + i]. Compiled with -O3 and no other flag.
void yardstick(const PlainSources& sources, const std::vector<double>& diffusion, const std::vector<double>& loss,
               double half_height, std::vector<double>& sums);

}  // namespace greenhalo::benchmark_support
