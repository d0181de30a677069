#include "greenhalo/validation/many_sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "greenhalo/base/error.h"
#include "greenhalo/base/quantity_text.h"
#include "greenhalo/base/units.h"
#include "greenhalo/galaxy/catalogue.h"
#include "greenhalo/parallel/agreement.h"
#include "greenhalo/superposition/direct_sum.h"
#include "greenhalo/validation/sides.h"

namespace greenhalo {

namespace {

/// The width of the field of the youngest sources, sqrt(2 D tau), in the finest spacings: their densities are off by
/// some 4 % then, which is little beside the density of all.
constexpr double least_width = 4.0;
constexpr double density_tolerance = 0.01, current_tolerance = 0.02, anisotropy_tolerance = 0.03;

/// Spacing of the nodes over the distance to the observer, far away: the field of a source at that distance is some 0.6 of it
/// wide when most of its particles arrive. n is off by a fifth of the square.
constexpr double largest_slope = 0.18;

/// The observer's weights are advanced over the minimum age from a point.
constexpr int steps_in_minimum_age = 8;

/// Steps of one length.
struct Era {
    double step = 0.0;
    std::int64_t steps = 0;
};

/// When the grid steps and the observer looks. Sources released up to the time of a field are those of at least the
/// minimum age when it is seen, one minimum age later.
struct Schedule {
    std::vector<Era> eras;     ///< the oldest first; the last is that of the observations
    double start = 0.0;        ///< Myr, negative
    double step = 0.0;         ///< of the last era
    std::int64_t delay = 0;    ///< steps of it in the minimum age
    std::int64_t stride = 1;   ///< steps from one observation to the next
    std::int64_t observations() const { return eras.back().steps / stride + 1; }
    std::int64_t steps() const {
        return std::accumulate(eras.begin(), eras.end(), std::int64_t{0},
                               [](std::int64_t sum, const Era& era) { return sum + era.steps; });
    }
};

/// Steps on the finer grid are half as long as on the coarser one, so that both orders tell the error of the finer from the
/// difference.
constexpr std::int64_t steps_on_finer = 2;

/// Steps of the first kind serve the observation of all groups and energies, and the coarser grid; `finer` divides them.
Schedule schedule_of(const ManySourcesProblem& p, std::int64_t finer = 1) {
    Schedule s;
    const double longest = p.step > 0.0 ? steps_on_finer * p.step : p.minimum_age / steps_in_minimum_age;
    s.delay = static_cast<std::int64_t>(std::ceil(p.minimum_age / longest - 1e-9));
    s.step = p.minimum_age / static_cast<double>(s.delay);
    const auto least = static_cast<std::int64_t>(std::ceil(p.window / s.step - 1e-9));
    s.stride = std::max<std::int64_t>(1, least / std::max<std::int64_t>(1, p.observations - 1));
    const std::int64_t seen = (least + s.stride - 1) / s.stride * s.stride;
    s.start = -p.minimum_age - s.step * static_cast<double>(seen);
    s.delay *= finer;
    s.stride *= finer;
    s.step /= static_cast<double>(finer);
    s.eras = {{s.step, finer * seen}};
    // further back steps grow with the age that the sources of then have when the first is seen
    double step = s.step;
    while (s.start > -p.time_span) {
        s.eras.insert(s.eras.begin(), {step, s.delay});
        s.start -= step * static_cast<double>(s.delay);
        step *= 2.0;
    }
    return s;
}

/// The field of a source decays as exp(-k t) in the end. With the error of one step all together are off by
/// TimeStepper::error_constant t k (k dt)^2 of it; sources are seen from the minimum age to about 1/k beyond.
std::int64_t refinement(const ManySourcesProblem& p, double diffusion, double loss_rate) {
    constexpr double share_of_tolerance = 0.2;
    const double k = diffusion * std::pow(0.5 * units::pi / p.transport.half_height, 2) + loss_rate;
    const double longest =
        std::sqrt(share_of_tolerance * density_tolerance / (TimeStepper::error_constant * (1.0 + k * p.minimum_age))) / k;
    const double step = schedule_of(p).step / steps_on_finer;
    return p.step > 0.0 ? 1 : static_cast<std::int64_t>(std::ceil(step / longest - 1e-9));
}

/// The sources of the realization within reach, the oldest first.
struct Sources {
    std::vector<Position> position;
    std::vector<double> explosion;  ///< time, Myr: minus the age
};

Sources draw_sources(const ManySourcesProblem& p) {
    constexpr std::int64_t chunk = 1 << 16;
    const Catalogue catalogue(p.law, p.time_span, p.seed);
    SourceBuffer buffer(chunk + 8);
    std::vector<std::pair<double, Position>> found;
    for (std::int64_t slab = 0; slab < catalogue.slab_count(); ++slab) {
        const std::int64_t count = catalogue.source_count(p.realization, slab);
        for (std::int64_t first = 0; first < count; first += chunk) {
            buffer.size = 0;
            catalogue.draw(p.realization, slab, first, std::min(chunk, count - first), buffer);
            for (std::size_t i = 0; i < buffer.size; ++i) {
                const Position at{buffer.x[i], buffer.y[i], buffer.z[i]};
                if (buffer.age[i] > p.time_span || std::abs(at.x) >= p.reach || std::abs(at.y) >= p.reach ||
                    std::abs(at.z) >= p.transport.half_height) {
                    continue;
                }
                found.emplace_back(-buffer.age[i], at);
            }
        }
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    Sources sources;
    for (const auto& [explosion, at] : found) {
        sources.explosion.push_back(explosion);
        sources.position.push_back(at);
    }
    return sources;
}

Axis axis_of(const ManySourcesProblem& p, double end, int cells, double centre, int coarser = 1) {
    return Axis::stretched(-end, end, cells / coarser, centre, p.finest * coarser, End::absorbing, End::absorbing);
}

Domain domain_of(const ManySourcesProblem& p, int coarser) {
    const auto axis = [&](double end, int cells, double centre) { return axis_of(p, end, cells, centre, coarser); };
    const Position& o = p.transport.observer;
    return {{axis(p.box, p.cells, o.x), axis(p.box, p.cells, o.y), axis(p.transport.half_height, p.cells / 2, o.z)}};
}

/// One group at one energy.
struct Channel {
    double diffusion = 0.0, loss_rate = 0.0;
    const std::vector<ReleaseEntry>* release = nullptr;
};

/// What the observer sees at all times, density and gradient, and what the balance misses.
struct Seen {
    std::vector<Observation> observation;
    double imbalance = 0.0;
    SolverCost cost;
};

/// Releases what leaves the sources between two times.
void release_between(double from, double to, const Channel& channel, const Sources& sources, TimeStepper& stepper) {
    TimeStepper::Release release(stepper);
    for (const ReleaseEntry& entry : *channel.release) {
        const auto after = [&](double time) {
            return std::upper_bound(sources.explosion.begin(), sources.explosion.end(), time - entry.delay) -
                   sources.explosion.begin();
        };
        for (auto i = after(from); i < after(to); ++i) {
            const auto source = static_cast<std::size_t>(i);
            const double remaining = (to - sources.explosion[source] - entry.delay) / (to - from);
            release.add(sources.position[source], entry.yield, std::clamp(remaining, 0.0, 1.0));
        }
    }
}

Seen watch(const Ranks& ranks, const ManySourcesProblem& p, const Channel& channel, const DiffusionGrid& grid,
           const Schedule& schedule, const Sources& sources, const std::function<void()>& step_done) {
    Seen result;
    Field density = grid.zero();
    Probe probe = grid.probe(p.transport.observer);
    Balance balance;
    double time = schedule.start;
    TimeStepper stepper(grid, schedule.eras.front().step, p.solver, {channel.diffusion, channel.loss_rate});
    for (const Era& era : schedule.eras) {
        if (era.step != stepper.step()) stepper.set_step(era.step);
        const bool observed = &era == &schedule.eras.back();
        if (observed) {
            for (std::int64_t i = 0; i < schedule.delay; ++i) {
                stepper.advance(probe.density);
                for (Field& slope : probe.gradient) stepper.advance(slope);
            }
            result.observation.push_back(grid.observe(probe, density));
        }
        const double begin = time;
        for (std::int64_t i = 1; i <= era.steps; ++i) {
            const double next = begin + era.step * static_cast<double>(i);
            // a rank that fails alone would leave the others waiting
            together(ranks, [&] { release_between(time, next, channel, sources, stepper); });
            balance += stepper.advance(density);
            time = next;
            if (observed && i % schedule.stride == 0) result.observation.push_back(grid.observe(probe, density));
            step_done();
        }
    }
    result.cost = stepper.cost();
    result.imbalance = std::abs(balance.released - grid.content(density) - balance.lost.sum()) / balance.released;
    return result;
}

/// Collective. The superposition of the same sources, every time by one rank.
TimeSeries superpose(const Ranks& ranks, const ManySourcesProblem& p, const Sources& sources, const std::vector<double>& times,
                     const std::function<void()>& time_done) {
    const std::size_t channels = p.transport.nuclei.size() * p.transport.energies.size();
    std::vector<double> mine;
    std::vector<std::int64_t> order;
    together(ranks, [&] {
        Selection selection;
        selection.minimum_age = p.minimum_age;
        DirectSum sum(p.transport, selection);
        SourceBuffer buffer(sources.explosion.size() + 8);
        for (std::size_t t = static_cast<std::size_t>(ranks.rank()); t < times.size(); t += static_cast<std::size_t>(ranks.count())) {
            buffer.size = 0;
            for (std::size_t i = 0; i < sources.explosion.size() && sources.explosion[i] < times[t]; ++i) {
                const std::size_t at = buffer.size++;
                buffer.x[at] = sources.position[i].x;
                buffer.y[at] = sources.position[i].y;
                buffer.z[at] = sources.position[i].z;
                buffer.age[at] = times[t] - sources.explosion[i];
            }
            const Superposition s = sum.sum(buffer, selection);
            mine.insert(mine.end(), s.density.begin(), s.density.end());
            mine.insert(mine.end(), s.current.begin(), s.current.end());
            order.push_back(static_cast<std::int64_t>(t));
            // the other ranks have done as many
            for (std::size_t i = t; i < std::min(times.size(), t + static_cast<std::size_t>(ranks.count())); ++i) time_done();
        }
    });
    const std::vector<double> all = ranks.gather_numbers(mine);
    const std::vector<std::int64_t> rows = ranks.gather_everywhere(order);
    TimeSeries series;
    series.density.resize(channels * times.size());
    series.current.resize(3 * series.density.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto t = static_cast<std::size_t>(rows[row]);
        const double* numbers = all.data() + row * 4 * channels;
        for (std::size_t c = 0; c < channels; ++c) {
            series.density[c * times.size() + t] = numbers[c];
            for (std::size_t i = 0; i < 3; ++i) {
                series.current[3 * (c * times.size() + t) + i] = numbers[channels + 3 * c + i];
            }
        }
    }
    return series;
}

double length(const double* v) { return std::hypot(v[0], v[1], v[2]); }

/// A series of vectors and its largest deviation from another, in units of that one's root mean square.
struct Deviation {
    double rms = 0.0, largest = 0.0;
};

Deviation deviation(const double* value, const double* reference, std::size_t times) {
    Deviation d;
    for (std::size_t t = 0; t < times; ++t) {
        const double* r = reference + 3 * t;
        const double off[3] = {value[3 * t] - r[0], value[3 * t + 1] - r[1], value[3 * t + 2] - r[2]};
        d.largest = std::max(d.largest, length(off));
        d.rms += length(r) * length(r) / static_cast<double>(times);
    }
    d.rms = std::sqrt(d.rms);
    d.largest /= d.rms;
    return d;
}

double mean(const double* value, std::size_t times) {
    return std::accumulate(value, value + times, 0.0) / static_cast<double>(times);
}

/// Second order in spacing and step: of the difference to a grid and steps twice as coarse a third is the error of the finer.
constexpr double own_share = 1.0 / 3.0;

void compare(const ManySourcesProblem& p, ManySourcesResult& result) {
    const std::size_t times = result.time.size(), energies = p.transport.energies.size();
    for (std::size_t e = 0; e < energies; ++e) {
        std::vector<double> summed_n(times, 0.0), right_n(times, 0.0), coarse_n(times, 0.0);
        std::vector<double> delta(3 * times, 0.0), right_delta(delta), coarse_delta(delta);
        for (std::size_t s = 0; s < p.transport.nuclei.size(); ++s) {
            const std::size_t c = s * energies + e;
            const std::string where = fmt::format("{}, {}", p.transport.nuclei[s].name, energy_text(p.transport.energies[e]));
            const double *n = &result.fine.density[c * times], *right = &result.green.density[c * times],
                         *coarse = &result.coarse.density[c * times];
            double worst = 0.0, own = 0.0;
            for (std::size_t t = 0; t < times; ++t) {
                worst = std::max(worst, std::abs(n[t] / right[t] - 1.0));
                own = std::max(own, own_share * std::abs((n[t] - coarse[t]) / n[t]));
                summed_n[t] += n[t];
                right_n[t] += right[t];
                coarse_n[t] += coarse[t];
            }
            constexpr double density_unit = units::per_kpc3_in_per_cm3, current_unit = units::per_kpc2_myr_in_per_cm2_s;
            result.comparisons.push_back({where + ": mean n, largest error at any time", "cm^-3 GeV^-1",
                                          density_unit * mean(n, times), density_unit * mean(right, times), worst,
                                          p.tolerance_factor * density_tolerance, own});
            const double *j = &result.fine.current[3 * c * times], *right_j = &result.green.current[3 * c * times],
                         *coarse_j = &result.coarse.current[3 * c * times];
            const Deviation d = deviation(j, right_j, times), of_coarse = deviation(coarse_j, j, times);
            result.comparisons.push_back({where + ": rms J, largest error in units of it", "cm^-2 s^-1 GeV^-1",
                                          current_unit * of_coarse.rms, current_unit * d.rms, d.largest,
                                          p.tolerance_factor * current_tolerance, own_share * of_coarse.largest});
            for (std::size_t i = 0; i < 3 * times; ++i) {
                delta[i] -= 3.0 / units::c * j[i];
                right_delta[i] -= 3.0 / units::c * right_j[i];
                coarse_delta[i] -= 3.0 / units::c * coarse_j[i];
            }
        }
        for (std::size_t i = 0; i < 3 * times; ++i) {
            delta[i] /= summed_n[i / 3];
            right_delta[i] /= right_n[i / 3];
            coarse_delta[i] /= coarse_n[i / 3];
        }
        const Deviation d = deviation(delta.data(), right_delta.data(), times),
                        of_coarse = deviation(coarse_delta.data(), delta.data(), times);
        result.comparisons.push_back({energy_text(p.transport.energies[e]) + ": rms delta, largest error in units of it", "1",
                                      of_coarse.rms, d.rms, d.largest, p.tolerance_factor * anisotropy_tolerance,
                                      own_share * of_coarse.largest});
    }
}

}  // namespace

std::int64_t steps_of(const ManySourcesProblem& p) {
    std::int64_t steps = schedule_of(p).observations();  // one for each superposition
    for (std::size_t s = 0; s < p.transport.nuclei.size(); ++s) {
        for (std::size_t e = 0; e < p.transport.energies.size(); ++e) {
            const std::int64_t finer = refinement(p, p.transport.diffusion_of(s, e), p.transport.loss_rate_of(s, e));
            steps += schedule_of(p, finer).steps() + schedule_of(p, steps_on_finer * finer).steps();
        }
    }
    return steps;
}

double least_box(const ManySourcesProblem& p) {
    constexpr double share_of_sides = 2e-3;
    const Position& o = p.transport.observer;
    return std::max(std::abs(o.x), std::abs(o.y)) + least_distance_of_sides(0.5 * units::pi / p.transport.half_height, share_of_sides);
}

void check(const ManySourcesProblem& p, int ranks) {
    const Transport& t = p.transport;
    const Position& o = t.observer;
    if (!(std::abs(o.x) < p.box && std::abs(o.y) < p.box)) {
        throw InputError(fmt::format("the observer at x = {:g}, y = {:g} kpc lies off the grid, which ends {:g} kpc from the "
                                     "Galactic centre: make grid.box larger",
                                     o.x, o.y, p.box));
    }
    if (p.box < least_box(p)) {
        throw InputError(fmt::format("the sides of the grid, {:g} kpc from the Galactic centre, change what the observer sees: "
                                     "grid.box = {:.3g} kpc would do",
                                     p.box, std::ceil(10.0 * least_box(p)) / 10.0));
    }
    if (p.box < p.reach) {
        throw InputError(fmt::format("grid.box = {:g} kpc leaves out sources: they reach to {:g} kpc", p.box, p.reach));
    }
    if (!(p.minimum_age > 0.0)) {
        throw InputError("sources.minimum-age is 0, and no grid resolves a source of that age: give the age from which "
                         "sources count, on the grid and in the superposition");
    }
    if (p.minimum_age + p.window >= p.time_span) {
        throw InputError(fmt::format("sources.time-span = {:g} Myr is not longer than grid.window and "
                                     "sources.minimum-age together, {:g} Myr",
                                     p.time_span, p.minimum_age + p.window));
    }
    for (std::size_t s = 0; s < t.nuclei.size(); ++s) {
        for (std::size_t e = 0; e < t.energies.size(); ++e) {
            if (t.release[s][e].empty()) {
                throw InputError(fmt::format("nothing of {} is released at {}: choose another energy", t.nuclei[s].name,
                                             energy_text(t.energies[e])));
            }
            const double width = std::sqrt(2.0 * t.diffusion_of(s, e) * p.minimum_age);
            if (width >= least_width * p.finest) continue;
            const double age = std::pow(least_width * p.finest, 2) / (2.0 * t.diffusion_of(s, e));
            throw InputError(fmt::format(
                "the grid is too coarse for sources.minimum-age = {:g} yr: the field of a source is {:.3g} kpc wide then "
                "({} at {}), and the grid has a spacing of {:g} kpc at the observer; an age of {:.3g} yr would do, "
                "or grid.finest = {:.3g} with more grid.cells",
                p.minimum_age / units::myr_per_year, width, t.nuclei[s].name, energy_text(t.energies[e]), p.finest,
                age / units::myr_per_year, width / least_width));
        }
    }
    const double longest = p.minimum_age / (steps_on_finer * steps_in_minimum_age);
    if (p.step > longest * (1.0 + 1e-9)) {
        throw InputError(fmt::format("grid.step = {:g} yr is too long for sources.minimum-age = {:g} yr, before whose end the observer "
                                     "sees nothing of a source: a step of {:g} yr would do",
                                     p.step / units::myr_per_year, p.minimum_age / units::myr_per_year, longest / units::myr_per_year));
    }
    const auto is_fine = [&](int cells) {
        const auto slope = [&](double end, int along, double centre) {
            const Axis axis = axis_of(p, end, along, centre);
            // nearer than this the nodes at the observer are fine enough
            const double near = p.finest / largest_slope;
            return std::max((axis.node(1) - axis.low()) / std::max(near, centre + end),
                            (axis.high() - axis.node(axis.cells() - 1)) / std::max(near, end - centre));
        };
        return std::max({slope(p.box, cells, o.x), slope(p.box, cells, o.y), slope(t.half_height, cells / 2, o.z)}) <= largest_slope;
    };
    if (!is_fine(p.cells)) {
        constexpr int multiple = 8, most = 1024;  // of a grid in three dimensions
        int right = p.cells;
        while (right <= most && !is_fine(right)) right += multiple;
        throw InputError(fmt::format("the grid is too coarse for sources far away: with grid.cells = {} and grid.finest = {:g} kpc its "
                                     "spacing grows by more than {:g} kpc for each kpc from the observer; {} would do",
                                     p.cells, p.finest, largest_slope,
                                     right <= most ? fmt::format("grid.cells = {}", right) : "a larger grid.finest"));
    }
    (void)partition(domain_of(p, 2), ranks);
}

ManySourcesResult solve(const Ranks& ranks, const ManySourcesProblem& p,
                        const std::function<void(std::int64_t, std::int64_t)>& progress) {
    const Transport& t = p.transport;
    const Schedule schedule = schedule_of(p);
    Sources sources;
    together(ranks, [&] { sources = draw_sources(p); });
    ManySourcesResult result;
    result.sources = static_cast<std::int64_t>(sources.explosion.size());
    if (result.sources == 0) throw Error("the realization has no source within the grid");
    result.spacing = domain_of(p, 1).axes[0].finest();
    const std::int64_t last = schedule.observations() - 1, total = steps_of(p);
    for (std::int64_t k = 0; k <= last; ++k) {
        result.time.push_back(-schedule.step * static_cast<double>((last - k) * schedule.stride));
    }
    std::int64_t done = 0;
    std::vector<Comparison> balances;
    for (const int coarser : {1, 2}) {
        const DiffusionGrid grid(ranks, domain_of(p, coarser), Medium::uniform(t.half_height, 1.0, 1.0));
        TimeSeries& series = coarser == 1 ? result.fine : result.coarse;
        for (std::size_t s = 0; s < t.nuclei.size(); ++s) {
            for (std::size_t e = 0; e < t.energies.size(); ++e) {
                const Channel channel{t.diffusion_of(s, e), t.loss_rate_of(s, e), &t.release[s][e]};
                const std::int64_t finer = refinement(p, channel.diffusion, channel.loss_rate);
                const Schedule own = schedule_of(p, coarser == 1 ? steps_on_finer * finer : finer);
                if (coarser == 1) result.step = std::max(result.step, own.step);
                const Seen seen = watch(ranks, p, channel, grid, own, sources, [&] { progress(++done, total); });
                for (const Observation& o : seen.observation) {
                    series.density.push_back(o.density);
                    for (const double slope : o.gradient) series.current.push_back(-channel.diffusion * slope);
                }
                if (coarser > 1) continue;
                const std::string where = fmt::format("{}, {}", t.nuclei[s].name, energy_text(t.energies[e]));
                result.costs.emplace_back(where, seen.cost);
                balances.push_back(balance_row(where, seen.imbalance, p.tolerance_factor, p.solver));
            }
        }
    }
    result.green = superpose(ranks, p, sources, result.time, [&] { progress(++done, total); });
    compare(p, result);
    result.comparisons.insert(result.comparisons.end(), balances.begin(), balances.end());
    return result;
}

}  // namespace greenhalo
