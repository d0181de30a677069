#include "greenhalo/physics/remnant.h"

#include <algorithm>
#include <cmath>

#include "greenhalo/base/units.h"

namespace greenhalo {

double remnant_radius(double age) {
    constexpr double energy = 1e51;                                  // erg
    constexpr double mass_density = 1.4 * 1.67262192e-24;            // g/cm^3
    constexpr double merged_at = 0.1;                                // Myr
    const double t = std::clamp(age, 0.0, merged_at) * units::myr_in_s;
    return 1.15 * std::pow(energy * t * t / mass_density, 0.2) / units::kpc_in_cm;
}

}  // namespace greenhalo
