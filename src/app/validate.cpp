#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <memory>

#include "app/file_description.h"
#include "app/model_warnings.h"
#include "app/parameter_checks.h"
#include "app/validation.h"
#include "greenhalo/app/commands.h"
#include "greenhalo/grid/petsc_session.h"

namespace greenhalo {

SolverSettings read_solver(const Parameters& p) {
    SolverSettings settings;
    if (p.text("grid.solver") == "algebraic") settings.preconditioner = Preconditioner::algebraic;
    settings.tolerance = p.number("grid.solver-tolerance");
    return settings;
}

int read_cells(const Parameters& p, int automatic) {
    if (!p.has_value("grid.cells")) return automatic;
    const double cells = p.number("grid.cells");
    if (std::fmod(cells, 8.0) != 0.0) {
        throw InputError(fmt::format("{} must be a multiple of 8, so that grids with 1/2 and 3/4 of the "
                                     "cells have an even number of them",
                                     describe_parameter(p, "grid.cells")));
    }
    return static_cast<int>(cells);
}

namespace {

/// Takes --petsc "..." out of the words of the command line.
std::vector<std::string> take_petsc_options(std::vector<std::string>& words) {
    std::vector<std::string> options, rest;
    const std::string flag = "--petsc";
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == flag) {
            if (i + 1 == words.size()) {
                throw InputError("command line: --petsc needs a value: options of PETSc, such as --petsc \"-pc_type gamg\"");
            }
            options.push_back(words[++i]);
        } else if (words[i].starts_with(flag + "=")) {
            options.push_back(words[i].substr(flag.size() + 1));
        } else {
            rest.push_back(words[i]);
        }
    }
    words = std::move(rest);
    return options;
}

Validation solve_problem(const Ranks& ranks, const Log& log, const CommandInput& input) {
    const std::string& problem = input.parameters.text("grid.problem");
    if (problem == "many-sources") return validate_many_sources(ranks, log, input);
    if (problem == "steady") return validate_steady(ranks, log, input);
    if (problem == "beyond") return validate_beyond(ranks, log, input);
    return validate_one_source(ranks, log, input);
}

/// Bytes per second of the solver at the least: 12 for every entry of a matrix, value and column, with which two
/// operations are done, and more where vectors alone are read and written.
double bandwidth(const SolverCost& cost) {
    constexpr double bytes_per_operation = 6.0;
    return cost.solving > 0.0 ? bytes_per_operation * cost.operations / cost.solving : 0.0;
}

double memory_per_unknown(const SolverCost& cost) { return std::max(0.0, cost.memory) / static_cast<double>(cost.unknowns); }

void keep(const Validation& v, double triad, Description& description, Datasets& datasets) {
    description.kind = FileKind::grid;
    description.grid_problem = v.problem;
    description.grid = v.extents;
    description.grid.comparisons = static_cast<std::int64_t>(v.comparisons.size());
    description.grid.systems = static_cast<std::int64_t>(v.costs.size());
    description.texts = v.texts;
    datasets = v.datasets;
    for (const Comparison& c : v.comparisons) {
        description.texts["/grid/comparison/name"].push_back(c.what);
        description.texts["/grid/comparison/unit"].push_back(c.unit);
        const auto put = [&](const char* name, double value) {
            datasets[std::string("/grid/comparison/") + name].push_back(value);
        };
        put("value", c.value);
        put("reference", c.reference);
        put("error", c.error);
        put("tolerance", c.tolerance);
        put("grid_error", c.grid_error);
        put("passed", c.passed() ? 1.0 : 0.0);
    }
    for (const auto& [name, cost] : v.costs) {
        description.texts["/grid/cost/name"].push_back(name);
        const auto put = [&](const char* what, double value) {
            datasets[std::string("/grid/cost/") + what].push_back(value);
        };
        put("unknowns", static_cast<double>(cost.unknowns));
        put("levels", cost.levels);
        put("solves", static_cast<double>(cost.solves));
        put("iterations", static_cast<double>(cost.iterations));
        put("most_iterations", cost.most_iterations);
        put("assembly", cost.assembly);
        put("solving", cost.solving);
        put("memory", memory_per_unknown(cost));
        put("bandwidth", bandwidth(cost));
    }
    datasets["/grid/triad"] = {triad};
}

std::string comparison_table(const std::vector<Comparison>& rows) {
    std::size_t width = 10;
    for (const Comparison& row : rows) width = std::max(width, row.what.size());
    std::string text = fmt::format("  {:<{}} {:>13} {:>13}  {:<17} {:>9} {:>9} {:>11}\n", "comparison", width, "grid",
                                   "should be", "", "error", "tolerance", "grid's own");
    for (const Comparison& row : rows) {
        text += fmt::format("  {:<{}} {:>13.6g} {:>13.6g}  {:<17} {:>9.2e} {:>9.2e} {:>11}{}\n", row.what, width, row.value,
                            row.reference, row.unit == "1" ? "" : row.unit, row.error, row.tolerance,
                            std::isnan(row.grid_error) ? "" : fmt::format("{:.2e}", row.grid_error),
                            row.passed() ? "" : row.is_too_coarse() ? "  FAILED, too coarse" : "  FAILED");
    }
    return text;
}

/// The line below the tables.
std::string outcome(const std::vector<Comparison>& rows, const std::string& path) {
    std::int64_t failures = 0, too_coarse = 0;
    for (const Comparison& row : rows) {
        failures += !row.passed();
        too_coarse += !row.passed() && row.is_too_coarse();
    }
    if (failures == 0) return fmt::format("\n  all {} comparisons passed; grid: {}\n", rows.size(), path);
    std::string text = fmt::format("\n  {} of {} comparisons FAILED", failures, rows.size());
    if (too_coarse > 0) {
        text += fmt::format(", {} of them on a grid whose own error is larger than the tolerance: increase grid.cells", too_coarse);
    }
    return text + fmt::format("; grid: {}\n", path);
}

std::string cost_table(const Validation& v, double triad, int ranks) {
    std::string text = fmt::format("\n  {:<24} {:>9} {:>6} {:>6} {:>11} {:>9} {:>9} {:>9} {:>7} {:>6}\n", "solver", "unknowns",
                                   "grids", "solves", "iterations", "assembly", "solving", "per solve", "memory", "GB/s");
    text += fmt::format("  {:<24} {:>9} {:>6} {:>6} {:>11} {:>9} {:>9} {:>9} {:>7} {:>6}\n", "", "", "", "", "mean (most)", "s",
                        "s", "ns/unkn.", "B/unkn.", "");
    for (const auto& [name, cost] : v.costs) {
        const double solves = static_cast<double>(cost.solves), unknowns = static_cast<double>(cost.unknowns);
        text += fmt::format("  {:<24} {:>9} {:>6} {:>6} {:>11} {:>9.3g} {:>9.3g} {:>9.3g} {:>7.0f} {:>6.2f}\n", name, cost.unknowns,
                            cost.levels, cost.solves,
                            fmt::format("{:.1f} ({})", static_cast<double>(cost.iterations) / solves, cost.most_iterations),
                            cost.assembly, cost.solving, 1e9 * cost.solving / solves / unknowns, memory_per_unknown(cost),
                            1e-9 * bandwidth(cost));
    }
    return text + fmt::format("  a step in time is two solves; triad on {} rank{} in this run: {:.2f} GB/s\n", ranks,
                              ranks == 1 ? "" : "s", 1e-9 * triad);
}

}  // namespace

ExitStatus command_validate(int argc, char** argv, const std::vector<std::string>& words) {
    std::vector<std::string> rest = words;
    const std::vector<std::string> options = take_petsc_options(rest);
    return run_under_mpi(argc, argv, [&](const Ranks& ranks, const Log& log) {
        const std::string started = utc_now();
        CommandInput input = read_command_input(ranks, log, "validate", rest);
        for (const std::string& warning : efficiency_warnings(input.model)) log.warning(warning);
        for (const std::string& option : options) input.line += " --petsc '" + option + "'";
        const PetscSession session(ranks, options);
        const Validation validation = solve_problem(ranks, log, input);
        const double triad = triad_bandwidth(ranks);
        for (const std::string& option : session.unused_options()) {
            log.warning(fmt::format("PETSc has not used the option \"{}\": is it spelt right?", option));
        }
        const bool passed = all_passed(validation.comparisons);
        Description description;
        Datasets datasets;
        together(ranks, [&] {
            description = describe_input(input);
            keep(validation, triad, description, datasets);
        });
        const std::string& path = input.parameters.text("output.file");
        const ResultFile file = ResultFile::create(path, description, input.overwrite, ranks.communicator(), datasets);
        file.append_start(ranks.communicator(), {host_name(), ranks.count(), started, utc_now(),
                                                 passed ? "finished" : "finished, a comparison failed"});
        if (ranks.is_root()) {
            std::string text;
            for (const std::string& note : validation.notes) text += "  " + note + "\n";
            text += "\n" + comparison_table(validation.comparisons) + cost_table(validation, triad, ranks.count());
            text += outcome(validation.comparisons, path);
            std::fputs(text.c_str(), stdout);
            std::fflush(stdout);
        }
        return passed ? ExitStatus::done : ExitStatus::failed;
    });
}

}  // namespace greenhalo
