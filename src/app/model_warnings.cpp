#include "app/model_warnings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "greenhalo/base/units.h"

namespace greenhalo {

std::vector<std::string> stationarity_warnings(const Model& model) {
    constexpr double tolerable = 1e-3;
    if (model.law.model == SourceModel::none) return {};
    const Transport& t = model.transport;
    const auto lowest =
        static_cast<std::size_t>(std::min_element(t.energies.begin(), t.energies.end()) - t.energies.begin());
    const double k = units::pi / (2.0 * t.half_height);
    std::vector<std::string> shares;
    double span_needed = 0.0;
    for (std::size_t s = 0; s < t.nuclei.size(); ++s) {
        const double rate = k * k * t.diffusion_of(s, lowest) + t.loss_rate_of(s, lowest);
        const double missing = std::exp(-model.time_span * rate);
        if (missing <= tolerable) continue;
        const double percent = 100.0 * missing;
        shares.push_back(fmt::format("{} {:.{}f} %", t.nuclei[s].name, percent, percent < 10.0 ? 1 : 0));
        span_needed = std::max(span_needed, -std::log(tolerable) / rate);
    }
    if (shares.empty()) return {};
    return {fmt::format(
        "sources.time-span = {:g} Myr is short of a steady state: at {:g} GeV older sources would add "
        "up to this share of the density: {}; with {:.3g} Myr it is 0.1 %",
        model.time_span, t.energies[lowest], fmt::join(shares, ", "), span_needed)};
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
                    "raise sources.rate or "
                    "injection.explosion-energy, or lower the diffusion coefficient",
                    sum, fmt::join(shares, ", "))};
}

}  // namespace greenhalo
