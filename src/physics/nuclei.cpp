#include "greenhalo/physics/nuclei.h"

#include <cmath>

#include "greenhalo/base/units.h"

namespace greenhalo {

double spallation_cross_section(double mass_number, double energy) {
    if (mass_number <= 1.0) return 0.0;
    const double log_energy = std::log10(energy * 1e9);
    const double alpha = 50.44 - 7.93 * log_energy + 0.61 * log_energy * log_energy;
    const double beta = 0.97 - 0.022 * log_energy;
    return alpha * std::pow(mass_number, beta) * 1e-27;
}

double spallation_rate(const Gas& gas, double half_height, double mass_number, double energy) {
    return gas.mean_density(half_height) * units::c_in_cm_per_s * spallation_cross_section(mass_number, energy) *
           units::myr_in_s;
}

}  // namespace greenhalo
