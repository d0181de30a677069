#include "greenhalo/ensemble/observables.h"

#include <cmath>
#include <limits>

#include "greenhalo/base/units.h"
#include "greenhalo/galaxy/frame.h"

namespace greenhalo {

Realization observe(const Superposition& superposition, std::size_t energies,
                    const std::array<double, 3>& boost) {
    Realization r;
    r.density.reserve(superposition.density.size());
    r.current.reserve(superposition.current.size());
    for (const double n : superposition.density) r.density.push_back(n * units::per_kpc3_in_per_cm3);
    for (const double j : superposition.current) r.current.push_back(j * units::per_kpc2_myr_in_per_cm2_s);

    const std::size_t species = energies == 0 ? 0 : superposition.density.size() / energies;
    r.anisotropy.resize(3 * energies);
    for (std::size_t e = 0; e < energies; ++e) {
        double n = 0.0, j[3] = {0.0, 0.0, 0.0};
        for (std::size_t s = 0; s < species; ++s) {
            const std::size_t pair = s * energies + e;
            n += superposition.density[pair];
            for (std::size_t i = 0; i < 3; ++i) j[i] += superposition.current[3 * pair + i];
        }
        // what the result file cannot tell from zero counts as zero there, in its own units
        const bool defined = n * units::per_kpc3_in_per_cm3 > 0.0;
        for (std::size_t i = 0; i < 3; ++i) {
            r.anisotropy[3 * e + i] =
                defined ? -3.0 / units::c * j[i] / n + boost[i] : std::numeric_limits<double>::quiet_NaN();
        }
    }
    return r;
}

std::array<double, 3> compton_getting(const std::array<double, 3>& velocity, double gamma) {
    constexpr double c_in_km_per_s = units::c_in_cm_per_s * 1e-5;
    std::array<double, 3> boost{};
    for (std::size_t i = 0; i < 3; ++i) boost[i] = (2.0 + gamma) * velocity[i] / c_in_km_per_s;
    return boost;
}

RightAscensionDipole right_ascension_dipole(const double* d) {
    const SkyDirection direction = equatorial_from_galactic(galactic_direction(d[0], d[1], d[2]));
    return {std::hypot(d[0], d[1], d[2]) * std::cos(direction.latitude * units::pi / 180.0),
            direction.longitude};
}

double flux_from_density(double density) {
    return units::c_in_cm_per_s * density / (4.0 * units::pi);
}

}  // namespace greenhalo
