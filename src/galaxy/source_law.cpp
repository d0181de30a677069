#include "greenhalo/galaxy/source_law.h"

#include <fmt/format.h>

#include <cmath>

#include "greenhalo/base/error.h"
#include "greenhalo/base/units.h"
#include "greenhalo/galaxy/frame.h"

namespace greenhalo {

const std::vector<std::string>& source_model_names() {
    static const std::vector<std::string> names = {"none", "cylindrical", "uniform-disc"};
    return names;
}

SourceModel source_model_from_name(const std::string& name) {
    const auto& names = source_model_names();
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name) return static_cast<SourceModel>(i);
    }
    throw InputError(fmt::format("unknown source model {}", name));
}

double SourceLaw::surface_density(double radius) const {
    switch (model) {
        case SourceModel::none: break;
        case SourceModel::cylindrical: {
            // A = beta^4 e^-beta/(12 pi): 2 pi r f(r) is a Gamma law of shape 4 and scale R_sun/beta
            const double amplitude =
                std::pow(radial_slope, 4) * std::exp(-radial_slope) / (12.0 * units::pi * sun_radius * sun_radius);
            const double x = radius / sun_radius;
            return amplitude * x * x * std::exp(-radial_slope * (x - 1.0));
        }
        case SourceModel::uniform_disc:
            return radius <= disc_radius ? 1.0 / (units::pi * disc_radius * disc_radius) : 0.0;
    }
    return 0.0;
}

double SourceLaw::outer_radius() const {
    return model == SourceModel::uniform_disc ? disc_radius : 55.0 * sun_radius / radial_slope;
}

}  // namespace greenhalo
