/// \file
/// Where remnants explode: laws of the surface density and of the height above the disc.
#pragma once

#include <string>
#include <vector>

namespace greenhalo {

enum class SourceModel { none, cylindrical, uniform_disc };

/// Names as users write them, in the order of the enumeration.
const std::vector<std::string>& source_model_names();
SourceModel source_model_from_name(const std::string& name);

/// A law of random sources: a Poisson process in time with independent positions.
struct SourceLaw {
    SourceModel model = SourceModel::cylindrical;
    double rate = 1e6 / 30.0;    ///< explosions per Myr
    double scale_height = 0.1;   ///< z_g, kpc
    double disc_radius = 15.0;   ///< of the uniform disc, kpc

    /// Surface density f(r) at a Galactocentric radius in kpc, kpc^-2, normalized to 1 over the plane.
    /// Cylindrical: A/R_sun^2 (r/R_sun)^2 exp(-beta (r-R_sun)/R_sun) (Blasi & Amato 2012, 4.1).
    double surface_density(double radius) const;

    /// Radius beyond which less than 1e-17 of the sources lie, kpc.
    double outer_radius() const;
};

/// The slope beta of the radial law (4.1).
inline constexpr double radial_slope = 3.53;

}  // namespace greenhalo
