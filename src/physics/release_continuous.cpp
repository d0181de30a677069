#include "greenhalo/physics/release_continuous.h"

#include <algorithm>
#include <cmath>

namespace greenhalo {

namespace {

/// Energies of a grid that hit an end of the window are off it by some roundings.
constexpr double rounding = 1e-12;
/// Energy processed at the shock over explosion energy and time, in the Sedov phase.
constexpr double sedov_factor = 1.2 * 1.2 * 1.2;

}  // namespace

double ContinuousEscape::alpha() const {
    return std::log(max_energy / reference_energy) / std::log(lifetime / sedov_time);
}

double ContinuousEscape::beta() const {
    return alpha() * (observed_slope - diffusion_slope - 2.0);
}

bool ContinuousEscape::is_released(const Nucleus& nucleus, double energy) const {
    const double rigidity = nucleus.rigidity(energy);
    return rigidity >= reference_energy * (1.0 - rounding) && rigidity <= max_energy * (1.0 + rounding);
}

double ContinuousEscape::delay(const Nucleus& nucleus, double energy) const {
    const double t = sedov_time * std::pow(max_energy / nucleus.rigidity(energy), 1.0 / alpha());
    return std::clamp(t, sedov_time, lifetime);
}

double ContinuousEscape::share_of_energy() const {
    // regular at beta = 0
    const double log_ratio = std::log(lifetime / sedov_time), exponent = beta() * log_ratio;
    return sedov_factor * log_ratio * (exponent == 0.0 ? 1.0 : std::expm1(exponent) / exponent);
}

double ContinuousEscape::yield(const Nucleus& nucleus, double energy) const {
    if (!is_released(nucleus, energy)) return 0.0;
    const double highest = nucleus.charge * max_energy;
    const double gamma = observed_slope - diffusion_slope;
    return sedov_factor / share_of_energy() / (alpha() * highest * highest) *
           std::pow(highest / energy, gamma);
}

std::vector<ReleaseEntry> ContinuousEscape::entries(const Nucleus& nucleus, double energy) const {
    if (!is_released(nucleus, energy)) return {};
    return {{delay(nucleus, energy), yield(nucleus, energy)}};
}

}  // namespace greenhalo
