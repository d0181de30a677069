#include "app/model_warnings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "app/model_figures.h"
#include "greenhalo/base/quantity_text.h"
#include "greenhalo/base/units.h"

namespace greenhalo {

namespace {

/// The group of the longest mean free path among those that matter at an energy; -1 when there is none.
int farthest(const EnergyFigures& figures) {
    int best = -1;
    for (std::size_t s = 0; s < figures.free_path.size(); ++s) {
        if (!figures.matters(s)) continue;
        if (best < 0 || figures.free_path[s] > figures.free_path[static_cast<std::size_t>(best)]) best = static_cast<int>(s);
    }
    return best;
}

bool any_path_exceeds(const Transport& transport, std::size_t energy, double limit) {
    for (std::size_t s = 0; s < transport.nuclei.size(); ++s) {
        if (3.0 * transport.diffusion_of(s, energy) / units::c > limit) return true;
    }
    return false;
}

std::size_t lowest_energy(const std::vector<double>& energies) {
    return static_cast<std::size_t>(std::min_element(energies.begin(), energies.end()) - energies.begin());
}

}  // namespace

std::vector<std::string> stationarity_warnings(const Model& model) {
    constexpr double tolerable = 1e-3;
    if (model.law.model == SourceModel::none) return {};
    const Transport& t = model.transport;
    const std::size_t lowest = lowest_energy(t.energies);
    std::vector<std::string> shares;
    double span_needed = 0.0;
    for (std::size_t s = 0; s < t.nuclei.size(); ++s) {
        const double missing = missing_share(model, s, lowest);
        if (missing <= tolerable) continue;
        const double percent = 100.0 * missing;
        shares.push_back(fmt::format("{} {:.{}f} %", t.nuclei[s].name, percent, percent < 10.0 ? 1 : 0));
        // the share falls with the span: between this one and one that is long enough
        double low = model.time_span, high = 2.0 * low;
        while (missing_share(model, s, lowest, high) > tolerable) high *= 2.0;
        while (high - low > 1e-4 * high) {
            const double middle = 0.5 * (low + high);
            (missing_share(model, s, lowest, middle) > tolerable ? low : high) = middle;
        }
        span_needed = std::max(span_needed, high);
    }
    if (shares.empty()) return {};
    return {fmt::format(
        "sources.time-span = {:g} Myr is short of a steady state: at {} older sources would add "
        "up to this share of the density: {}; with {:.3g} Myr it is 0.1 %",
        model.time_span, energy_text(t.energies[lowest]), fmt::join(shares, ", "), span_needed)};
}

std::vector<std::string> validity_warnings(const Model& model) {
    const Transport& t = model.transport;
    const double limit = std::min(t.half_height, 1.0);
    double from = 0.0, worst = 0.0, worst_energy = 0.0;
    std::string name;
    for (std::size_t e = 0; e < t.energies.size(); ++e) {
        if (!any_path_exceeds(t, e, limit)) continue;
        const EnergyFigures figures = figures_at(model, e);
        const int s = farthest(figures);
        if (s < 0) continue;
        const double path = figures.free_path[static_cast<std::size_t>(s)];
        if (path <= limit) continue;
        if (from == 0.0) from = figures.energy;
        if (path > worst) {
            worst = path;
            worst_energy = figures.energy;
            name = t.nuclei[static_cast<std::size_t>(s)].name;
        }
    }
    if (worst == 0.0) return {};
    return {fmt::format(
        "diffusion is out of its range from {} on: the mean free path 3 D/c exceeds {:g} kpc, the smaller of "
        "H and 1 kpc ({:.2g} kpc for {} at {})",
        energy_text(from), limit, worst, name, energy_text(worst_energy))};
}

std::vector<std::string> validity_notes(const Model& model) {
    constexpr double galactic_alone = 3e7;   // GeV
    constexpr double diffusion_alone = 1e3;  // GV
    constexpr double measured = 3.0;         // GV
    const Transport& t = model.transport;
    std::vector<std::string> parts;
    const std::size_t lowest = lowest_energy(t.energies);
    const EnergyFigures figures = figures_at(model, lowest);
    double rigidity = diffusion_alone;
    std::string name;
    for (std::size_t s = 0; s < t.nuclei.size(); ++s) {
        if (!figures.matters(s) || t.nuclei[s].rigidity(t.energies[lowest]) >= rigidity) continue;
        rigidity = t.nuclei[s].rigidity(t.energies[lowest]);
        name = t.nuclei[s].name;
    }
    if (!name.empty()) {
        parts.push_back(fmt::format("below 1 TV (down to {:.3g} GV: {}) advection and reacceleration are neglected{}",
                                    rigidity, name, rigidity < measured ? ", below 3 GV D is extrapolated" : ""));
    }
    const double highest = *std::max_element(t.energies.begin(), t.energies.end());
    if (highest > galactic_alone) {
        parts.push_back(fmt::format("above {} extragalactic and other sources are absent", energy_text(galactic_alone)));
    }
    if (parts.empty()) return {};
    return {fmt::format("limits of the model: {}", fmt::join(parts, "; "))};
}

std::vector<std::string> efficiency_warnings(const Model& model) {
    double sum = 0.0;
    std::vector<std::string> shares;
    for (std::size_t s = 0; s < model.efficiency.size(); ++s) {
        if (!(model.efficiency[s] > 0.0)) continue;
        sum += model.efficiency[s];
        shares.push_back(fmt::format("{} {:.3g}", model.transport.nuclei[s].name, model.efficiency[s]));
    }
    if (!(sum > 1.0)) return {};
    return {
        fmt::format("the measured fluxes take {:.3g} times the energy of the explosions (efficiencies: {}): "
                    "raise sources.rate or injection.explosion-energy, or lower the diffusion coefficient",
                    sum, fmt::join(shares, ", "))};
}

std::vector<std::string> model_warnings(const Model& model, Ages ages) {
    std::vector<std::string> warnings = efficiency_warnings(model);
    const auto add = [&](std::vector<std::string> more) {
        std::move(more.begin(), more.end(), std::back_inserter(warnings));
    };
    if (ages == Ages::of_the_span) add(stationarity_warnings(model));
    add(validity_warnings(model));
    return warnings;
}

void say_about_model(const Log& log, const Model& model) {
    for (const std::string& warning : model_warnings(model)) log.warning(warning);
    for (const std::string& note : validity_notes(model)) log.note(note);
}

}  // namespace greenhalo
