/// \file
/// The Galactocentric frame (kpc, right-handed, +z north, disc in z = 0, Sun at (8.5, 0, 0)) and sky directions.
#pragma once

namespace greenhalo {

/// Distance of the Sun from the Galactic centre, kpc.
inline constexpr double sun_radius = 8.5;

/// A place in the Galactocentric frame: the Sun at (sun_radius, 0, 0), z towards the north Galactic pole.
struct Position {
    /// \{
    double x = 0.0, y = 0.0, z = 0.0;  ///< kpc
    /// \}
};

/// A direction on the sky, degrees: longitude or right ascension in [0, 360), latitude or declination in [-90, 90].
struct SkyDirection {
    double longitude = 0.0;  ///< or right ascension
    double latitude = 0.0;   ///< or declination
};

/// Galactic coordinates of a direction: l = atan2(-dy, -dx), b = asin(dz/|d|).
SkyDirection galactic_direction(double dx, double dy, double dz);

/// Equatorial coordinates (J2000) of Galactic ones.
SkyDirection equatorial_from_galactic(const SkyDirection& galactic);

}  // namespace greenhalo
