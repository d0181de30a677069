#include "greenhalo/validation/one_source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "greenhalo/base/error.h"
#include "greenhalo/base/quantity_text.h"
#include "greenhalo/base/units.h"
#include "greenhalo/physics/green_function.h"
#include "validation/extrapolation.h"

namespace greenhalo {

namespace {

/// Grids have 1/2, 3/4 and all of the cells; steps are 1, 2/3 and 1/2 of the largest.
constexpr std::array<int, 3> grid_share = {2, 3, 4};
constexpr std::array<int, 3> step_share = {2, 3, 4};

/// The width of the source's field at an age, sqrt(2 D tau), in spacings of the coarsest grid that errors need to be
/// of second order, and Richardson's extrapolation with them.
constexpr double least_width = 1.4;

constexpr double order_tolerance = 0.1, limit_tolerance = 1e-4, sides_tolerance = 1e-6, undershoot_tolerance = 1e-3;

struct Geometry {
    Domain domain;
    Position source;
};

double spacing_across(const OneSourceProblem& p, int cells) { return 2.0 * p.box / cells; }
double spacing_up(const OneSourceProblem& p, int cells) { return 2.0 * p.half_height / cells; }

/// Source and grid of a start. On a node of all three grids the source is at the centre across, and as high as the
/// nearest node that they share.
Geometry place(const OneSourceProblem& p, OneSourceStart start, int cells, double widening = 1.0) {
    const double h = p.half_height;
    Geometry g;
    g.source = {p.observer.x + p.offset[0] * h, p.observer.y + p.offset[1] * h, p.observer.z + p.offset[2] * h};
    double x = g.source.x, y = g.source.y;
    if (start == OneSourceStart::on_a_node) {
        const double shared = 4.0 * spacing_up(p, p.cells);
        g.source.z = std::round((g.source.z + h) / shared) * shared - h;
    } else {
        // never a node of any of the grids
        x += 0.0173 * p.box;
        y -= 0.0411 * p.box;
    }
    // a wider box has more cells of the same size, an even number of them
    const int across = 2 * static_cast<int>(std::lround(0.5 * cells * widening));
    const double half = p.box * across / cells;
    const auto side = [&](double centre) {
        return Axis::uniform(centre - half, centre + half, across, End::absorbing, End::absorbing);
    };
    g.domain.axes = {side(x), side(y), Axis::uniform(-h, h, cells, End::absorbing, End::absorbing)};
    return g;
}

Observation exact(const OneSourceProblem& p, const Position& source, const Position& at, double age) {
    const GreenFunction<double> g =
        green_function(Propagation<double>{at.x - source.x, at.y - source.y, at.z, source.z, age, p.half_height,
                                           p.diffusion, p.loss_rate});
    return {g.value, {g.gradient[0], g.gradient[1], g.gradient[2]}};
}

/// The share that is left at an age between two absorbing walls; `at` is the distance from one of them.
double exact_content(double at, double width, double diffusion, double age) {
    double sum = 0.0;
    for (int m = 1; m < 400; m += 2) {
        const double k = m * units::pi / width;
        sum += 4.0 / (m * units::pi) * std::sin(k * at) * std::exp(-diffusion * k * k * age);
    }
    return sum;
}

/// The share of the particles that is left in the box, whose walls lie at right angles.
double exact_content(const OneSourceProblem& p, const Geometry& g, double age) {
    const std::array<double, 3> source{g.source.x, g.source.y, g.source.z};
    double product = std::exp(-p.loss_rate * age);
    for (std::size_t a = 0; a < 3; ++a) {
        const Axis& axis = g.domain.axes[a];
        product *= exact_content(source[a] - axis.low(), axis.high() - axis.low(), p.diffusion, age);
    }
    return product;
}

/// Steps from one age to the next for each of the three step lengths: 2, 3 and 4 times as many as the base.
int base_steps(const OneSourceProblem& p, double interval) {
    constexpr double steps_to_first_age = 16.0;
    const double longest = p.step > 0.0 ? p.step : p.age(p.ages.front()) / steps_to_first_age;
    return std::max(1, static_cast<int>(std::ceil(interval / (2.0 * longest) - 1e-9)));
}

/// One grid with its source, for runs with several steps.
struct Setting {
    OneSourceStart start;
    int cells;
    Geometry geometry;
    DiffusionGrid grid;

    Setting(const Ranks& ranks, const OneSourceProblem& p, OneSourceStart from, int count, double widening = 1.0)
        : start(from), cells(count), geometry(place(p, from, count, widening)),
          grid(ranks, geometry.domain, Medium::uniform(p.half_height, p.diffusion, p.loss_rate)) {}
};

OneSourceRun run(const OneSourceProblem& p, const Setting& setting, int share) {
    const DiffusionGrid& grid = setting.grid;
    const Position& source = setting.geometry.source;
    OneSourceRun result{setting.start, setting.cells, spacing_across(p, setting.cells), 0.0, {}, {}, 0.0, 0.0, {}};
    double age = 0.0;
    Field density;
    if (setting.start == OneSourceStart::exact_field) {
        age = p.age(p.start_age);
        density = grid.sampled([&](const Position& at) { return exact(p, source, at, age).density; });
    } else {
        density = grid.zero();
        const double one = 1.0;
        DiffusionGrid::Deposit(grid, {&density}).add(source, &one);
    }
    const double released = grid.content(density);
    const Probe probe = grid.probe(p.observer);
    Balance balance;
    std::optional<TimeStepper> stepper;
    for (const double each : p.ages) {
        const double until = p.age(each);
        const int steps = share * base_steps(p, until - age);
        const double step = (until - age) / steps;
        if (!stepper) {
            stepper.emplace(grid, step, p.solver);
            result.step = step;
        } else if (std::abs(step / stepper->step() - 1.0) > 1e-12) {
            stepper->set_step(step);
        }
        for (int i = 0; i < steps; ++i) balance += stepper->advance(density);
        age = until;
        result.seen.push_back(grid.observe(probe, density));
        result.content.push_back(grid.content(density) / released);
        if (each == p.ages.front()) {
            const auto [least, most] = grid.extremes(density);
            result.undershoot = std::max(0.0, -least / most);
        }
    }
    result.imbalance = std::abs(released - grid.content(density) - balance.lost.sum()) / released;
    result.cost = stepper->cost();
    return result;
}

/// Spacing of the coarsest of the three grids, kpc.
double coarsest_spacing(const OneSourceProblem& p, int cells) {
    return std::max(spacing_across(p, cells / 2), spacing_up(p, cells / 2));
}

double width_at(const OneSourceProblem& p, double age) { return std::sqrt(2.0 * p.diffusion * p.age(age)); }

/// Of the density and of the gradient's vector, relative to density and length of the gradient.
struct Errors {
    double density = 0.0, gradient = 0.0;
};

/// What the six nodes around the observer add to the errors of the limits. It follows no power of the spacing h, since he lies
/// elsewhere between the nodes of every grid: at most 0.005 h^6 times the sixth derivative 15/w^6 of a field of width w, in the
/// slope h^5/60 of it and twice that for the components together; of all 0.27, the share of the coarsest grid in the limit.
Errors interpolation_errors(const OneSourceProblem& p, OneSourceStart start, double age) {
    const Position source = place(p, start, p.cells).source;
    const double distance = std::hypot(source.x - p.observer.x, source.y - p.observer.y, source.z - p.observer.z);
    const double width = width_at(p, age);
    const double spacing = coarsest_spacing(p, p.cells) / width;
    return {0.02 * std::pow(spacing, 6), 0.12 * std::pow(spacing, 5) * width / distance};
}

/// Density and the components of the gradient.
constexpr std::size_t quantities = 4;
using Quantities = std::array<double, quantities>;
Quantities quantities_of(const Observation& o) { return {o.density, o.gradient[0], o.gradient[1], o.gradient[2]}; }

double norm(const Quantities& v) { return std::hypot(v[1], v[2], v[3]); }

Errors errors(const Quantities& value, const Quantities& right) {
    Quantities off{};
    for (std::size_t q = 0; q < quantities; ++q) off[q] = value[q] - right[q];
    return {std::abs(off[0] / right[0]), norm(off) / norm(right)};
}

/// A limit that the grid finds, and what terms that it does not know may add, if they go on as they begin.
struct Limit {
    Quantities value{};
    Errors error;
};

Limit limit_of(const std::array<double, 3>& h, const std::array<Quantities, 3>& values, double p, double q) {
    Limit limit;
    Quantities leading{}, next{};
    double missed = 0.0;
    for (std::size_t i = 0; i < quantities; ++i) {
        const Expansion e = expand(h, {values[0][i], values[1][i], values[2][i]}, p, q);
        limit.value[i] = e.limit;
        leading[i] = e.leading;
        next[i] = e.next;
        missed = e.missed;
    }
    const auto further = [&](double a, double b) { return missed * b * std::min(1.0, b / a); };
    limit.error = {further(std::abs(leading[0]), std::abs(next[0])) / std::abs(limit.value[0]),
                   further(norm(leading), norm(next)) / norm(limit.value)};
    return limit;
}

/// Rows for one start and age from its nine runs, [grid][step].
void compare(const OneSourceProblem& p, OneSourceStart start, const std::array<std::array<const OneSourceRun*, 3>, 3>& run,
             std::size_t age, const Observation& reference, double reference_content, std::vector<Comparison>& rows) {
    const std::string where = fmt::format("{}, age {:g}", name_of(start), p.ages[age]);
    std::array<double, 3> h{}, dt{};
    for (std::size_t i = 0; i < 3; ++i) {
        h[i] = 1.0 / run[i][0]->cells;
        dt[i] = 1.0 / step_share[i];
    }
    // with steps of no length on every grid, and with nodes at no distance for every step
    std::array<Limit, 3> by_grid, by_step;
    std::array<Quantities, 3> of_grid{}, of_step{};
    std::array<double, 3> content{};
    for (std::size_t i = 0; i < 3; ++i) {
        const auto seen = [&](std::size_t grid, std::size_t step) { return quantities_of(run[grid][step]->seen[age]); };
        by_grid[i] = limit_of(dt, {seen(i, 0), seen(i, 1), seen(i, 2)}, 2, 3);
        by_step[i] = limit_of(h, {seen(0, i), seen(1, i), seen(2, i)}, 2, 4);
        of_grid[i] = by_grid[i].value;
        of_step[i] = by_step[i].value;
        content[i] = extrapolate(dt, {run[i][0]->content[age], run[i][1]->content[age], run[i][2]->content[age]}, 2, 3);
    }
    const Limit limit = limit_of(h, of_grid, 2, 4);
    const Errors between = interpolation_errors(p, start, p.ages[age]);
    const Errors own{limit.error.density + by_grid[2].error.density + between.density,
                     limit.error.gradient + by_grid[2].error.gradient + between.gradient};
    const Quantities right = quantities_of(reference);
    const double factor = p.tolerance_factor;
    const auto order = [&](const char* what, const std::array<double, 3>& size, const std::array<Quantities, 3>& value,
                           double Errors::*which) {
        const double observed =
            observed_order(size[1], errors(value[1], right).*which, size[2], errors(value[2], right).*which);
        rows.push_back(absolute(fmt::format("{}: order in {}", where, what), "1", observed, 2.0, factor * order_tolerance));
    };
    order("h, n", h, of_grid, &Errors::density);
    order("h, grad n", h, of_grid, &Errors::gradient);
    order("dt, n", dt, of_step, &Errors::density);
    order("dt, grad n", dt, of_step, &Errors::gradient);
    const Errors of_limit = errors(limit.value, right);
    rows.push_back({where + ": limit of n", "kpc^-3", limit.value[0], right[0], of_limit.density, factor * limit_tolerance, own.density});
    rows.push_back({where + ": limit of |grad n|", "kpc^-4", norm(limit.value), norm(right), of_limit.gradient,
                    factor * limit_tolerance, own.gradient});
    rows.push_back(relative(where + ": limit of the content", "1", extrapolate(h, content, 2, 4), reference_content,
                            factor * limit_tolerance));
}

/// Throws InputError, with what would do, where the grids do not resolve the field at an age, or its slope where it is observed.
void check_resolution(const OneSourceProblem& p, double age, const char* what, bool is_observed) {
    const auto is_wide = [&](int cells, double at) { return width_at(p, at) >= least_width * coarsest_spacing(p, cells); };
    const auto error_of_slope = [&](int cells, double at) {
        OneSourceProblem other = p;
        other.cells = cells;
        double most = 0.0;
        for (const OneSourceStart start : one_source_starts) {
            most = std::max(most, interpolation_errors(other, start, at).gradient);
        }
        return most;
    };
    const double allowed = p.tolerance_factor * limit_tolerance;
    const auto is_fine = [&](int cells, double at) {
        return is_wide(cells, at) && !(is_observed && error_of_slope(cells, at) > allowed);
    };
    if (is_fine(p.cells, age)) return;
    constexpr int multiple = 8, most_cells = 1024;  // of a grid in three dimensions
    int cells = p.cells;
    while (cells <= most_cells && !is_fine(cells, age)) cells += multiple;
    double older = age;
    while (older < p.ages.back() && !is_fine(p.cells, older)) older *= 1.01;
    std::vector<std::string> advice;
    if (older < p.ages.back()) advice.push_back(fmt::format("ages from {:.3g} H^2/D on", older));
    if (cells <= most_cells) advice.push_back(fmt::format("grid.cells = {}", cells));
    std::string text = advice.empty() ? fmt::format("no number of cells up to {} would do", most_cells)
                                      : fmt::format("{} would do", fmt::join(advice, " or "));
    if (advice.empty() && is_wide(p.cells, age)) text += ": choose a grid.source-offset farther from the observer";
    if (p.box > 1.01 * p.half_height * shortest_box && least_box(p) > 0.99 * p.box) {
        text += fmt::format("; the last of grid.ages, {:g} H^2/D, is what makes the grid reach {:.3g} kpc", p.ages.back(), p.box);
    }
    const std::string at = fmt::format("the grid is too coarse for {} = {:g} H^2/D ({})", what, age, age_text(p.age(age)));
    if (!is_wide(p.cells, age)) {
        throw InputError(fmt::format("{}: the field of the source is {:.3g} kpc wide then, and the coarsest of the three grids has a "
                                     "spacing of {:.3g} kpc; {}",
                                     at, width_at(p, age), coarsest_spacing(p, p.cells), text));
    }
    throw InputError(fmt::format("{}: between nodes {:.3g} kpc apart, as on the coarsest of the three grids, the slope at the observer may be "
                                 "off by {:.2g} of itself, and {:.2g} is allowed; {}",
                                 at, coarsest_spacing(p, p.cells), error_of_slope(p.cells, age), allowed, text));
}

}  // namespace

std::string name_of(OneSourceStart start) {
    switch (start) {
        case OneSourceStart::exact_field: return "exact field";
        case OneSourceStart::on_a_node: return "on a node";
        case OneSourceStart::between_nodes: break;
    }
    return "between nodes";
}

double least_box(const OneSourceProblem& p) {
    // at the observer, d from the source along x or y, the image in a side at b is weaker by exp(-b (b - d)/(D tau)); there
    // are two such sides
    const double d = std::max(std::abs(p.offset[0]), std::abs(p.offset[1]));
    const double weaker = std::max(0.0, std::log(2.0 / (p.tolerance_factor * sides_tolerance)));
    return p.half_height * (0.5 * d + std::sqrt(0.25 * d * d + p.ages.back() * weaker));
}

void check(const OneSourceProblem& p, int ranks) {
    if (p.cells % 8 != 0) {
        throw InputError(fmt::format("grid.cells = {} must be a multiple of 8: the coarser grids have 3/4 and 1/2 of "
                                     "the cells, and an even number of them",
                                     p.cells));
    }
    double before = p.start_age;
    for (const double age : p.ages) {
        if (!(age > before)) {
            throw InputError(fmt::format("grid.ages must increase and lie above grid.start-age = {:g}: {:g} does not",
                                         p.start_age, age));
        }
        before = age;
    }
    for (const OneSourceStart start : one_source_starts) {
        const Geometry g = place(p, start, p.cells);
        const auto inside = [&](const Position& at) {
            const std::array<double, 3> x{at.x, at.y, at.z};
            for (std::size_t a = 0; a < 3; ++a) {
                if (!(x[a] > g.domain.axes[a].low() && x[a] < g.domain.axes[a].high())) return false;
            }
            return true;
        };
        if (!inside(g.source)) {
            throw InputError(fmt::format("the source lies at z = {:.4g} kpc, outside the halo of half height {:g} kpc: "
                                         "choose a last number of grid.source-offset nearer to 0",
                                         g.source.z, p.half_height));
        }
        if (!inside(p.observer)) {
            throw InputError(fmt::format("the observer lies off the grid, which ends {:g} kpc from the source: make "
                                         "grid.box larger or grid.source-offset smaller",
                                         p.box));
        }
        (void)partition(place(p, start, p.cells / 2).domain, ranks);
    }
    if (p.box < least_box(p)) {
        throw InputError(fmt::format("the sides of the grid, {:g} kpc from the source, change what the observer sees at the last of "
                                     "grid.ages, {:g} H^2/D: grid.box = {:.3g} kpc would do, or younger ages",
                                     p.box, p.ages.back(), std::ceil(100.0 * least_box(p)) / 100.0));
    }
    check_resolution(p, p.start_age, "grid.start-age", false);
    check_resolution(p, p.ages.front(), "the first of grid.ages", true);
}

OneSourceResult solve(const Ranks& ranks, const OneSourceProblem& p,
                      const std::function<void(std::int64_t, std::int64_t)>& progress) {
    OneSourceResult result;
    std::vector<Comparison> checks;
    constexpr std::int64_t total = one_source_runs;
    std::int64_t done = 0;
    for (std::size_t s = 0; s < one_source_starts.size(); ++s) {
        const OneSourceStart start = one_source_starts[s];
        const Geometry geometry = place(p, start, p.cells);
        for (const double age : p.ages) {
            result.reference[s].push_back(exact(p, geometry.source, p.observer, p.age(age)));
            const double first = start == OneSourceStart::exact_field ? exact_content(p, geometry, p.age(p.start_age)) : 1.0;
            result.reference_content[s].push_back(exact_content(p, geometry, p.age(age)) / first);
        }
        double imbalance = 0.0, undershoot = 0.0;
        for (const int grid : grid_share) {
            const Setting setting(ranks, p, start, p.cells * grid / 4);
            for (const int share : step_share) {
                result.runs.push_back(run(p, setting, share));
                imbalance = std::max(imbalance, result.runs.back().imbalance);
                undershoot = std::max(undershoot, result.runs.back().undershoot);
                progress(++done, total);
            }
        }
        checks.push_back(balance_row(name_of(start), imbalance, p.tolerance_factor, p.solver));
        checks.push_back(absolute(name_of(start) + ": undershoot below zero, share of the peak", "1", undershoot, 0.0,
                                  p.tolerance_factor * undershoot_tolerance));
    }
    for (std::size_t s = 0; s < one_source_starts.size(); ++s) {
        std::array<std::array<const OneSourceRun*, 3>, 3> runs{};
        for (std::size_t i = 0; i < 9; ++i) runs[i / 3][i % 3] = &result.runs[9 * s + i];
        for (std::size_t a = 0; a < p.ages.size(); ++a) {
            compare(p, one_source_starts[s], runs, a, result.reference[s][a], result.reference_content[s][a], result.comparisons);
        }
    }
    result.comparisons.insert(result.comparisons.end(), checks.begin(), checks.end());
    // the same grid in a wider box
    constexpr double widening = 1.25;
    const OneSourceRun& narrow = result.runs[3 * 3 - 9 + 3];
    const OneSourceRun wide = run(p, Setting(ranks, p, narrow.start, narrow.cells, widening), step_share[0]);
    for (std::size_t a = 0; a < p.ages.size(); ++a) {
        result.comparisons.push_back(relative(fmt::format("sides moved out by a quarter, age {:g}: n", p.ages[a]), "kpc^-3",
                                              wide.seen[a].density, narrow.seen[a].density,
                                              p.tolerance_factor * sides_tolerance));
    }
    progress(total, total);
    return result;
}

}  // namespace greenhalo
