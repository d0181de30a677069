#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <optional>

#include "app/file_description.h"
#include "app/model_warnings.h"
#include "app/parameter_checks.h"
#include "app/wrapped_text.h"
#include "greenhalo/app/command_input.h"
#include "greenhalo/app/commands.h"
#include "greenhalo/base/units.h"
#include "greenhalo/ensemble/expectation.h"
#include "greenhalo/parallel/blocks.h"
#include "greenhalo/superposition/direct_sum.h"

namespace greenhalo {

namespace {

/// Moments of all energies in the units of the file, by path within it; and the columns of the table.
struct MomentsTable {
    Datasets datasets;
    std::vector<double> density,
        current;  ///< [nE], all groups together: cm^-3 GeV^-1, |<J>| in cm^-2 s^-1 GeV^-1
};

/// What the integrals leave out must not be asked for.
void refuse_unknown_selection(const Parameters& p) {
    for (const char* key : {"sources.minimum-distance", "sources.exclude-distance", "sources.exclude-age"}) {
        if (p.number(key) > 0.0) {
            throw InputError(
                fmt::format("{} has no part in the integrals of expect: leave it out, or draw an ensemble "
                            "with greenhalo run",
                            describe_parameter(p, key)));
        }
    }
    if (p.is_used("observer.velocity")) {
        throw InputError(fmt::format(
            "{} has no part in the integrals of expect, which are those of an observer at rest: leave it "
            "out, or draw an ensemble with greenhalo run",
            describe_parameter(p, "observer.velocity")));
    }
    if (p.boolean("sources.causal")) {
        throw InputError(
            fmt::format("{} has no part in the integrals of expect: set it to no, or draw an ensemble with "
                        "greenhalo run",
                        describe_parameter(p, "sources.causal")));
    }
}

ExpectationLimits read_limits(const Parameters& p, const Model& model) {
    if (model.law.model != SourceModel::cylindrical && model.law.model != SourceModel::uniform_disc) {
        throw InputError(
            fmt::format("{} has no integrals: expect needs random sources of an axisymmetric law, "
                        "cylindrical or uniform-disc; greenhalo run takes every model",
                        describe_parameter(p, "sources.model")));
    }
    refuse_unknown_selection(p);
    ExpectationLimits limits;
    limits.minimum_age = model.selection.minimum_age;
    if (p.text("expect.span") == "finite") limits.span = model.time_span;
    if (!p.has_value("expect.minimum-age")) return limits;
    limits.small_scale_age = p.number("expect.minimum-age") * units::myr_per_year;
    if (*limits.small_scale_age < limits.minimum_age) {
        throw InputError(fmt::format("{} is less than {}: make it at least that",
                                     describe_parameter(p, "expect.minimum-age"),
                                     describe_parameter(p, "sources.minimum-age")));
    }
    if (*limits.small_scale_age >= limits.span) {
        throw InputError(fmt::format("{} leaves no source within {}: make it smaller",
                                     describe_parameter(p, "expect.minimum-age"),
                                     describe_parameter(p, "sources.time-span")));
    }
    return limits;
}

/// In a steady state sources have every age; a minimum age beyond the span is then possible, and hardly meant.
std::vector<std::string> warnings_of_ages(const Parameters& p, const Model& model, const ExpectationLimits& limits) {
    std::vector<std::string> warnings;
    if (std::isfinite(limits.span)) return warnings;
    const auto check = [&](const char* key, double age) {
        if (age < model.time_span) return;
        warnings.push_back(fmt::format("{} is beyond {}, which has no part in a steady state (expect.span = infinite): no realization "
                                       "has sources of such ages",
                                       describe_parameter(p, key), describe_parameter(p, "sources.time-span")));
    };
    check("sources.minimum-age", limits.minimum_age);
    if (limits.small_scale_age) check("expect.minimum-age", *limits.small_scale_age);
    return warnings;
}

/// One energy as a row of plain numbers, to travel between ranks.
std::vector<double> row_of(const Moments& m) {
    std::vector<double> row = m.density;
    row.insert(row.end(), m.current.begin(), m.current.end());
    row.insert(row.end(), {m.fluctuation_current, m.large_scale, m.small_scale, m.small_scale_planar,
                           m.small_scale_age});
    return row;
}

/// Rows of all energies as the datasets of the file.
MomentsTable table_of(const std::vector<const double*>& rows, std::size_t species) {
    const std::size_t energies = rows.size();
    MomentsTable table;
    auto& density = table.datasets["/expect/density"];
    auto& current = table.datasets["/expect/current"];
    for (std::size_t s = 0; s < species; ++s) {
        for (const double* row : rows) {
            density.push_back(row[s] * units::per_kpc3_in_per_cm3);
            for (std::size_t i = 0; i < 3; ++i) {
                current.push_back(row[species + 3 * s + i] * units::per_kpc2_myr_in_per_cm2_s);
            }
        }
    }
    constexpr double current_unit = units::per_kpc2_myr_in_per_cm2_s;
    for (const double* row : rows) {
        const double* rest = row + 4 * species;
        table.datasets["/expect/fluctuation_current"].push_back(rest[0] * current_unit * current_unit);
        table.datasets["/expect/large_scale"].push_back(rest[1]);
        table.datasets["/expect/small_scale"].push_back(rest[2]);
        table.datasets["/expect/small_scale_planar"].push_back(rest[3]);
        table.datasets["/expect/minimum_age"].push_back(rest[4] / units::myr_per_year);
    }
    for (std::size_t e = 0; e < energies; ++e) {
        double n = 0.0, j[3] = {0.0, 0.0, 0.0};
        for (std::size_t s = 0; s < species; ++s) {
            const std::size_t pair = s * energies + e;
            n += density[pair];
            for (std::size_t i = 0; i < 3; ++i) j[i] += current[3 * pair + i];
        }
        table.density.push_back(n);
        table.current.push_back(std::sqrt(j[0] * j[0] + j[1] * j[1] + j[2] * j[2]));
    }
    return table;
}

/// Collective. Every energy by one rank, whichever it is; all have all of them in the end.
MomentsTable compute(const Ranks& ranks, const Model& model, const ExpectationLimits& limits) {
    const auto energies = static_cast<std::int64_t>(model.transport.energies.size());
    std::vector<double> mine;
    std::vector<std::int64_t> energy;
    together(ranks, [&] {
        std::optional<Superposition> certain;
        if (model.listed) certain = DirectSum(model.transport, model.selection).sum(model.listed->sources);
        const Expectation expectation(model.transport, model.law, limits, certain);
        for (const Round& round : deal(energies, 1, ranks.rank(), ranks.count())) {
            for (const std::int64_t e : round.mine) {
                const std::vector<double> row = row_of(expectation(static_cast<std::size_t>(e)));
                mine.insert(mine.end(), row.begin(), row.end());
                energy.push_back(e);
            }
        }
    });
    const std::vector<double> all = ranks.gather_numbers(mine);
    const std::vector<std::int64_t> order = ranks.gather_everywhere(energy);
    const std::size_t species = model.transport.nuclei.size(), row_size = all.size() / order.size();
    std::vector<const double*> rows(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        rows[static_cast<std::size_t>(order[i])] = all.data() + i * row_size;
    }
    return table_of(rows, species);
}

void print_table(const std::vector<double>& energies, const MomentsTable& table, const std::string& file) {
    std::string text = fmt::format("{:>12} {:>15} {:>19} {:>10} {:>10} {:>9}\n", "energy", "<n>", "|<J>|",
                                   "delta_A1", "delta_A2", "T_min");
    text += fmt::format("{:>12} {:>15} {:>19} {:>10} {:>10} {:>9}\n", "GeV", "cm^-3 GeV^-1",
                        "cm^-2 s^-1 GeV^-1", "", "", "kyr");
    for (std::size_t e = 0; e < energies.size(); ++e) {
        text += fmt::format("{:>12.5g} {:>15.4e} {:>19.4e} {:>10.3e} {:>10.3e} {:>9.4g}\n", energies[e],
                            table.density[e], table.current[e], table.datasets.at("/expect/large_scale")[e],
                            table.datasets.at("/expect/small_scale")[e],
                            1e-3 * table.datasets.at("/expect/minimum_age")[e]);
    }
    text += "\n" + wrapped("delta_A2: " + layout_item("/expect/small_scale").caution, "  ", "  ");
    text += fmt::format("\n  moments: {}\n", file);
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
}

}  // namespace

ExitStatus command_expect(int argc, char** argv, const std::vector<std::string>& words) {
    return run_under_mpi(argc, argv, [&](const Ranks& ranks, const Log& log) {
        const std::string started = utc_now();
        const CommandInput input = read_command_input(ranks, log, "expect", words);
        ExpectationLimits limits;
        together(ranks, [&] { limits = read_limits(input.parameters, input.model); });
        const MomentsTable table = compute(ranks, input.model, limits);
        on_root(ranks, [&] {
            const Ages ages = std::isfinite(limits.span) ? Ages::of_the_span : Ages::all;
            for (const std::string& warning : model_warnings(input.model, ages)) log.warning(warning);
            for (const std::string& warning : warnings_of_ages(input.parameters, input.model, limits)) log.warning(warning);
        });
        Description description;
        together(ranks, [&] {
            description = describe_input(input);
            description.kind = FileKind::moments;
        });
        const std::string& path = input.parameters.text("output.file");
        const ResultFile file =
            ResultFile::create(path, description, input.overwrite, ranks.communicator(), table.datasets);
        file.append_start(ranks.communicator(), {host_name(), ranks.count(), started, utc_now(), "finished"});
        if (ranks.is_root()) print_table(description.energy, table, path);
        return ExitStatus::done;
    });
}

}  // namespace greenhalo
