/// \file
/// Where remnants explode: laws of the surface density and of the height above the disc. A new law is written
/// here and drawn in src/galaxy/draw_kernels.cpp, and nowhere else.
#pragma once

#include <string>
#include <vector>

namespace greenhalo {

/// Where random sources are: the radial law at every azimuth alike, in spiral arms, uniform in a disc, or
/// nowhere.
enum class SourceModel { cylindrical, spiral, uniform_disc, none };
inline constexpr int source_model_count = 4;  ///< choices of SourceModel

/// Names as users write them, in the order of the enumeration.
const std::vector<std::string>& source_model_names();
/// The law of a name; InputError when there is no such.
SourceModel source_model_from_name(const std::string& name);

/// How the spread of an arm lies about its centroid: from it onwards in azimuth, as in the paper, which turns
/// the arms; or half on either side.
enum class ArmBlur { one_sided, symmetric };

/// Names as users write them, in the order of the enumeration.
const std::vector<std::string>& arm_blur_names();
/// The choice of a name; InputError when there is no such.
ArmBlur arm_blur_from_name(const std::string& name);

/// The centroid of an arm, a logarithmic spiral in the frame of frame.h (azimuth from the Sun's direction +x
/// towards +y): azimuth(r) = winding ln(r/radius) + azimuth_there (Faucher-Giguere & Kaspi 2006, table 2).
struct SpiralArm {
    double winding;        ///< K, radians
    double radius;         ///< r0, kpc
    double azimuth_there;  ///< theta0, radians

    double azimuth(double r) const;  ///< of the centroid, radians, at a radius in kpc
};
inline constexpr int arm_count = 4;  ///< arms of the Galaxy

/// A law of random sources: a Poisson process in time with independent positions.
struct SourceLaw {
    SourceModel model = SourceModel::cylindrical;  ///< which of the laws below
    double rate = 1e6 / 30.0;                      ///< explosions per Myr
    double scale_height = 0.1;                     ///< z_g, kpc
    double disc_radius = 15.0;                     ///< of the uniform disc, kpc

    /// Spiral (Blasi & Amato 2012, 4.4): r~ from the radial law, an arm with equal probability, the azimuth
    /// of its centroid at r~, spread over 2 pi exp(-r~/arm_width), and r~ scattered by radial_scatter r~ (one
    /// sigma).
    double arm_width = 5.0;                 ///< w, kpc
    ArmBlur arm_blur = ArmBlur::one_sided;  ///< of the azimuth
    double radial_scatter = 0.07;           ///< of r~, relative, one sigma
    /// Centroids (Faucher-Giguere & Kaspi 2006, table 2).
    SpiralArm arms[arm_count] = {
        {4.25, 3.48, 0.0},    // Norma
        {4.25, 3.48, 3.14},   // Carina-Sagittarius
        {4.89, 4.90, 2.52},   // Perseus
        {4.89, 4.90, -0.62},  // Crux-Scutum
    };

    /// Surface density f(r) at a Galactocentric radius in kpc, kpc^-2, normalized to 1 over the plane.
    /// Cylindrical: A/R_sun^2 (r/R_sun)^2 exp(-beta (r-R_sun)/R_sun) (Blasi & Amato 2012, 4.1). Spiral: the
    /// same, of r~, that is without the scatter of the radius and averaged over the azimuth.
    double surface_density(double radius) const;

    /// Radius beyond which less than 1e-17 of the sources lie (spiral: of the r~), kpc.
    double outer_radius() const;

    /// The law with every azimuth equally likely that has this surface density: of spiral the cylindrical
    /// law, of all others the law itself.
    SourceLaw axisymmetric() const;

    /// Throws InputError where the law cannot be drawn from: a rate or a length that is no positive number (a
    /// scale height may be 0), arms that are no spirals, or so wide that there is no arm anywhere.
    void check() const;
};

/// The slope beta of the radial law (4.1).
inline constexpr double radial_slope = 3.53;

/// Arms of this width or more, kpc, are no arms: the spread at the Sun is more than 92 % of the circle.
inline constexpr double arms_dissolve_at = 100.0;

}  // namespace greenhalo
