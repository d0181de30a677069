#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "app/cost_estimate.h"
#include "app/file_description.h"
#include "app/launch.h"
#include "app/model_figures.h"
#include "app/model_text.h"
#include "app/model_warnings.h"
#include "app/wrapped_text.h"
#include "greenhalo/app/command_input.h"
#include "greenhalo/app/commands.h"
#include "greenhalo/base/isa.h"
#include "greenhalo/base/quantity_text.h"
#include "greenhalo/base/units.h"
#include "greenhalo/storage/file_size.h"

namespace greenhalo {

namespace {

constexpr double tolerable_share = 1e-3;

std::string bytes_text(double bytes) {
    if (bytes < 1e6) return fmt::format("{:.0f} kB", std::ceil(bytes / 1e3));
    if (bytes < 1e9) return fmt::format("{:.3g} MB", bytes / 1e6);
    return fmt::format("{:.3g} GB", bytes / 1e9);
}

std::string time_text(double seconds) {
    return seconds < 10.0 ? fmt::format("{:.2g} s", std::max(seconds, 0.1)) : duration_text(seconds);
}

std::string share_text(double share) {
    if (share < 1e-6) return "< 1e-6";
    return share < tolerable_share ? fmt::format("{:.0e}", share) : fmt::format("{:.2g} %", 100.0 * share);
}

/// The largest missing share among the groups that matter.
double worst_missing(const EnergyFigures& f) {
    double worst = 0.0;
    for (std::size_t s = 0; s < f.missing.size(); ++s) {
        if (f.matters(s)) worst = std::max(worst, f.missing[s]);
    }
    return worst;
}

/// The energies nearest to whole decades, or all of a short grid.
std::vector<std::size_t> shown_energies(const std::vector<double>& energies) {
    constexpr std::size_t short_grid = 8;
    std::vector<std::size_t> shown;
    for (std::size_t e = 0; e < energies.size(); ++e) {
        const double decade = std::round(std::log10(energies[e]));
        const double here = std::abs(std::log10(energies[e]) - decade);
        const bool nearest =
            (e == 0 || std::abs(std::log10(energies[e - 1]) - decade) > here) &&
            (e + 1 == energies.size() || std::abs(std::log10(energies[e + 1]) - decade) > here);
        if (energies.size() <= short_grid || nearest) shown.push_back(e);
    }
    return shown;
}

/// Confinement, steadiness and T_min at some energies.
std::string energies_table(const Model& model) {
    const Transport& t = model.transport;
    const std::size_t last = t.nuclei.size() - 1;
    std::string text = fmt::format("  {:>10}  {:>24}  {:>22}  {:>10}\n", "", "confinement / Myr",
                                   "share beyond the span", "T_min");
    text += fmt::format("  {:>10}  {:>11}  {:>11}  {:>22}  {:>10}\n", "energy", t.nuclei[0].name,
                        last > 0 ? t.nuclei[last].name : "", "at most", "kyr");
    for (const std::size_t e : shown_energies(t.energies)) {
        const EnergyFigures f = figures_at(model, e);
        text += fmt::format("  {:>10}  {:>11.3g}  {:>11}  {:>22}  {:>10.3g}\n", energy_text(f.energy),
                            f.confinement[0], last > 0 ? fmt::format("{:.3g}", f.confinement[last]) : "",
                            share_text(worst_missing(f)), 1e3 * f.minimum_age);
    }
    text += wrapped(
        "confinement: 4 H^2/(pi^2 D), the decay time of the slowest mode; share: of the density, from "
        "sources older than the time span, a bound; T_min: age within which one source is expected inside "
        "the diffusion length, Blasi & Amato 2012 (3.12)",
        "  ", "  ");
    return text;
}

std::string span_text(const Model& model) {
    const auto& energies = model.transport.energies;
    std::size_t first = energies.size();
    while (first > 0 && worst_missing(figures_at(model, first - 1)) <= tolerable_share) --first;
    const std::string span = fmt::format("{:g} Myr", model.time_span);
    if (first == 0)
        return span + " are long enough for a steady state at every energy (0.1 % missing at most)";
    if (first == energies.size())
        return span + " are too short for a steady state at any energy: see the warning";
    return fmt::format(
        "{} are long enough for a steady state from {} on (0.1 % missing at most), too short below", span,
        energy_text(energies[first]));
}

std::string costs_text(const CommandInput& input) {
    const Model& model = input.model;
    const CostEstimate cost = measure_cost(model);
    const std::int64_t m = model.realizations;
    std::string text =
        wrapped(fmt::format("{} realization{}, indices {} to {}; superposition {}", m, m == 1 ? "" : "s",
                            model.first_realization, model.first_realization + m - 1, cost.superposition),
                "  ", "  ");
    text += fmt::format("  {:.3g} s of processor time each, on one core of this machine ({}), measured on {}\n",
                        cost.per_realization, isa_name(active_isa()), cost.measured);
    text += fmt::format("  {:.2g} s once for every rank to set up, {:.2g} s for the statistics\n", cost.setup, cost.statistics);
    std::vector<std::int64_t> ranks = {1, 16, 64, 256};
    if (const std::int64_t own = launch().ranks; own > 1) ranks = {1, own};
    text += fmt::format("\n  {:>8}  {:>10}  {:>16}\n", "ranks", "time", "memory per rank");
    for (const std::int64_t n : ranks) {
        if (n > 1 && n > m) continue;
        text += fmt::format("  {:>8}  {:>10}  {:>16}\n", n, time_text(cost.wall_time(m, n)),
                            bytes_text(cost.memory(m, n)));
    }
    const std::string& file = input.parameters.text("output.file");
    text += fmt::format("\n  {} would take about {} (output.realizations = {})\n", file,
                        bytes_text(static_cast<double>(estimated_file_size(describe_ensemble(input)))),
                        input.parameters.text("output.realizations"));
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored))
        text += fmt::format("  {} exists: see greenhalo run --help\n", file);
    return text;
}

}  // namespace

ExitStatus command_dry_run(const std::vector<std::string>& words) {
    if (launch().rank != 0) return ExitStatus::done;
    const Ranks alone = Ranks::alone();
    const Log log;
    std::vector<std::string> all = words;
    // nothing is written, so that a result in the place of the next one is no reason to refuse
    const auto says = [&](const char* word) { return std::find(all.begin(), all.end(), word) != all.end(); };
    if (!says("--overwrite") && !says("--resume")) all.emplace_back("--overwrite");
    const CommandInput input = read_command_input(alone, log, "run", all);
    say_about_model(log, input.model);
    std::string text = model_text(input.parameters, input.model) + "\n";
    if (input.model.law.model != SourceModel::none) {
        text += energies_table(input.model) + "\n" + wrapped(span_text(input.model), "  ", "  ") + "\n";
    }
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
    std::fputs(costs_text(input).c_str(), stdout);
    return ExitStatus::done;
}

}  // namespace greenhalo
