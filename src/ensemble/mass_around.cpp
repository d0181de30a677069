#include "ensemble/mass_around.h"

#include <algorithm>
#include <cmath>

#include "ensemble/gauss_rule.h"
#include "greenhalo/base/units.h"

namespace greenhalo {

namespace {

constexpr double step = 0.05;  // kpc
constexpr double reach = 40.0;

}  // namespace

MassAround::MassAround(const SourceLaw& law, double radius) : law_(law), radius_(radius) {
    const auto cells = static_cast<std::size_t>((radius + reach) / step);
    mass_.push_back(0.0);
    for (std::size_t i = 0; i < cells; ++i) {
        double mass = mass_.back();
        const double from = step * static_cast<double>(i);
        for_each_node(gauss_rule(3), from, from + step, [&](double rho, double w) {
            mass += w * 2.0 * units::pi * rho * mean_density_at(rho);
        });
        mass_.push_back(mass);
    }
}

double MassAround::mean_density_at(double rho) const {
    if (law_.model == SourceModel::uniform_disc) {
        // the part of the circle that lies inside the rim
        const double rim = law_.disc_radius, f = law_.surface_density(0.0);
        if (rho + radius_ <= rim) return f;
        if (rho - radius_ >= rim || radius_ - rho >= rim) return 0.0;
        const double cosine = (rim * rim - radius_ * radius_ - rho * rho) / (2.0 * radius_ * rho);
        return f * (1.0 - std::acos(std::clamp(cosine, -1.0, 1.0)) / units::pi);
    }
    // the trapezoidal rule converges exponentially on a circle; half of it is enough
    constexpr int points = 24;
    double sum = 0.0;
    for (int i = 0; i <= points; ++i) {
        const double angle = units::pi * i / points;
        const double r2 = radius_ * radius_ + rho * rho + 2.0 * radius_ * rho * std::cos(angle);
        sum += (i == 0 || i == points ? 0.5 : 1.0) * law_.surface_density(std::sqrt(std::max(r2, 0.0)));
    }
    return sum / points;
}

double MassAround::operator()(double rho) const {
    const double at = rho / step;
    const auto cell = static_cast<std::size_t>(at);
    if (cell + 1 >= mass_.size()) return mass_.back();
    // linear in rho^2, which is exact for a constant density
    const double low = static_cast<double>(cell), t = (at * at - low * low) / (2.0 * low + 1.0);
    return mass_[cell] + t * (mass_[cell + 1] - mass_[cell]);
}

}  // namespace greenhalo
