#include "app/model_figures.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "greenhalo/base/units.h"
#include "greenhalo/ensemble/steady_field.h"

namespace greenhalo {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// Mean densities of the groups at an energy, without the rate; NaN without random sources.
std::vector<double> mean_densities(const Model& model, std::size_t energy) {
    const Transport& t = model.transport;
    std::vector<double> density(t.nuclei.size(), unknown);
    if (model.law.model == SourceModel::none) return density;
    const SourceLaw law = model.law.axisymmetric();
    const double radius = std::hypot(t.observer.x, t.observer.y);
    for (std::size_t s = 0; s < density.size(); ++s) {
        const double yield = total_yield(t.release[s][energy]);
        density[s] = yield > 0.0 ? yield * steady_mean_field(law, t.half_height, t.diffusion_of(s, energy),
                                                             t.loss_rate_of(s, energy), radius, t.observer.z)
                                               .density
                                 : 0.0;
    }
    return density;
}

}  // namespace

double missing_share(const Model& model, std::size_t species, std::size_t energy, double time_span) {
    const Transport& t = model.transport;
    const double k = units::pi / (2.0 * t.half_height);
    const double decay = k * k * t.diffusion_of(species, energy) + t.loss_rate_of(species, energy);
    double missing = 0.0, released = 0.0;
    for (const ReleaseEntry& entry : t.release[species][energy]) {
        // what leaves late has less of the span to add up in
        missing += entry.yield * std::exp(-decay * std::max(0.0, time_span - entry.delay));
        released += entry.yield;
    }
    return released > 0.0 ? missing / released : 0.0;
}

double missing_share(const Model& model, std::size_t species, std::size_t energy) {
    return missing_share(model, species, energy, model.time_span);
}

EnergyFigures figures_at(const Model& model, std::size_t energy) {
    const Transport& t = model.transport;
    EnergyFigures f;
    f.energy = t.energies[energy];
    f.share = mean_densities(model, energy);
    const double total = std::accumulate(f.share.begin(), f.share.end(), 0.0);
    const double k = units::pi / (2.0 * t.half_height);
    double diffusion = 0.0;
    for (std::size_t s = 0; s < t.nuclei.size(); ++s) {
        const double d = t.diffusion_of(s, energy);
        f.share[s] /= total;
        diffusion += f.share[s] * d;
        f.confinement.push_back(1.0 / (k * k * d));
        f.missing.push_back(missing_share(model, s, energy));
        f.free_path.push_back(3.0 * d / units::c);
    }
    const double local = model.law.surface_density(std::hypot(t.observer.x, t.observer.y));
    f.minimum_age = 1.0 / std::sqrt(4.0 * units::pi * model.law.rate * local * diffusion);
    return f;
}

}  // namespace greenhalo
