#include "greenhalo/ensemble/dominance.h"

#include <cmath>
#include <limits>

#include "greenhalo/base/units.h"

namespace greenhalo {

Dominance describe_dominance(const std::vector<DominantSource>& sources, const Superposition& all,
                             const Position& observer) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    const std::size_t energies = sources.size();
    Dominance d;
    for (auto* values :
         {&d.distance, &d.age, &d.longitude, &d.latitude, &d.share_current, &d.share_density, &d.listed}) {
        values->assign(energies, nan);
    }
    for (std::size_t e = 0; e < energies; ++e) {
        const DominantSource& source = sources[e];
        if (!source.exists) continue;
        double n = 0.0, j[3] = {0.0, 0.0, 0.0};
        for (std::size_t pair = e; pair < all.density.size(); pair += energies) {
            n += all.density[pair];
            for (std::size_t i = 0; i < 3; ++i) j[i] += all.current[3 * pair + i];
        }
        const double dx = source.place.x - observer.x, dy = source.place.y - observer.y,
                     dz = source.place.z - observer.z;
        const SkyDirection direction = galactic_direction(dx, dy, dz);
        d.distance[e] = std::hypot(dx, dy, dz);
        d.age[e] = source.age / units::myr_per_year;
        d.longitude[e] = direction.longitude;
        d.latitude[e] = direction.latitude;
        d.share_current[e] = std::hypot(source.current[0], source.current[1], source.current[2]) /
                             std::hypot(j[0], j[1], j[2]);
        d.share_density[e] = source.density / n;
        d.listed[e] = static_cast<double>(source.listed);
    }
    return d;
}

}  // namespace greenhalo
