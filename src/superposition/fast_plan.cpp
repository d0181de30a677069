#include "superposition/fast_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "greenhalo/base/units.h"
#include "greenhalo/galaxy/age_slabs.h"
#include "superposition/fast_field.h"
#include "superposition/fast_fit.h"

namespace greenhalo {

namespace {

/// Cells are a third or a sixth of an octave wide, by the tolerance that the Chebyshev moments have to keep.
constexpr std::int64_t wide_cell = slabs_per_octave / 3, narrow_cell = slabs_per_octave / 6;
constexpr double narrow_cells_below = 3e-9;
constexpr std::int64_t group_sizes[] = {1, 2, 4, 7, 8, 14, 28};  ///< slabs; divisors of both
constexpr double sources_per_group = 160.0;  ///< that make its moments worth their way into the cell
constexpr std::size_t node_count = 96;
constexpr std::size_t most_targets = 20;
constexpr std::size_t field_points = 20;  ///< diffusion coefficients at which mean contributions are taken
/// Share of the tolerance that one class of one cell may use up if all its errors added up.
constexpr double share_of_class = 0.6;
/// Errors do not all add up: over a random design of models the sums were never wrong by more than a twelfth of what
/// the classes might do together, so half of that margin is given away.
constexpr double estimate_per_bound = 1.0 / 6.0;
/// Rough costs in processor cycles; they only decide from which age on the fast way is worth it.
constexpr double cycles_per_source = 60.0, cycles_per_product = 0.1, cycles_per_moment = 15.0;
constexpr double cycles_per_weight = 0.3, cycles_per_direct_source = 5.0;
/// Errors that change sign from source to source at random are kept below this many standard deviations.
constexpr double deviations = 4.0;
/// Weights times contributions lose no more digits than this.
constexpr double least_share = 1e-12;
/// A channel's measure counts a cell fully when many more sources than this take part in it.
constexpr double steady_number = 10.0;
/// The sample of positions cannot tell how many sources are seen when fewer are.
constexpr double least_part_seen = 1e-3;
/// Numbers of all cells together, 48 MB.
constexpr std::size_t most_weights = 6000000;
/// Delays stay small against the age of whatever is summed fast.
constexpr double ages_per_delay = 4.0;

struct Gauss {
    std::vector<double> x, w;
};

/// Gauss-Legendre nodes and weights on [-1, 1].
Gauss gauss_legendre(int n) {
    Gauss g;
    for (int i = 0; i < n; ++i) {
        double x = std::cos(units::pi * (i + 0.75) / (n + 0.5)), slope = 1.0;
        for (int step = 0; step < 50; ++step) {
            double p0 = 1.0, p1 = x;
            for (int k = 2; k <= n; ++k) {
                const double p2 = ((2 * k - 1) * x * p1 - (k - 1) * p0) / k;
                p0 = p1;
                p1 = p2;
            }
            slope = n * (x * p1 - p0) / (x * x - 1.0);
            const double change = p1 / slope;
            x -= change;
            if (std::abs(change) < 1e-15) break;
        }
        g.x.push_back(x);
        g.w.push_back(2.0 / ((1.0 - x * x) * slope * slope));
    }
    return g;
}

/// The Chebyshev nodes of the first kind.
double chebyshev_node(int j) { return std::cos(units::pi * (j + 0.5) / fast_chebyshev); }

/// Coefficients of the interpolation of f, given at the nodes.
void chebyshev_coefficients(const double* f, double* coefficients, std::size_t stride = 1) {
    static const auto cosine = [] {
        std::array<std::array<double, fast_chebyshev>, fast_chebyshev> table{};
        for (int k = 0; k < fast_chebyshev; ++k) {
            for (int j = 0; j < fast_chebyshev; ++j) {
                table[static_cast<std::size_t>(k)][static_cast<std::size_t>(j)] =
                    std::cos(units::pi * k * (j + 0.5) / fast_chebyshev);
            }
        }
        return table;
    }();
    for (int k = 0; k < fast_chebyshev; ++k) {
        double sum = 0.0;
        for (int j = 0; j < fast_chebyshev; ++j) sum += f[static_cast<std::size_t>(j) * stride] * cosine[static_cast<std::size_t>(k)][static_cast<std::size_t>(j)];
        coefficients[k] = sum * (k == 0 ? 1.0 : 2.0) / fast_chebyshev;
    }
}

std::vector<FastChannel> channels_of(const Transport& transport) {
    std::vector<FastChannel> channels;
    const std::size_t energies = transport.energies.size();
    for (std::size_t s = 0; s < transport.nuclei.size(); ++s) {
        for (std::size_t e = 0; e < energies; ++e) {
            FastChannel channel{s * energies + e, transport.diffusion_of(s, e), transport.loss_rate_of(s, e), {}};
            for (const ReleaseEntry& entry : transport.release[s][e]) {
                if (entry.yield > 0.0) channel.entries.push_back(entry);
            }
            if (!channel.entries.empty()) channels.push_back(std::move(channel));
        }
    }
    return channels;
}

/// The plan in the making: what every cell needs to know.
class Planner {
  public:
    Planner(const Transport& transport, const Selection& selection, const SourceLaw& law, double time_span,
            double tolerance)
        : transport_(transport),
          selection_(selection),
          law_(law),
          span_(time_span),
          tolerance_(tolerance),
          slabs_per_cell_(tolerance < narrow_cells_below ? narrow_cell : wide_cell),
          field_(transport, selection, law) {
        plan_.channels = channels_of(transport);
        // classes of higher modes matter to small diffusion coefficients alone: neighbours share their blocks
        std::stable_sort(plan_.channels.begin(), plan_.channels.end(),
                         [](const FastChannel& a, const FastChannel& b) { return a.diffusion < b.diffusion; });
    }

    FastPlan make() {
        const std::int64_t slabs = slabs_covering(span_);
        const std::int64_t cells = (slabs - 1 + slabs_per_cell_ - 1) / slabs_per_cell_;
        plan_.first_slab = slabs;
        if (plan_.channels.empty() || cells < 1) {
            plan_.why_not = "there is nothing to sum";
            return std::move(plan_);
        }
        find_delays();
        find_measures(cells);
        std::vector<PlannedCell> reversed;
        for (std::int64_t c = cells - 1; c >= 0; --c) {
            PlannedCell cell;
            if (!plan_cell(c, cell)) break;
            plan_.first_slab = cell.first_slab;
            reversed.push_back(std::move(cell));
        }
        plan_.cells.assign(std::make_move_iterator(reversed.rbegin()), std::make_move_iterator(reversed.rend()));
        plan_.why_stopped = why_stopped_;
        double taken = 0.0;
        for (const PlannedCell& cell : plan_.cells) taken += cell.classes.empty() ? 0.0 : 1.0;
        if (taken == 0.0) {
            plan_.cells.clear();
            plan_.first_slab = slabs;
            if (why_stopped_.empty()) why_stopped_ = "no age contributes";
            plan_.why_not = why_stopped_;
        }
        double worst = 0.0;
        for (const double e : error2_) worst = std::max(worst, e);
        plan_.error_estimate = estimate_per_bound * std::sqrt(worst);
        return std::move(plan_);
    }

  private:
    void find_delays() {
        for (const FastChannel& channel : plan_.channels) {
            for (const ReleaseEntry& entry : channel.entries) {
                longest_delay_ = std::max(longest_delay_, entry.delay);
                if (entry.delay != 0.0) delayed_ = true;
            }
        }
    }

    double sources_between(double low, double high) const {
        return law_.rate * (std::min(high, span_) - low);
    }

    /// exp(-Gamma tau)/(4 pi D H tau): what multiplies the mean contribution.
    double front(const FastChannel& c, double age) const {
        return std::exp(-c.loss_rate * age) / (4.0 * units::pi * c.diffusion * transport_.half_height * age);
    }

    /// The sums of absolute contributions that a realization will hardly fall short of.
    void find_measures(std::int64_t cells) {
        const double low = plan_.channels.front().diffusion;
        const double high = std::max(plan_.channels.back().diffusion, 1.0001 * low);
        const std::size_t points = field_points;
        const double step = std::log(high / low) / static_cast<double>(points - 1);
        part_seen_.resize(static_cast<std::size_t>(cells));
        density_.assign(plan_.channels.size(), 0.0);
        flow_.assign(plan_.channels.size(), 0.0);
        vertical_.assign(plan_.channels.size(), 0.0);
        error2_.assign(plan_.channels.size(), 0.0);
        for (std::int64_t cell = 0; cell < cells; ++cell) {
            const double from = slab_edge(1 + cell * slabs_per_cell_);
            const double to = slab_edge(1 + (cell + 1) * slabs_per_cell_);
            const double age = std::sqrt(from * to), sources = sources_between(from, to);
            std::vector<MeanContribution> mean(points);
            std::vector<double>& part_seen = part_seen_[static_cast<std::size_t>(cell)];
            part_seen.assign(plan_.channels.size(), 0.0);
            const bool counts = from >= selection_.minimum_age + longest_delay_;
            for (std::size_t i = 0; i < points; ++i) {
                const double d = low * std::exp(step * static_cast<double>(i));
                mean[i].kernel = field_.mean_kernel(d, age);
                if (!counts) continue;
                const double decay = d * field_.modes().first_k2 * age;
                // where the modes do not suffice the youngest sources are not relied upon
                if (decay * fast_max_modes * fast_max_modes < 30.0 || decay > 600.0) continue;
                const double kernel = mean[i].kernel;
                mean[i] = field_.mean(d, age);
                mean[i].kernel = kernel;
            }
            for (std::size_t c = 0; c < plan_.channels.size(); ++c) {
                const FastChannel& channel = plan_.channels[c];
                const double at = std::log(channel.diffusion / low) / step;
                const std::size_t i = std::min(static_cast<std::size_t>(std::max(at, 0.0)), points - 2);
                const double t = at - static_cast<double>(i);
                const auto between = [&](double a, double b) {
                    return a > 0.0 && b > 0.0 ? std::exp((1.0 - t) * std::log(a) + t * std::log(b)) : std::min(a, b);
                };
                part_seen[c] = std::max(least_part_seen, between(mean[i].kernel, mean[i + 1].kernel));
                const double taking_part = sources * between(mean[i].participation, mean[i + 1].participation);
                const double decayed = std::exp(-channel.diffusion * field_.modes().first_k2 * age);
                const double f = sources * front(channel, age) * decayed * taking_part / (taking_part + steady_number);
                density_[c] += f * between(mean[i].density, mean[i + 1].density);
                flow_[c] += f / (2.0 * age) * between(mean[i].flow, mean[i + 1].flow);
                vertical_[c] += f * channel.diffusion * between(mean[i].vertical, mean[i + 1].vertical);
            }
        }
    }

    /// How large an error of exp(-b s), the same for all sources of a cell, a mode of a channel may have so that it
    /// makes an error of `share` of the measures; infinite where the mode does not matter at all.
    double allowed(std::size_t c, std::size_t m, double age, double sources, double share) const {
        const FastChannel& channel = plan_.channels[c];
        const ObserverModes& modes = field_.modes();
        const double k2 = modes.first_k2 * static_cast<double>(m * m);
        const double unit = sources * front(channel, age) * std::exp(-channel.diffusion * k2 * age) * field_.mean_mode(m);
        const double value = unit * std::abs(modes.value[m - 1]);
        const double slope = unit * std::abs(modes.slope[m - 1]) * channel.diffusion;
        double least = std::numeric_limits<double>::infinity();
        const auto require = [&](double measure, double per_error) {
            if (per_error > 0.0) least = std::min(least, share * measure / per_error);
        };
        require(density_[c], value);
        require(flow_[c], value * field_.mean_offset() / (2.0 * age));
        require(vertical_[c], slope);
        return least;
    }

    /// Largest coefficient of the Legendre polynomial of a degree in a group, relative to the function itself.
    double age_coefficient(std::size_t c, std::size_t m, double age, double half_width, std::size_t degree) const {
        const FastChannel& channel = plan_.channels[c];
        const double k2 = field_.modes().first_k2 * static_cast<double>(m * m);
        const double x = half_width * (channel.loss_rate + channel.diffusion * k2 +
                                       (2.0 + (delayed_ ? 2.0 * longest_delay_ / age : 0.0)) / age);
        double coefficient = 1.0;
        for (std::size_t p = 1; p <= degree; ++p) coefficient *= x / static_cast<double>(2 * p - 1);
        return coefficient;
    }

    bool plan_cell(std::int64_t index, PlannedCell& cell) {
        const double low = slab_edge(1 + index * slabs_per_cell_), high = slab_edge(1 + (index + 1) * slabs_per_cell_);
        if (delayed_ && low < ages_per_delay * longest_delay_) {
            return stop(low, "the release takes too long for younger sources");
        }
        if (selection_.minimum_age > 0.0 && low < selection_.minimum_age + longest_delay_) {
            return stop(low, "of the minimum age");
        }
        double reach = field_.reach();
        if (selection_.causal) {
            const double seen = units::c * (low - longest_delay_);
            reach = std::min(reach, std::sqrt(std::max(0.0, seen * seen - 4.0 * transport_.half_height * transport_.half_height)));
            if (reach < 0.9 * field_.reach()) return stop(low, "of causality");
        }
        const double sources = sources_between(low, high);
        cell.first_slab = 1 + index * slabs_per_cell_;
        cell.slab_count = slabs_per_cell_;
        std::size_t size = 0;
        while (size + 1 < std::size(group_sizes) &&
               law_.rate * (high - low) / static_cast<double>(slabs_per_cell_) * static_cast<double>(group_sizes[size]) < sources_per_group) {
            ++size;
        }
        for (;; --size) {
            cell.slabs_per_group = group_sizes[size];
            cell.classes.clear();
            cell.rows.clear();
            cell.terms.clear();
            cell.weights.clear();
            const Outcome outcome = fill_cell(cell, low, high, sources, reach);
            if (outcome == Outcome::done) return true;
            if (outcome == Outcome::impossible || size == 0) return false;
        }
    }

    bool stop(double age, const char* why) {
        why_stopped_ = fmt::format("sources younger than {:.3g} Myr are summed directly because {}", age, why);
        return false;
    }

    enum class Outcome { done, groups_too_wide, impossible };

    struct Need {
        std::size_t mode, degree;
        std::vector<std::size_t> channels;
        std::vector<double> tolerances;  ///< of exp(-b s)
    };

    Outcome fill_cell(PlannedCell& cell, double low, double high, double sources, double reach);
    bool costs_more(const std::vector<Need>& needs, const std::vector<RowFit>& fits, double sources,
                    double groups) const;
    std::size_t weight_count(const std::vector<Need>& needs, const std::vector<RowFit>& fits) const;
    double interpolation_error(std::size_t channel, std::size_t m, double low, double high,
                               double sources) const;
    void weigh(PlannedCell& cell, std::size_t class_index, const Need& need, const RowFit& fit,
               const std::vector<double>& nodes, double low, double high);
    void set_age_factors(PlannedCell& cell) const;

    Transport transport_;
    Selection selection_;
    SourceLaw law_;
    double span_, tolerance_;
    std::int64_t slabs_per_cell_;
    SampledField field_;
    FastPlan plan_;
    double longest_delay_ = 0.0;
    bool delayed_ = false;
    std::vector<double> density_, flow_, vertical_;  ///< measures, per channel
    std::vector<std::vector<double>> part_seen_;     ///< mean of exp(-b s), per cell and channel
    std::vector<double> error2_;
    std::string why_stopped_;
    std::size_t held_ = 0;  ///< weights
};

Planner::Outcome Planner::fill_cell(PlannedCell& cell, double low, double high, double sources, double reach) {
    const double share = share_of_class * tolerance_;
    const std::vector<double>& part_seen =
        part_seen_[static_cast<std::size_t>((cell.first_slab - 1) / slabs_per_cell_)];
    // the widest group is the oldest one
    const std::int64_t last = cell.first_slab + cell.slab_count;
    const double half_width = 0.5 * (slab_edge(last) - slab_edge(last - cell.slabs_per_group));

    // which modes and degrees matter to whom, and how well
    std::vector<Need> needs;
    std::vector<double> dropped(plan_.channels.size(), 0.0);
    std::size_t idle = 0;
    for (std::size_t m = 1; idle < 2; ++m) {
        if (m > fast_max_modes) {
            stop(high, "too many eigenmodes matter");
            return Outcome::impossible;
        }
        for (std::size_t degree = 0;; ++degree) {
            Need need{m, degree, {}, {}};
            for (std::size_t c = 0; c < plan_.channels.size(); ++c) {
                double tolerance = allowed(c, m, low, sources, share);
                if (degree > 0) {
                    // the polynomials have mean zero over a group: errors add up like a random walk
                    const double walk = deviations * age_coefficient(c, m, low, half_width, degree) /
                                        std::sqrt((2.0 * static_cast<double>(degree) + 1.0) * sources);
                    tolerance /= std::min(walk, 1.0);
                }
                if (tolerance < least_share) {
                    stop(high, "contributions cancel or the tolerance is too small");
                    return Outcome::impossible;
                }
                // left out altogether it only errs for the sources that are seen
                const double seen = degree == 0 ? part_seen[c] : std::sqrt(part_seen[c]);
                if (tolerance < seen) {
                    need.channels.push_back(c);
                    need.tolerances.push_back(tolerance);
                } else if (std::isfinite(tolerance)) {
                    dropped[c] += seen * seen / (tolerance * tolerance);
                }
            }
            if (need.channels.empty()) break;
            if (degree == fast_max_degrees) return Outcome::groups_too_wide;
            needs.push_back(std::move(need));
        }
        idle = !needs.empty() && needs.back().mode == m ? 0 : idle + 1;
    }
    cell.kernel = FastCell{};
    if (needs.empty()) return Outcome::done;  // nothing is seen from this age
    std::vector<double> interpolated(plan_.channels.size(), 0.0);
    for (const Need& need : needs) {
        if (need.degree > 0) continue;
        for (std::size_t i = 0; i < need.channels.size(); ++i) {
            const std::size_t c = need.channels[i];
            const double error =
                interpolation_error(c, need.mode, low, high, sources) * part_seen[c] / need.tolerances[i];
            if (error > 1.0) {
                stop(high, "the tolerance is too small");
                return Outcome::impossible;
            }
            interpolated[c] += error * error;
        }
    }

    double largest_b = 0.0;
    for (const Need& need : needs) {
        for (const std::size_t c : need.channels) {
            const double stretch = delayed_ ? low / (low - longest_delay_) : 1.0;
            largest_b = std::max(largest_b, stretch / (4.0 * plan_.channels[c].diffusion));
        }
    }
    const std::vector<double> nodes = fit_nodes(reach, low, largest_b, node_count);
    const double top = 1.05 * largest_b;
    const int steps = std::clamp(static_cast<int>(top * nodes.back() / 3.0), 12, 4096);
    const double b0 = top / steps;

    // candidates: any row for the first class, those that are there already for the others
    std::vector<RowFit> fits;
    std::vector<int> used;
    for (const Need& need : needs) {
        std::vector<FitTarget> targets;
        double least = std::numeric_limits<double>::infinity(), most = 0.0;
        for (const std::size_t c : need.channels) {
            least = std::min(least, plan_.channels[c].diffusion);
            most = std::max(most, plan_.channels[c].diffusion);
        }
        const double width = std::log(most / least) / static_cast<double>(most_targets);
        std::vector<std::size_t> chosen(most_targets, need.channels.size());
        for (std::size_t i = 0; i < need.channels.size(); ++i) {
            const double at = std::log(plan_.channels[need.channels[i]].diffusion / least) / std::max(width, 1e-9);
            const std::size_t bin = std::min(static_cast<std::size_t>(at), most_targets - 1);
            if (chosen[bin] == need.channels.size() || need.tolerances[i] < need.tolerances[chosen[bin]]) {
                chosen[bin] = i;
            }
        }
        // the ends as well: what lies beyond the targets is not represented
        for (std::size_t i = 0; i < need.channels.size(); ++i) {
            const double d = plan_.channels[need.channels[i]].diffusion;
            if (d == least || d == most) chosen.push_back(i);
        }
        std::sort(chosen.begin(), chosen.end());
        chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
        for (const std::size_t i : chosen) {
            if (i == need.channels.size()) continue;
            const double b = 1.0 / (4.0 * plan_.channels[need.channels[i]].diffusion);
            targets.push_back({b, need.tolerances[i]});
            if (delayed_) targets.push_back({b * low / (low - longest_delay_), need.tolerances[i]});
        }
        const std::size_t room = fast_max_rows / 2;
        RowFit fit(nodes, b0, used.empty() ? row_candidates(steps) : used, targets, room);
        if (!fit.is_sufficient() && !used.empty()) fit = RowFit(nodes, b0, row_candidates(steps), targets, room);
        if (!fit.is_sufficient()) {
            stop(high, "no set of exponentials is accurate enough");
            return Outcome::impossible;
        }
        for (const int n : fit.rows()) {
            if (std::find(used.begin(), used.end(), n) == used.end()) used.push_back(n);
        }
        fits.push_back(std::move(fit));
    }
    if (costs_more(needs, fits, sources, static_cast<double>(cell.slab_count / cell.slabs_per_group))) {
        stop(high, "the direct sum is the faster one for them");
        return Outcome::impossible;
    }
    const PowerChain chain = power_chain(used);
    if (chain.exponent.size() > fast_max_rows) {
        stop(high, "too many exponentials are needed");
        return Outcome::impossible;
    }

    FastCell& k = cell.kernel;
    k.x = transport_.observer.x;
    k.y = transport_.observer.y;
    k.z = transport_.observer.z;
    k.half_height = transport_.half_height;
    k.fit_rho2 = reach * reach;
    k.power_count = static_cast<int>(chain.exponent.size());
    std::copy(chain.left.begin(), chain.left.end(), k.left);
    std::copy(chain.right.begin(), chain.right.end(), k.right);
    k.minimum_distance2 = selection_.minimum_distance * selection_.minimum_distance;
    k.exclude_distance2 = selection_.exclude_distance * selection_.exclude_distance;
    k.exclude_age = selection_.exclude_age;
    k.selective = selection_.minimum_distance > 0.0 ||
                  (selection_.exclude_distance > 0.0 && selection_.exclude_age > low);

    held_ += weight_count(needs, fits);
    if (held_ > most_weights) {
        stop(high, "the weights would take too much memory");
        return Outcome::impossible;
    }
    std::size_t row_total = 0;
    for (const RowFit& fit : fits) row_total += fit.rows().size();
    cell.rows.reserve(row_total);
    cell.weights.reserve(weight_count(needs, fits));
    cell.b0 = b0;
    cell.separable = !delayed_;
    for (std::size_t i = 0; i < needs.size(); ++i) {
        const Need& need = needs[i];
        FastClass c{};
        c.mode = static_cast<int>(need.mode);
        c.degree = static_cast<int>(need.degree);
        c.components = field_.modes().value[need.mode - 1] != 0.0 ? 3 : 1;
        c.row_count = static_cast<int>(fits[i].rows().size());
        c.rows = cell.rows.data() + cell.rows.size();
        for (const int n : fits[i].rows()) cell.rows.push_back(chain.index_of(n));
        c.moment = k.moment_count;
        k.moment_count += c.components * c.row_count;
        k.mode_count = std::max(k.mode_count, c.mode);
        k.degree_count = std::max(k.degree_count, c.degree + 1);
        cell.classes.push_back(c);
        weigh(cell, i, need, fits[i], nodes, low, high);
    }
    k.class_count = static_cast<int>(cell.classes.size());
    k.classes = cell.classes.data();
    for (std::size_t c = 0; c < plan_.channels.size(); ++c) error2_[c] += share * share * (dropped[c] + interpolated[c]);
    set_age_factors(cell);
    return Outcome::done;
}

/// Whether the sources of a cell are summed faster one by one.
bool Planner::costs_more(const std::vector<Need>& needs, const std::vector<RowFit>& fits, double sources,
                         double groups) const {
    double products = 0.0, weights = 0.0, entries = 0.0;
    for (std::size_t i = 0; i < needs.size(); ++i) {
        const double components = field_.modes().value[needs[i].mode - 1] != 0.0 ? 3.0 : 1.0;
        const double moments = components * static_cast<double>(fits[i].rows().size());
        products += moments;
        weights += fast_chebyshev * moments * static_cast<double>(needs[i].channels.size() + 4);
    }
    for (const FastChannel& channel : plan_.channels) entries += static_cast<double>(channel.entries.size());
    const double fast = (cycles_per_source + cycles_per_product * products) * sources +
                        cycles_per_moment * products * groups + cycles_per_weight * weights;
    return fast > cycles_per_direct_source * entries * sources;
}

/// Numbers that the terms of a cell hold.
std::size_t Planner::weight_count(const std::vector<Need>& needs, const std::vector<RowFit>& fits) const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < needs.size(); ++i) {
        const std::size_t rows = fits[i].rows().size();
        const std::size_t kinds = field_.modes().value[needs[i].mode - 1] != 0.0 ? 2 : 1;
        const std::size_t per_channel =
            delayed_ ? 1 + kinds * rows * fast_chebyshev : 1 + rows + kinds * fast_chebyshev;
        std::size_t blocks = 0, last = plan_.channels.size();
        for (const std::size_t c : needs[i].channels) {
            if (c / 8 != last) ++blocks;
            last = c / 8;
        }
        count += 8 * blocks * per_channel;
    }
    return count;
}

/// Error that the Chebyshev interpolation of an age factor makes in the mean over the sources of a cell, relative to
/// the factor's largest value. It oscillates: its mean counts in full, the rest like a random walk.
double Planner::interpolation_error(std::size_t channel, std::size_t m, double low, double high,
                                    double sources) const {
    const FastChannel& c = plan_.channels[channel];
    const double rate = c.loss_rate + c.diffusion * field_.modes().first_k2 * static_cast<double>(m * m);
    const auto factor = [&](double age) { return std::exp(-rate * (age - low)) * (low * low) / (age * age); };
    const auto age_at = [&](double u) { return 0.5 * (low + high) + 0.5 * (high - low) * u; };
    double values[fast_chebyshev], coefficients[fast_chebyshev];
    for (int j = 0; j < fast_chebyshev; ++j) values[j] = factor(age_at(chebyshev_node(j)));
    chebyshev_coefficients(values, coefficients);
    static const Gauss gauss = gauss_legendre(24);
    double mean = 0.0, square = 0.0;
    for (std::size_t i = 0; i < gauss.x.size(); ++i) {
        const double u = gauss.x[i];
        double sum = 0.0;
        for (int k = 0; k < fast_chebyshev; ++k) sum += coefficients[k] * std::cos(k * std::acos(u));
        const double off = sum - factor(age_at(u));
        mean += 0.5 * gauss.w[i] * off;
        square += 0.5 * gauss.w[i] * off * off;
    }
    return std::abs(mean) + deviations * std::sqrt(square / sources);
}

void Planner::weigh(PlannedCell& cell, std::size_t class_index, const Need& need, const RowFit& fit,
                    const std::vector<double>& nodes, double low, double high) {
    constexpr std::size_t lanes = 8, orders = fast_chebyshev;
    const FastClass& c = cell.classes[class_index];
    const std::size_t rows = static_cast<std::size_t>(c.row_count);
    const ObserverModes& modes = field_.modes();
    const double k2 = modes.first_k2 * static_cast<double>(need.mode * need.mode);
    const double share = share_of_class * tolerance_;
    const std::size_t kinds = c.components == 3 ? 2 : 1;
    const std::size_t size = cell.separable ? lanes * (1 + rows + kinds * orders) : lanes * (1 + kinds * rows * orders);
    double ages[orders];
    for (std::size_t j = 0; j < orders; ++j) {
        ages[j] = 0.5 * (low + high) + 0.5 * (high - low) * chebyshev_node(static_cast<int>(j));
    }
    std::vector<double> function(nodes.size());
    for (std::size_t i = 0; i < need.channels.size(); ++i) {
        const std::size_t channel_index = need.channels[i], lane = channel_index % lanes;
        const FastChannel& channel = plan_.channels[channel_index];
        const double d = channel.diffusion, rate = channel.loss_rate + d * k2;
        const double front_factor = 1.0 / (4.0 * units::pi * d * transport_.half_height);
        const int block = static_cast<int>(channel_index / lanes);
        if (i == 0 || cell.terms.back().channel_block != block) {
            cell.terms.push_back({static_cast<int>(class_index), block, modes.value[need.mode - 1],
                                  static_cast<std::int64_t>(cell.weights.size())});
            cell.weights.resize(cell.weights.size() + size, 0.0);
        }
        double* at = cell.weights.data() + cell.terms.back().weights + lane;
        *at = -d * modes.slope[need.mode - 1];
        at += lanes;

        double left_over = 0.0;
        const auto fit_function = [&](double scale) {
            std::vector<double> left = function;
            std::vector<double> w = fit.weights(left);
            for (const double x : left) left_over = std::max(left_over, std::abs(x) * scale);
            return w;
        };
        const auto age_factor = [&](std::size_t kind, double tau) {
            const double f = front_factor / tau * std::exp(-rate * tau);
            return kind == 0 ? f : f / (2.0 * tau);
        };
        double values[orders], coefficients[orders];
        if (cell.separable) {
            double yield = 0.0;
            for (const ReleaseEntry& entry : channel.entries) yield += entry.yield;
            for (std::size_t n = 0; n < nodes.size(); ++n) function[n] = std::exp(-nodes[n] / (4.0 * d));
            for (const double w : fit_function(1.0)) *at = w, at += lanes;
            for (std::size_t kind = 0; kind < kinds; ++kind) {
                for (std::size_t j = 0; j < orders; ++j) values[j] = yield * age_factor(kind, ages[j]);
                chebyshev_coefficients(values, coefficients);
                for (const double x : coefficients) *at = x, at += lanes;
            }
        } else {
            for (std::size_t kind = 0; kind < kinds; ++kind) {
                std::vector<double> table(rows * orders);  // [age][row]
                for (std::size_t j = 0; j < orders; ++j) {
                    std::fill(function.begin(), function.end(), 0.0);
                    double total = 0.0;
                    for (const ReleaseEntry& entry : channel.entries) {
                        const double tau = ages[j] - entry.delay;
                        const double f = entry.yield * age_factor(kind, tau), b = ages[j] / (4.0 * d * tau);
                        for (std::size_t n = 0; n < nodes.size(); ++n) function[n] += f * std::exp(-b * nodes[n]);
                        total += f;
                    }
                    const std::vector<double> w = fit_function(total > 0.0 ? 1.0 / total : 0.0);
                    std::copy(w.begin(), w.end(), table.begin() + static_cast<std::ptrdiff_t>(rows * j));
                }
                for (std::size_t r = 0; r < rows; ++r) {
                    chebyshev_coefficients(table.data() + r, coefficients, rows);
                    for (const double x : coefficients) *at = x, at += lanes;
                }
            }
        }
        const double used = share * left_over / need.tolerances[i];
        error2_[channel_index] += used * used;
    }
}

/// Legendre coefficients, group by group, of the Chebyshev polynomials of the cell.
void Planner::set_age_factors(PlannedCell& cell) const {
    static const Gauss gauss = gauss_legendre(12);
    const double low = slab_edge(cell.first_slab), high = slab_edge(cell.first_slab + cell.slab_count);
    const double middle = 0.5 * (low + high), half = 0.5 * (high - low);
    const std::size_t degrees = static_cast<std::size_t>(cell.kernel.degree_count);
    const std::int64_t groups = cell.slab_count / cell.slabs_per_group;
    cell.age_factors.assign(static_cast<std::size_t>(groups) * degrees * fast_chebyshev, 0.0);
    for (std::int64_t g = 0; g < groups; ++g) {
        const double from = slab_edge(cell.first_slab + g * cell.slabs_per_group);
        const double to = slab_edge(cell.first_slab + (g + 1) * cell.slabs_per_group);
        double* factors = cell.age_factors.data() + static_cast<std::size_t>(g) * degrees * fast_chebyshev;
        for (std::size_t i = 0; i < gauss.x.size(); ++i) {
            const double v = gauss.x[i];
            const double u = (0.5 * (from + to) + 0.5 * (to - from) * v - middle) / half;
            double before = 1.0, legendre = 1.0;
            for (std::size_t p = 0; p < degrees; ++p) {
                const double n = static_cast<double>(p);
                if (p == 1) {
                    before = 1.0;
                    legendre = v;
                } else if (p > 1) {
                    const double next = ((2.0 * n - 1.0) * v * legendre - (n - 1.0) * before) / n;
                    before = legendre;
                    legendre = next;
                }
                double previous = 1.0, chebyshev = 1.0;
                for (int k = 0; k < fast_chebyshev; ++k) {
                    if (k == 1) {
                        chebyshev = u;
                    } else if (k > 1) {
                        const double next = 2.0 * u * chebyshev - previous;
                        previous = chebyshev;
                        chebyshev = next;
                    }
                    factors[p * fast_chebyshev + static_cast<std::size_t>(k)] +=
                        (n + 0.5) * gauss.w[i] * legendre * chebyshev;
                }
            }
        }
    }
}

}  // namespace

std::size_t FastPlan::memory() const {
    std::size_t bytes = 0;
    for (const PlannedCell& cell : cells) {
        bytes += sizeof(PlannedCell) + 8 * (cell.weights.capacity() + cell.age_factors.capacity()) +
                 sizeof(FastTerm) * cell.terms.capacity() + sizeof(FastClass) * cell.classes.capacity();
    }
    return bytes;
}

FastPlan make_fast_plan(const Transport& transport, const Selection& selection, const SourceLaw& law,
                        double time_span, double tolerance) {
    return Planner(transport, selection, law, time_span, tolerance).make();
}

}  // namespace greenhalo
