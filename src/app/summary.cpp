#include "app/summary.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>

#include "app/model_figures.h"
#include "greenhalo/base/isa.h"
#include "greenhalo/base/quantity_text.h"
#include "greenhalo/base/units.h"
#include "greenhalo/base/version.h"

namespace greenhalo {

namespace {

/// Index of the energy nearest to a wanted one, if one is within 5 %.
std::size_t nearest_energy(const std::vector<double>& energies, double wanted) {
    std::size_t best = 0;
    for (std::size_t e = 1; e < energies.size(); ++e) {
        if (std::abs(std::log(energies[e] / wanted)) < std::abs(std::log(energies[best] / wanted))) best = e;
    }
    return std::abs(energies[best] / wanted - 1.0) < 0.05 ? best : energies.size();
}

/// One line on the amplitudes at an energy; `quantiles` [5, nE].
std::string amplitude_line(double energy, const std::vector<double>& quantiles, std::size_t at,
                           std::size_t energies, double undefined) {
    std::string text = fmt::format("  {:<12}", energy_text(energy));
    if (std::isnan(quantiles[2 * energies + at])) return text + "no particles in any realization\n";
    text += fmt::format("{:>14.3e}{:>17.3e} ..{:>10.3e}", quantiles[2 * energies + at],
                        quantiles[energies + at], quantiles[3 * energies + at]);
    if (undefined > 0.0) text += fmt::format("   undefined in {:.1f} %", 100.0 * undefined);
    return text + "\n";
}

std::string plural(std::int64_t count, const std::string& what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string speed_text(const RunFigures& f) {
    if (f.realizations == 0 || f.seconds <= 0.0) return "\n  all realizations were there already\n";
    std::string text = fmt::format("\n  {:.3g} s on {}: ", f.seconds, plural(f.ranks, "rank"));
    if (f.sources > 0) {
        text += fmt::format("{:.3g} sources per second, ", static_cast<double>(f.sources) / f.seconds);
    }
    return text + fmt::format("{:.4g} realizations per core-hour\n",
                              static_cast<double>(f.realizations) * 3600.0 / (f.seconds * f.ranks));
}

}  // namespace

std::string opening_text(const Parameters& parameters, const Model& model, int ranks) {
    const Transport& t = model.transport;
    std::string text = fmt::format(
        "greenhalo {} on {}, kernels for {}\n"
        "  {} of the model '{}': {}, {}, H = {:g} kpc, delta = {:.4g}",
        version(), plural(ranks, "rank"), isa_name(active_isa()), plural(model.realizations, "realization"),
        parameters.text("sources.model"), plural(static_cast<std::int64_t>(t.nuclei.size()), "group"),
        t.energies.size() == 1 ? energy_text(t.energies.front())
                               : fmt::format("{} energies from {} to {}", t.energies.size(), energy_text(t.energies.front()),
                                             energy_text(t.energies.back())),
        t.half_height, t.diffusion.slope);
    if (model.expected_sources() > 0.0) {
        text += fmt::format("\n  about {:.3g} random sources in each", model.expected_sources());
    }
    if (model.listed) {
        text += fmt::format("\n  {} from {}",
                            plural(static_cast<std::int64_t>(model.listed->names.size()), "listed source"),
                            parameters.text("sources.catalogue"));
    }
    return text;
}

void print_summary(const Parameters& parameters, const Model& model, const Statistics& statistics,
                   const std::optional<RunFigures>& figures) {
    const Transport& t = model.transport;
    const std::size_t energies = t.energies.size();
    std::string text = fmt::format("\n{}\n\n", plural(model.realizations, "realization"));

    const auto& quantiles = statistics.at("amplitude_quantile");
    const auto& undefined = statistics.at("undefined_fraction");
    text += fmt::format("  {:<12}{:>14}{:>28}\n", "energy", "median |delta|", "68 % range");
    bool any = false;
    for (const double wanted : {1e3, 1e4, 1e5, 1e6}) {
        const std::size_t e = nearest_energy(t.energies, wanted);
        if (e == energies) continue;
        any = true;
        text += amplitude_line(t.energies[e], quantiles, e, energies, undefined[e]);
    }
    if (!any) text += amplitude_line(t.energies[0], quantiles, 0, energies, undefined[0]);

    if (!model.efficiency.empty() && !std::isnan(model.efficiency[0])) {
        text += fmt::format("\n  {} efficiencies:",
                            parameters.text("injection.normalization") == "observed" ? "implied" : "given");
        for (std::size_t s = 0; s < t.nuclei.size(); ++s) {
            text += fmt::format("  {} {:.4g}", t.nuclei[s].name, model.efficiency[s]);
        }
        text += "\n";
    }

    if (figures) text += speed_text(*figures);
    text += fmt::format("  result: {}\n", parameters.text("output.file"));
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
}

}  // namespace greenhalo
