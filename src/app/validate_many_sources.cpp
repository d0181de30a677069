#include <fmt/format.h>

#include <algorithm>

#include "app/parameter_checks.h"
#include "app/validation.h"
#include "greenhalo/app/progress.h"
#include "greenhalo/base/quantity_text.h"
#include "greenhalo/base/units.h"
#include "greenhalo/validation/many_sources.h"

namespace greenhalo {

namespace {

void refuse_other_selections(const Parameters& p) {
    for (const char* key : {"sources.minimum-distance", "sources.exclude-distance", "sources.exclude-age"}) {
        if (p.is_used(key) && p.number(key) > 0.0) {
            throw InputError(fmt::format("{} has no part in grid.problem = many-sources: leave it out",
                                         describe_parameter(p, key)));
        }
    }
    if (p.is_used("sources.causal") && p.boolean("sources.causal")) {
        throw InputError(fmt::format("{} has no part in grid.problem = many-sources: set it to no",
                                     describe_parameter(p, "sources.causal")));
    }
    if (p.has_value("sources.catalogue")) {
        throw InputError(fmt::format("{} has no part in grid.problem = many-sources: leave it out",
                                     describe_parameter(p, "sources.catalogue")));
    }
    if (p.text("sources.model") == "none") {
        throw InputError(fmt::format("{} has no random sources to release: choose another model",
                                     describe_parameter(p, "sources.model")));
    }
}

ManySourcesProblem read_problem(const Parameters& p, const Model& model) {
    refuse_other_selections(p);
    ManySourcesProblem problem;
    problem.transport = model.transport;
    problem.law = model.law;
    problem.time_span = model.time_span;
    problem.minimum_age = model.selection.minimum_age;
    problem.seed = model.seed;
    problem.realization = model.first_realization;
    problem.box = p.has_value("grid.box") ? p.number("grid.box")
                                          : std::max(problem.reach + 2.0 * model.transport.half_height, least_box(problem));
    problem.cells = read_cells(p, 96);
    problem.finest = p.number("grid.finest");
    problem.window = p.number("grid.window");
    problem.observations = static_cast<std::int64_t>(p.integer("grid.observations"));
    if (p.has_value("grid.step")) problem.step = p.number("grid.step") * units::myr_per_year;
    problem.solver = read_solver(p);
    problem.tolerance_factor = p.number("grid.tolerance");
    return problem;
}

/// A series in the units of the file, with the anisotropy of all groups.
void keep(const TimeSeries& series, std::size_t energies, std::size_t times, const std::string& prefix, Datasets& datasets) {
    const std::string path = "/grid/many_sources/" + prefix;
    auto &density = datasets[path + "density"], &current = datasets[path + "current"], &delta = datasets[path + "anisotropy"];
    for (const double n : series.density) density.push_back(n * units::per_kpc3_in_per_cm3);
    for (const double j : series.current) current.push_back(j * units::per_kpc2_myr_in_per_cm2_s);
    const std::size_t row = energies * times;
    delta.assign(3 * row, 0.0);
    std::vector<double> sum(row, 0.0);
    for (std::size_t i = 0; i < density.size(); ++i) {
        sum[i % row] += density[i];
        for (std::size_t a = 0; a < 3; ++a) delta[3 * (i % row) + a] -= 3.0 / units::c_in_cm_per_s * current[3 * i + a];
    }
    for (std::size_t i = 0; i < 3 * row; ++i) delta[i] /= sum[i / 3];
}

}  // namespace

Validation validate_many_sources(const Ranks& ranks, const Log& log, const CommandInput& input) {
    ManySourcesProblem problem;
    together(ranks, [&] {
        problem = read_problem(input.parameters, input.model);
        check(problem, ranks.count());
    });
    Progress progress("steps and superpositions", steps_of(problem), log.silent());
    const ManySourcesResult result = solve(ranks, problem, [&](std::int64_t done, std::int64_t) { progress.update(done); });
    Validation v;
    v.problem = "many_sources";
    v.notes = {fmt::format("{} sources of realization {} (seed {}) with |x|, |y| < {:g} kpc, counted from an age of {} on",
                           result.sources, problem.realization, problem.seed, problem.reach,
                           age_text(problem.minimum_age)),
               fmt::format("{} times over {:.4g} Myr, steps of {}; {} cells across, {:.3g} kpc at the observer",
                           result.time.size(), -result.time.front(), age_text(result.step), problem.cells,
                           result.spacing)};
    v.comparisons = result.comparisons;
    v.costs = result.costs;
    v.extents.times = static_cast<std::int64_t>(result.time.size());
    for (const double time : result.time) v.datasets["/grid/many_sources/time"].push_back(time / units::myr_per_year);
    const std::size_t energies = problem.transport.energies.size(), times = result.time.size();
    keep(result.fine, energies, times, "", v.datasets);
    keep(result.coarse, energies, times, "coarse_", v.datasets);
    keep(result.green, energies, times, "green_", v.datasets);
    return v;
}

}  // namespace greenhalo
