#include "greenhalo/galaxy/frame.h"

#include <cmath>

#include "greenhalo/base/units.h"

namespace greenhalo {

namespace {

constexpr double degree = units::pi / 180.0;

// J2000: the north Galactic pole, and the Galactic longitude of the north celestial pole.
constexpr double pole_right_ascension = 192.85948 * degree;
constexpr double pole_declination = 27.12825 * degree;
constexpr double celestial_pole_longitude = 122.93192 * degree;

double full_circle(double degrees) {
    const double wrapped = std::fmod(degrees, 360.0);
    return wrapped < 0.0 ? wrapped + 360.0 : wrapped;
}

}  // namespace

SkyDirection galactic_direction(double dx, double dy, double dz) {
    return {full_circle(std::atan2(-dy, -dx) / degree), std::atan2(dz, std::hypot(dx, dy)) / degree};
}

SkyDirection equatorial_from_galactic(const SkyDirection& galactic) {
    const double l = celestial_pole_longitude - galactic.longitude * degree;
    const double b = galactic.latitude * degree;
    const double sin_declination =
        std::sin(b) * std::sin(pole_declination) + std::cos(b) * std::cos(pole_declination) * std::cos(l);
    const double y = std::cos(b) * std::sin(l);
    const double x =
        std::sin(b) * std::cos(pole_declination) - std::cos(b) * std::sin(pole_declination) * std::cos(l);
    return {full_circle((std::atan2(y, x) + pole_right_ascension) / degree),
            std::atan2(sin_declination, std::hypot(x, y)) / degree};
}

}  // namespace greenhalo
