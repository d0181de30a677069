#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/parameter_checks.h"
#include "app/smooth_validation.h"
#include "greenhalo/ensemble/expectation.h"
#include "greenhalo/galaxy/catalogue.h"
#include "greenhalo/superposition/source_sum.h"

namespace greenhalo {

namespace {

/// Errors that a second-order grid of 192 cells stays below, and one of 96 cells in three dimensions.
constexpr double cylindrical_tolerance = 2e-3, box_tolerance = 0.01;
/// What the ensemble's limited span may add.
constexpr double span_tolerance = 0.01;
constexpr int box_share = 2;  ///< the grid in three dimensions has so many times fewer cells

struct Numbers {
    std::vector<double> density, current, large_scale;
};

Numbers expected(const Ranks& ranks, const Model& model) {
    Numbers numbers;
    together(ranks, [&] {
        const Transport& t = model.transport;
        const std::size_t species = t.nuclei.size(), energies = t.energies.size();
        ExpectationLimits limits;
        limits.small_scale_age = 0.1;  // of <dJ.dJ>, which is not compared
        const Expectation expectation(t, model.law, limits);
        numbers.density.resize(species * energies);
        numbers.current.resize(3 * numbers.density.size());
        for (std::size_t e = 0; e < energies; ++e) {
            const Moments m = expectation(e);
            for (std::size_t s = 0; s < species; ++s) {
                numbers.density[s * energies + e] = m.density[s];
                for (std::size_t a = 0; a < 3; ++a) numbers.current[3 * (s * energies + e) + a] = m.current[3 * s + a];
            }
            numbers.large_scale.push_back(m.large_scale);
        }
    });
    return numbers;
}

/// Component-wise medians of an ensemble, and how far from them, relative to them, means can be expected.
struct Medians {
    Numbers numbers;
    std::vector<double> density_width, current_width;  ///< of the sums over groups, [nE]
    std::vector<double> density, current;              ///< the sums themselves; current is the radial component
};

/// The median of values, and how far from it the mean of their distribution can be expected: half the width of the
/// median's interval of 99.7 %, from the order statistics 1.5 sqrt(M) below and above it, and twice the asymmetry of the
/// 16 % and 84 % quantiles. The tails are heavy and one-sided: the mean of a log-normal law lies once that asymmetry
/// above the median, that of stable laws with an index from 3/2 on less than twice.
std::pair<double, double> median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const double m = static_cast<double>(values.size()), reach = 1.5 * std::sqrt(m);
    const auto at = [&](double rank) {
        return values[static_cast<std::size_t>(std::clamp(rank, 0.0, m - 1.0))];
    };
    const double middle = 0.5 * (at(std::floor((m - 1.0) / 2.0)) + at(std::ceil((m - 1.0) / 2.0)));
    const double interval = 0.5 * (at(std::ceil((m - 1.0) / 2.0 + reach)) - at(std::floor((m - 1.0) / 2.0 - reach)));
    const double asymmetry = 0.5 * (at(std::round(0.16 * (m - 1.0))) + at(std::round(0.84 * (m - 1.0)))) - middle;
    return {middle, interval + 2.0 * std::abs(asymmetry)};
}

Medians ensemble_medians(const Ranks& ranks, const Model& model) {
    const Transport& t = model.transport;
    const std::size_t species = t.nuclei.size(), energies = t.energies.size(), pairs = species * energies;
    std::vector<double> mine;
    together(ranks, [&] {
        const Catalogue catalogue(model.law, model.time_span, model.seed);
        SourceSum sum(t, {}, model.law, model.time_span, model.superposition);
        for (std::int64_t m = ranks.rank(); m < model.realizations; m += ranks.count()) {
            const Superposition s = sum.sum(catalogue, model.first_realization + m);
            mine.insert(mine.end(), s.density.begin(), s.density.end());
            mine.insert(mine.end(), s.current.begin(), s.current.end());
        }
    });
    const std::vector<double> all = ranks.gather_numbers(mine);
    const std::size_t count = all.size() / (4 * pairs);
    const auto column = [&](auto value) {
        std::vector<double> values;
        for (std::size_t m = 0; m < count; ++m) values.push_back(value(all.data() + m * 4 * pairs));
        return median(values);
    };
    Medians medians;
    for (std::size_t c = 0; c < pairs; ++c) {
        medians.numbers.density.push_back(column([&](const double* row) { return row[c]; }).first);
        for (std::size_t a = 0; a < 3; ++a) {
            medians.numbers.current.push_back(column([&](const double* row) { return row[pairs + 3 * c + a]; }).first);
        }
    }
    for (std::size_t e = 0; e < energies; ++e) {
        const auto sum = [&](const double* row, auto index) {
            double total = 0.0;
            for (std::size_t s = 0; s < species; ++s) total += row[index(s * energies + e)];
            return total;
        };
        const auto [n, n_width] = column([&](const double* row) { return sum(row, [](std::size_t c) { return c; }); });
        std::array<double, 3> j{};
        double j_width = 0.0;
        for (std::size_t a = 0; a < 3; ++a) {
            const auto [value, width] =
                column([&](const double* row) { return sum(row, [&](std::size_t c) { return pairs + 3 * c + a; }); });
            j[a] = value;
            if (a == 0) j_width = width;
        }
        medians.density.push_back(n);
        medians.density_width.push_back(n_width / n);
        medians.current.push_back(j[0]);
        medians.current_width.push_back(j_width / std::abs(j[0]));
        medians.numbers.large_scale.push_back(3.0 * std::hypot(j[0], j[1], j[2]) / (units::c * n));
    }
    return medians;
}

void keep(const std::string& prefix, const Numbers& numbers, Datasets& datasets) {
    const std::string path = "/grid/steady/" + prefix;
    for (const double n : numbers.density) datasets[path + "density"].push_back(n * units::per_kpc3_in_per_cm3);
    for (const double j : numbers.current) datasets[path + "current"].push_back(j * units::per_kpc2_myr_in_per_cm2_s);
    datasets[path + "large_scale"] = numbers.large_scale;
}

}  // namespace

Validation validate_steady(const Ranks& ranks, const Log& log, const CommandInput& input) {
    const Parameters& p = input.parameters;
    const Model& model = input.model;
    const Transport& t = model.transport;
    SmoothChoice choice;
    together(ranks, [&] {
        choice = read_smooth_choice(p, model);
        if (model.realizations < 30) {
            throw InputError(fmt::format("{} is too few for a median with an interval: make it 30 or more",
                                         describe_parameter(p, "ensemble.realizations")));
        }
        SmoothProblem problem = choice.problem;
        (void)partition(cylindrical_domain(problem, choice.cells / 2), ranks.count());
        problem.side = choice.box_side;
        (void)partition(box_domain(problem, choice.cells / box_share / 2), ranks.count());
    });
    const std::size_t species = t.nuclei.size(), energies = t.energies.size();
    const auto rings = [&](const SmoothProblem& problem, int cells) { return steady_on_cylindrical_grid(ranks, problem, cells); };
    Progress progress("solutions", static_cast<std::int64_t>(3 * species * energies + 2 * species), log.silent());
    std::int64_t done = 0;
    const auto step = [&] { progress.update(++done); };
    const auto uniform = [&](std::size_t s, std::size_t e) {
        return Medium::uniform(t.half_height, t.diffusion_of(s, e), t.loss_rate_of(s, e));
    };
    Validation v;
    v.problem = "steady";
    const SmoothSpectrum fine = solve_spectrum(t, choice.problem, uniform, choice.cells, rings, step);
    const SmoothSpectrum coarse = solve_spectrum(t, choice.problem, uniform, choice.cells / 2, rings, step);
    SmoothProblem wide = choice.problem;
    wide.side *= 1.25;
    const SmoothSpectrum wider = solve_spectrum(t, wide, uniform, choice.cells, rings, step);
    v.costs.emplace_back("(r, z)", fine.cost);

    // in three dimensions at the first energy
    Transport first = t;
    first.energies = {t.energies.front()};
    for (auto& of_species : first.release) of_species.resize(1);
    SmoothProblem box = choice.problem;
    box.side = choice.box_side;
    const auto boxes = [&](const SmoothProblem& problem, int cells) { return steady_on_box_grid(ranks, problem, cells); };
    const SmoothSpectrum cube = solve_spectrum(first, box, uniform, choice.cells / box_share, boxes, step);
    const SmoothSpectrum coarse_cube = solve_spectrum(first, box, uniform, choice.cells / box_share / 2, boxes, step);
    v.costs.emplace_back("(x, y, z)", cube.cost);

    const Numbers mean = expected(ranks, model);
    const Medians medians = ensemble_medians(ranks, model);

    const double factor = p.number("grid.tolerance");
    const double own = 1.0 / 3.0;
    std::vector<Comparison>& rows = v.comparisons;
    for (std::size_t e = 0; e < energies; ++e) {
        const std::string at = fmt::format("{:g} GeV", t.energies[e]);
        for (std::size_t s = 0; s < species; ++s) {
            const std::size_t c = s * energies + e;
            const std::string where = fmt::format("{}, {}: ", t.nuclei[s].name, at);
            const auto row = [&](const std::string& what, const char* unit, double unit_size, double value, double reference,
                                 double coarser, double tolerance) {
                Comparison compared = relative(where + what, unit, unit_size * value, unit_size * reference, factor * tolerance);
                compared.grid_error = own * std::abs(value / coarser - 1.0);
                rows.push_back(compared);
            };
            row("<n>, (r, z)", "cm^-3 GeV^-1", units::per_kpc3_in_per_cm3, fine.density[c], mean.density[c], coarse.density[c],
                cylindrical_tolerance);
            row("<J_r>, (r, z)", "cm^-2 s^-1 GeV^-1", units::per_kpc2_myr_in_per_cm2_s, fine.current[3 * c],
                mean.current[3 * c], coarse.current[3 * c], cylindrical_tolerance);
            if (e > 0) continue;
            row("<n>, (x, y, z)", "cm^-3 GeV^-1", units::per_kpc3_in_per_cm3, cube.density[s], mean.density[c],
                coarse_cube.density[s], box_tolerance);
            row("<J_x>, (x, y, z)", "cm^-2 s^-1 GeV^-1", units::per_kpc2_myr_in_per_cm2_s, cube.current[3 * s],
                mean.current[3 * c], coarse_cube.current[3 * s], box_tolerance);
        }
        Comparison delta = relative(at + ": delta_A1, (r, z)", "1", fine.large_scale[e], mean.large_scale[e], factor * cylindrical_tolerance);
        delta.grid_error = own * std::abs(fine.large_scale[e] / coarse.large_scale[e] - 1.0);
        rows.push_back(delta);
        if (e == 0) {
            delta = relative(at + ": delta_A1, (x, y, z)", "1", cube.large_scale[0], mean.large_scale[0], factor * box_tolerance);
            delta.grid_error = own * std::abs(cube.large_scale[0] / coarse_cube.large_scale[0] - 1.0);
            rows.push_back(delta);
        }
        rows.push_back(relative(at + ": delta_A1, sides moved out by a quarter", "1", wider.large_scale[e], fine.large_scale[e],
                                factor * cylindrical_tolerance));
        double n = 0.0, j = 0.0;
        for (std::size_t s = 0; s < species; ++s) {
            n += fine.density[s * energies + e];
            j += fine.current[3 * (s * energies + e)];
        }
        const std::string ensemble = fmt::format("{}: median of {} realizations, ", at, model.realizations);
        rows.push_back(relative(ensemble + "n", "cm^-3 GeV^-1", units::per_kpc3_in_per_cm3 * n,
                                units::per_kpc3_in_per_cm3 * medians.density[e],
                                factor * (medians.density_width[e] + span_tolerance)));
        rows.push_back(relative(ensemble + "J_x", "cm^-2 s^-1 GeV^-1", units::per_kpc2_myr_in_per_cm2_s * j,
                                units::per_kpc2_myr_in_per_cm2_s * medians.current[e],
                                factor * (medians.current_width[e] + span_tolerance)));
    }
    const double lost = std::max(fine.imbalance, cube.imbalance);
    rows.push_back(absolute("particles without a trace, share", "1", lost, 0.0, factor * 1e3 * choice.problem.solver.tolerance));

    v.notes = {fmt::format("smooth sources ({}) in the steady state, H = {:g} kpc; (r, z) up to {:g} kpc with {} x {} cells, "
                           "(x, y, z) up to {:g} kpc with {} x {} x {} cells",
                           p.text("sources.model"), t.half_height, choice.problem.side, choice.cells, choice.cells / 2,
                           choice.box_side, choice.cells / box_share, choice.cells / box_share, choice.cells / box_share / 2)};
    Numbers cubes;
    cubes.density.assign(species * energies, std::nan(""));
    cubes.current.assign(3 * species * energies, std::nan(""));
    cubes.large_scale.assign(energies, std::nan(""));
    for (std::size_t s = 0; s < species; ++s) {
        cubes.density[s * energies] = cube.density[s];
        for (std::size_t a = 0; a < 3; ++a) cubes.current[3 * s * energies + a] = cube.current[3 * s + a];
    }
    cubes.large_scale[0] = cube.large_scale[0];
    keep("", {fine.density, fine.current, fine.large_scale}, v.datasets);
    keep("box_", cubes, v.datasets);
    keep("expected_", mean, v.datasets);
    keep("median_", medians.numbers, v.datasets);
    return v;
}

}  // namespace greenhalo
