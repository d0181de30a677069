#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "app/parameter_checks.h"
#include "app/smooth_validation.h"
#include "greenhalo/base/quantity_text.h"
#include "greenhalo/ensemble/expectation.h"
#include "greenhalo/galaxy/catalogue.h"
#include "greenhalo/superposition/source_sum.h"

namespace greenhalo {

namespace {

/// Errors that a second-order grid of 192 cells stays below, and one of 96 cells in three dimensions.
constexpr double cylindrical_tolerance = 2e-3, box_tolerance = 0.01;
/// Sources count from this age on where the ensemble is compared, Myr: with all of them neither n nor J has a variance,
/// and nothing tells beforehand how far the median lies below the mean.
constexpr double ensemble_age = 0.1;
/// The grid in three dimensions has so many times fewer cells, and sides that may change so much.
constexpr int box_share = 2;
constexpr double share_of_box_sides = 1e-2;

Domain coarse_box(const SmoothProblem& problem, int cells) { return box_domain(problem, cells / box_share); }

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

/// Standard deviations that an ensemble's median or mean may be off: a chance of 6e-5 for each of some thirty rows.
constexpr double deviations = 4.0;

/// Values of an ensemble: their median and mean, and how far from these those of infinitely many can lie.
struct Centre {
    double median = 0.0, mean = 0.0;
    double median_width = 0.0, mean_width = 0.0;
    /// How far median and mean of the law itself are apart, to first order in its skewness g (Cornish & Fisher):
    /// g sigma/6.
    double skew = 0.0;
};

Centre centre(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const double m = static_cast<double>(values.size());
    const auto at = [&](double rank) {
        return values[static_cast<std::size_t>(std::clamp(rank, 0.0, m - 1.0))];
    };
    Centre c;
    const double middle = 0.5 * (m - 1.0), reach = deviations * 0.5 * std::sqrt(m);
    c.median = 0.5 * (at(std::floor(middle)) + at(std::ceil(middle)));
    // the number of values below the law's median is binomial
    c.median_width = std::max(at(std::ceil(middle + reach)) - c.median, c.median - at(std::floor(middle - reach)));
    double second = 0.0, third = 0.0;
    for (const double value : values) c.mean += value / m;
    for (const double value : values) {
        second += std::pow(value - c.mean, 2) / m;
        third += std::pow(value - c.mean, 3) / m;
    }
    c.mean_width = deviations * std::sqrt(second / m);
    c.skew = second > 0.0 ? third / second / 6.0 : 0.0;  // a thin disc has no J_z in the midplane
    return c;
}

/// Density [nS, nE] and current [nS, nE, 3] of every realization, one after the other.
struct Ensemble {
    std::size_t species = 0, energies = 0;
    std::vector<double> rows;

    std::size_t pairs() const { return species * energies; }
    template <class Value>
    Centre column(Value value) const {
        std::vector<double> values;
        for (std::size_t first = 0; first < rows.size(); first += 4 * pairs()) values.push_back(value(rows.data() + first));
        return centre(std::move(values));
    }
    Centre density(std::size_t c) const {
        return column([&](const double* row) { return row[c]; });
    }
    Centre current(std::size_t c, std::size_t component) const {
        return column([&](const double* row) { return row[pairs() + 3 * c + component]; });
    }
    /// Of the sums over groups.
    Centre density_of_all(std::size_t e) const {
        return column([&](const double* row) {
            double sum = 0.0;
            for (std::size_t s = 0; s < species; ++s) sum += row[s * energies + e];
            return sum;
        });
    }
    Centre current_of_all(std::size_t e, std::size_t component) const {
        return column([&](const double* row) {
            double sum = 0.0;
            for (std::size_t s = 0; s < species; ++s) sum += row[pairs() + 3 * (s * energies + e) + component];
            return sum;
        });
    }
};

/// Collective. The ensemble with sources from an age (Myr) on.
Ensemble draw_ensemble(const Ranks& ranks, const Model& model, double minimum_age, const std::function<void()>& step_done) {
    const Transport& t = model.transport;
    std::vector<double> mine;
    together(ranks, [&] {
        Selection selection;
        selection.minimum_age = minimum_age;
        const Catalogue catalogue(model.law, model.time_span, model.seed);
        SourceSum sum(t, selection, model.law, model.time_span, model.superposition);
        for (std::int64_t m = ranks.rank(); m < model.realizations; m += ranks.count()) {
            const Superposition s = sum.sum(catalogue, model.first_realization + m);
            mine.insert(mine.end(), s.density.begin(), s.density.end());
            mine.insert(mine.end(), s.current.begin(), s.current.end());
            // the other ranks have done as many
            for (std::int64_t i = m; i < std::min<std::int64_t>(model.realizations, m + ranks.count()); ++i) step_done();
        }
    });
    return {t.nuclei.size(), t.energies.size(), ranks.gather_numbers(mine)};
}

Numbers medians(const Ensemble& ensemble) {
    Numbers numbers;
    for (std::size_t c = 0; c < ensemble.pairs(); ++c) {
        numbers.density.push_back(ensemble.density(c).median);
        for (std::size_t a = 0; a < 3; ++a) numbers.current.push_back(ensemble.current(c, a).median);
    }
    for (std::size_t e = 0; e < ensemble.energies; ++e) {
        const auto j = [&](std::size_t a) { return ensemble.current_of_all(e, a).median; };
        numbers.large_scale.push_back(3.0 * std::hypot(j(0), j(1), j(2)) / (units::c * ensemble.density_of_all(e).median));
    }
    return numbers;
}

/// Of the slowest mode, 1/Myr: without sources a field decays so in the end.
double decay_rate(const Transport& t, std::size_t s, std::size_t e) {
    return std::pow(0.5 * units::pi / t.half_height, 2) * t.diffusion_of(s, e) + t.loss_rate_of(s, e);
}

/// The share that a limited span lacks of the steady state at most.
double missing_share(const Model& model, std::size_t e) {
    double share = 0.0;
    for (std::size_t s = 0; s < model.transport.nuclei.size(); ++s) {
        share = std::max(share, std::exp(-decay_rate(model.transport, s, e) * model.time_span));
    }
    return share;
}

/// A span that lacks more of the steady state than this is not compared with it.
void refuse_short_span(const Parameters& p, const Model& model) {
    constexpr double most = 0.2;
    for (std::size_t e = 0; e < model.transport.energies.size(); ++e) {
        const double share = missing_share(model, e);
        if (share <= most) continue;
        throw InputError(fmt::format("{} may lack {:.2g} of the steady state at {}: {} would do", describe_parameter(p, "sources.time-span"),
                                     share, energy_text(model.transport.energies[e]),
                                     age_text(std::ceil(model.time_span * std::log(most) / std::log(share)))));
    }
}

/// Steps do not resolve what little is left of a field after ensemble_age, where that is many times its decay.
void refuse_fast_decay(const Parameters& p, const Transport& t) {
    constexpr double most = 4.0;
    for (std::size_t s = 0; s < t.nuclei.size(); ++s) {
        for (std::size_t e = 0; e < t.energies.size(); ++e) {
            if (decay_rate(t, s, e) * ensemble_age <= most) continue;
            throw InputError(fmt::format(
                "{}: the ensemble is compared from an age of {} on, and at {} {} leaves the halo within {}: "
                "choose lower energies, or a smaller diffusion coefficient",
                describe_parameter(p, "energy.max"), age_text(ensemble_age), energy_text(t.energies[e]), t.nuclei[s].name,
                age_text(1.0 / decay_rate(t, s, e))));
        }
    }
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
    SmoothProblem box;
    together(ranks, [&] {
        constexpr int least_cells = 64;
        choice = read_smooth_choice(p, model);
        box = choice.problem;
        box.side = place_side(p, box, 20.0 + 2.0 * t.half_height, share_of_box_sides);
        check_grids(p, t, {{choice.problem, cylindrical_domain, cylindrical_tolerance}, {box, coarse_box, box_tolerance}}, choice.cells,
                    least_cells, ranks.count());
        refuse_fast_decay(p, t);
        refuse_short_span(p, model);
        if (model.realizations < 30) {
            throw InputError(fmt::format("{} is too few for a median with an interval: make it 30 or more",
                                         describe_parameter(p, "ensemble.realizations")));
        }
    });
    const std::size_t species = t.nuclei.size(), energies = t.energies.size();
    Progress progress("solutions and realizations",
                      static_cast<std::int64_t>(3 * species * energies + 2 * species) + 2 * model.realizations, log.silent());
    std::int64_t done = 0;
    const auto step = [&] { progress.update(++done); };
    Validation v;
    v.problem = "steady";
    // the finest grid also sees what the ensemble is compared with
    SteadyGrid finest = SteadyGrid::cylindrical(ranks, choice.problem, choice.cells);
    std::vector<MeanField> of_age;
    SmoothSpectrum fine = solve_spectrum(
        t, model.law,
        [&](const Rates& rates) {
            const SmoothField solved = finest.solve(rates);
            of_age.push_back(finest.of_age(ensemble_age));
            return solved;
        },
        step);
    fine.cost = finest.cost();
    const auto rings = [&](const SmoothProblem& problem, int cells) {
        return solve_spectrum(t, model.law, SteadyGrid::cylindrical(ranks, problem, cells), step);
    };
    const SmoothSpectrum coarse = rings(choice.problem, choice.cells / 2);
    SmoothProblem wide = choice.problem;
    wide.side *= 1.25;
    const SmoothSpectrum wider = rings(wide, choice.cells);
    v.costs.emplace_back("(r, z)", fine.cost);
    v.costs.emplace_back("(r, z), steps in time", finest.cost_of_steps());

    // in three dimensions at the first energy
    Transport first = t;
    first.energies = {t.energies.front()};
    for (auto& of_species : first.release) of_species.resize(1);
    const auto boxes = [&](int cells) { return solve_spectrum(first, model.law, SteadyGrid::box(ranks, box, cells), step); };
    const SmoothSpectrum cube = boxes(choice.cells / box_share), coarse_cube = boxes(choice.cells / box_share / 2);
    v.costs.emplace_back("(x, y, z)", cube.cost);

    const Numbers mean = expected(ranks, model);
    const Ensemble of_old_sources = draw_ensemble(ranks, model, ensemble_age, step);
    const Numbers of_all_sources = medians(draw_ensemble(ranks, model, 0.0, step));

    const double factor = p.number("grid.tolerance");
    const double own = 1.0 / 3.0;
    std::vector<Comparison>& rows = v.comparisons;
    for (std::size_t e = 0; e < energies; ++e) {
        const std::string at = energy_text(t.energies[e]);
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
            if (t.observer.z != 0.0) {
                row("<J_z>, (r, z)", "cm^-2 s^-1 GeV^-1", units::per_kpc2_myr_in_per_cm2_s, fine.current[3 * c + 2],
                    mean.current[3 * c + 2], coarse.current[3 * c + 2], cylindrical_tolerance);
            }
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
        double n = 0.0, j = 0.0, j_z = 0.0;
        for (std::size_t s = 0; s < species; ++s) {
            const double rate = model.law.rate * total_yield(t.release[s][e]);
            n += rate * of_age[s * energies + e].density;
            j += rate * of_age[s * energies + e].radial_current;
            j_z += rate * of_age[s * energies + e].vertical_current;
        }
        const auto against = [&](const char* what, const char* unit, double unit_size, double value, const Centre& c) {
            const double short_span = missing_share(model, e);
            const auto row = [&](const char* kind, double reference, double width) {
                rows.push_back(relative(fmt::format("{}: {}, {} of {} realizations from {} on", at, what, kind, model.realizations,
                                                    age_text(ensemble_age)),
                                        unit, unit_size * value, unit_size * reference,
                                        factor * (width / std::abs(reference) + short_span)));
            };
            row("mean", c.mean, c.mean_width);
            row("median", c.median, c.median_width + std::abs(c.skew));
        };
        const Centre of_n = of_old_sources.density_of_all(e);
        std::array<Centre, 3> of_j;
        for (std::size_t a = 0; a < 3; ++a) of_j[a] = of_old_sources.current_of_all(e, a);
        against("n", "cm^-3 GeV^-1", units::per_kpc3_in_per_cm3, n, of_n);
        against("J_x", "cm^-2 s^-1 GeV^-1", units::per_kpc2_myr_in_per_cm2_s, j, of_j[0]);
        if (j_z != 0.0) against("J_z", "cm^-2 s^-1 GeV^-1", units::per_kpc2_myr_in_per_cm2_s, j_z, of_j[2]);
        // components that vanish in the mean enter the length of the current by their squares
        const auto width = [](const Centre& c) { return c.median_width + std::abs(c.skew); };
        const double length = std::hypot(of_j[0].median, of_j[1].median, of_j[2].median);
        double off = 0.0, across = 0.0;
        for (std::size_t a = 0; a < 3; ++a) {
            const double in_the_mean = a == 0 ? j : a == 2 ? j_z : 0.0;
            if (in_the_mean == 0.0) {
                across += std::pow(of_j[a].median, 2) + std::pow(width(of_j[a]), 2);
            } else {
                off += std::abs(of_j[a].median) * width(of_j[a]);
            }
        }
        const double to_delta = 3.0 / units::c;
        rows.push_back(relative(
            fmt::format("{}: delta_A1, medians of n and J of {} realizations from {} on", at, model.realizations,
                        age_text(ensemble_age)),
            "1", to_delta * std::hypot(j, j_z) / n,
            to_delta * length / of_n.median,
            factor * (width(of_n) / of_n.median + (off + 0.5 * across) / (length * length) + 2.0 * missing_share(model, e))));
    }
    const double lost = std::max(fine.imbalance, cube.imbalance);
    rows.push_back(balance_row("", lost, factor, choice.problem.solver));

    v.notes = {fmt::format("smooth sources ({}) in the steady state, H = {:g} kpc; (r, z) up to {:g} kpc with {} x {} cells, "
                           "(x, y, z) up to {:g} kpc with {} x {} x {} cells",
                           p.text("sources.model"), t.half_height, choice.problem.side, choice.cells, choice.cells / 2,
                           box.side, choice.cells / box_share, choice.cells / box_share, choice.cells / box_share / 2)};
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
    keep("median_", of_all_sources, v.datasets);
    return v;
}

}  // namespace greenhalo
