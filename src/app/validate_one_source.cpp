#include <fmt/format.h>

#include <algorithm>

#include "app/validation.h"
#include "greenhalo/app/progress.h"
#include "greenhalo/base/quantity_text.h"
#include "greenhalo/base/units.h"
#include "greenhalo/validation/one_source.h"

namespace greenhalo {

namespace {

OneSourceProblem read_problem(const Parameters& p, const Model& model) {
    const Transport& t = model.transport;
    OneSourceProblem problem;
    problem.half_height = t.half_height;
    problem.diffusion = t.diffusion_of(0, 0);
    problem.loss_rate = t.loss_rate_of(0, 0);
    problem.observer = t.observer;
    const auto& offset = p.numbers("grid.source-offset");
    problem.offset = {offset[0], offset[1], offset[2]};
    problem.start_age = p.number("grid.start-age");
    problem.ages = p.numbers("grid.ages");
    problem.cells = read_cells(p, 64);
    problem.step = p.has_value("grid.step") ? p.number("grid.step") * units::myr_per_year : 0.0;
    problem.solver = read_solver(p);
    problem.tolerance_factor = p.number("grid.tolerance");
    problem.box = p.has_value("grid.box") ? p.number("grid.box") : std::max(shortest_box * t.half_height, least_box(problem));
    return problem;
}

void append(std::vector<double>& to, const Observation& seen) {
    to.insert(to.end(), seen.gradient.begin(), seen.gradient.end());
}

Datasets datasets_of(const OneSourceProblem& problem, const OneSourceResult& result) {
    Datasets d;
    const auto at = [&](const char* name) -> std::vector<double>& { return d[std::string("/grid/one_source/") + name]; };
    for (const double age : problem.ages) at("age").push_back(problem.age(age) / units::myr_per_year);
    for (const OneSourceRun& run : result.runs) {
        at("start").push_back(static_cast<double>(run.start));
        at("cells").push_back(run.cells);
        at("spacing").push_back(run.spacing);
        at("step").push_back(run.step / units::myr_per_year);
        at("imbalance").push_back(run.imbalance);
        at("undershoot").push_back(run.undershoot);
        for (const Observation& seen : run.seen) {
            at("density").push_back(seen.density);
            append(at("gradient"), seen);
        }
        at("content").insert(at("content").end(), run.content.begin(), run.content.end());
    }
    for (const auto& reference : result.reference) {
        for (const Observation& seen : reference) {
            at("green_density").push_back(seen.density);
            append(at("green_gradient"), seen);
        }
    }
    return d;
}

}  // namespace

Validation validate_one_source(const Ranks& ranks, const Log& log, const CommandInput& input) {
    OneSourceProblem problem;
    together(ranks, [&] {
        problem = read_problem(input.parameters, input.model);
        check(problem, ranks.count());
    });
    Progress progress("solutions", one_source_runs, log.silent());
    const OneSourceResult result =
        solve(ranks, problem, [&](std::int64_t done, std::int64_t) { progress.update(done); });
    Validation v;
    v.problem = "one_source";
    const Transport& t = input.model.transport;
    v.notes = {fmt::format("one source of {} at {}: H = {:g} kpc, D = {:.4g} kpc^2/Myr, Gamma = "
                           "{:.3g}/Myr, H^2/D = {:.4g} Myr",
                           t.nuclei[0].name, energy_text(t.energies[0]), problem.half_height, problem.diffusion, problem.loss_rate,
                           problem.age(1.0)),
               fmt::format("grids of {}, {} and {} nodes across, each with three steps, the longest {}; "
                           "ages in H^2/D",
                           problem.cells / 2 + 1, problem.cells * 3 / 4 + 1, problem.cells + 1,
                           age_text(result.runs.front().step))};
    if (t.nuclei.size() * t.energies.size() > 1) {
        v.notes.emplace_back("the first group and the first energy stand for all");
    }
    v.comparisons = result.comparisons;
    // the longest steps of every grid, from a point source between the nodes
    for (const OneSourceRun& run : result.runs) {
        const bool longest = run.start == OneSourceStart::between_nodes && (&run - result.runs.data()) % 3 == 0;
        if (longest) v.costs.emplace_back(fmt::format("{}^3 nodes", run.cells + 1), run.cost);
    }
    v.extents.runs = static_cast<std::int64_t>(result.runs.size());
    v.extents.times = static_cast<std::int64_t>(problem.ages.size());
    v.datasets = datasets_of(problem, result);
    return v;
}

}  // namespace greenhalo
