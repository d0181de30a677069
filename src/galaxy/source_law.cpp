#include "greenhalo/galaxy/source_law.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "greenhalo/base/error.h"
#include "greenhalo/base/units.h"
#include "greenhalo/galaxy/frame.h"

namespace greenhalo {

namespace {

template <class Choice>
Choice from_name(const std::vector<std::string>& names, const std::string& name, const char* what) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
        throw InputError(fmt::format("unknown {} {}: it is one of {}", what, name, fmt::join(names, ", ")));
    }
    return static_cast<Choice>(found - names.begin());
}

bool is_positive(double x) {
    return std::isfinite(x) && x > 0.0;
}

void require(bool condition, const char* what, double value, const char* allowed) {
    if (!condition)
        throw InputError(fmt::format("the {} of the sources is {}: it must be {}", what, value, allowed));
}

}  // namespace

const std::vector<std::string>& source_model_names() {
    static const std::vector<std::string> names = {"cylindrical", "spiral", "uniform-disc", "none"};
    return names;
}

SourceModel source_model_from_name(const std::string& name) {
    return from_name<SourceModel>(source_model_names(), name, "source model");
}

const std::vector<std::string>& arm_blur_names() {
    static const std::vector<std::string> names = {"one-sided", "symmetric"};
    return names;
}

ArmBlur arm_blur_from_name(const std::string& name) {
    return from_name<ArmBlur>(arm_blur_names(), name, "blur of the arms");
}

double SpiralArm::azimuth(double r) const {
    return winding * std::log(r / radius) + azimuth_there;
}

double SourceLaw::surface_density(double r) const {
    switch (model) {
        case SourceModel::none:
            break;
        case SourceModel::cylindrical:
        case SourceModel::spiral: {
            // A = beta^4 e^-beta/(12 pi): 2 pi r f(r) is a Gamma law of shape 4 and scale R_sun/beta
            const double amplitude = std::pow(radial_slope, 4) * std::exp(-radial_slope) /
                                     (12.0 * units::pi * sun_radius * sun_radius);
            const double x = r / sun_radius;
            return amplitude * x * x * std::exp(-radial_slope * (x - 1.0));
        }
        case SourceModel::uniform_disc:
            return r <= disc_radius ? 1.0 / (units::pi * disc_radius * disc_radius) : 0.0;
    }
    return 0.0;
}

double SourceLaw::outer_radius() const {
    return model == SourceModel::uniform_disc ? disc_radius : 55.0 * sun_radius / radial_slope;
}

SourceLaw SourceLaw::axisymmetric() const {
    SourceLaw law = *this;
    if (model == SourceModel::spiral) law.model = SourceModel::cylindrical;
    return law;
}

void SourceLaw::check() const {
    if (model == SourceModel::none) return;
    require(is_positive(rate), "rate", rate, "positive");
    require(std::isfinite(scale_height) && scale_height >= 0.0, "scale height", scale_height, "0 or more");
    if (model == SourceModel::uniform_disc)
        require(is_positive(disc_radius), "disc radius", disc_radius, "positive");
    if (model != SourceModel::spiral) return;
    require(is_positive(arm_width), "arm width", arm_width, "positive");
    require(
        arm_width < arms_dissolve_at, "arm width", arm_width,
        "below 100 kpc: wider arms cover the whole circle wherever there are sources, and there is no arm "
        "anywhere; that is the cylindrical model");
    // the random numbers reach 8.6 sigma: the radius stays positive
    require(radial_scatter >= 0.0 && radial_scatter <= 0.1, "scatter of the radius", radial_scatter,
            "in [0, 0.1]");
    for (const SpiralArm& arm : arms) {
        require(is_positive(arm.radius), "reference radius of an arm", arm.radius, "positive");
        require(std::isfinite(arm.winding) && arm.winding != 0.0 && std::abs(arm.winding) <= 100.0,
                "winding of an arm", arm.winding, "up to 100 radians, and not 0");
        require(std::abs(arm.azimuth_there) <= 100.0, "azimuth of an arm", arm.azimuth_there,
                "up to 100 radians");
    }
}

}  // namespace greenhalo
