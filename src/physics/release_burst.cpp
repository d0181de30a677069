#include "greenhalo/physics/release_burst.h"

#include <cmath>

namespace greenhalo {

double BurstSpectrum::yield(const Nucleus& nucleus, double energy) const {
    const double e0 = nucleus.charge * reference_energy;
    const double emax = nucleus.charge * max_energy;
    const double gamma = slope();
    // (gamma-2) / (1 - (emax/e0)^(2-gamma)) without the 0/0 at gamma = 2
    const double log_ratio = std::log(emax / e0);
    const double exponent = (2.0 - gamma) * log_ratio;
    const double factor = exponent == 0.0 ? 1.0 / log_ratio : (gamma - 2.0) / -std::expm1(exponent);
    return factor / (e0 * e0) * std::pow(energy / e0, -gamma) * std::exp(-energy / emax);
}

std::vector<ReleaseEntry> BurstSpectrum::entries(const Nucleus& nucleus, double energy) const {
    return {{0.0, yield(nucleus, energy)}};
}

}  // namespace greenhalo
