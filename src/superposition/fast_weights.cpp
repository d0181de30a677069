#include "superposition/fast_weights.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "greenhalo/base/units.h"
#include "superposition/fast_polynomials.h"

namespace greenhalo {

namespace {

constexpr std::size_t lanes = 8, orders = fast_chebyshev;
constexpr std::size_t node_count = 96;
constexpr std::size_t bins =
    20;  ///< in the logarithm of D, of which each is represented by its neediest channel
/// Half of the powers may be steps on the way to others.
constexpr std::size_t most_rows = fast_max_rows / 2;
/// Rows end a little beyond the largest b, and their distance b0 is this small against 1/s of the farthest
/// source: the first of these that serves is taken.
constexpr double beyond_largest = 1.05;
constexpr double spacings[] = {1.5, 3.0, 0.7};
constexpr int fewest_steps = 12, most_steps = 4096;

/// 1/(4D), and the larger one that a delay makes of it at the youngest age.
double b_of(const FastChannel& channel) {
    return 1.0 / (4.0 * channel.diffusion);
}
double stretch(const FastBudget& budget, const AgeCell& cell) {
    return cell.low / (cell.low - budget.longest_delay());
}

std::vector<FitTarget> targets_of(const FastBudget& budget, const AgeCell& cell, const FastNeed& need) {
    // channels are in the order of D
    const auto diffusion = [&](std::size_t i) { return budget.channels()[need.channels[i]].diffusion; };
    const std::size_t count = need.channels.size();
    const double least = diffusion(0), width = std::max(std::log(diffusion(count - 1) / least) / bins, 1e-9);
    std::vector<std::size_t> neediest(bins, count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t bin =
            std::min(static_cast<std::size_t>(std::log(diffusion(i) / least) / width), bins - 1);
        if (neediest[bin] == count || need.tolerances[i] < need.tolerances[neediest[bin]]) neediest[bin] = i;
    }
    // the ends as well: what lies beyond the targets is not represented
    neediest.push_back(0);
    neediest.push_back(count - 1);
    std::sort(neediest.begin(), neediest.end());
    neediest.erase(std::unique(neediest.begin(), neediest.end()), neediest.end());
    std::vector<FitTarget> targets;
    for (const std::size_t i : neediest) {
        if (i == count) continue;
        const double b = b_of(budget.channels()[need.channels[i]]);
        targets.push_back({b, need.tolerances[i]});
        if (budget.has_delays()) targets.push_back({b * stretch(budget, cell), need.tolerances[i]});
    }
    return targets;
}

/// The first class takes any row; the others make do with those that are there already, if they can.
bool fit_all(const FastBudget& budget, const AgeCell& cell, const std::vector<FastNeed>& needs, int steps,
             CellRows& rows) {
    rows.fits.clear();
    rows.used.clear();
    const std::vector<int> candidates = row_candidates(steps);
    for (const FastNeed& need : needs) {
        const std::vector<FitTarget> targets = targets_of(budget, cell, need);
        RowFit fit(rows.nodes, rows.b0, rows.used.empty() ? candidates : rows.used, targets, most_rows);
        if (!fit.is_sufficient() && !rows.used.empty()) {
            fit = RowFit(rows.nodes, rows.b0, candidates, targets, most_rows);
        }
        if (!fit.is_sufficient()) return false;
        for (const int n : fit.rows()) {
            if (std::find(rows.used.begin(), rows.used.end(), n) == rows.used.end()) rows.used.push_back(n);
        }
        rows.fits.push_back(std::move(fit));
    }
    return true;
}

std::size_t kinds_of(const FastBudget& budget, const FastNeed& need) {
    return budget.field().modes().value[need.mode - 1] != 0.0 ? 2 : 1;
}

/// Numbers that a term holds for each of its eight channels, and those that it shares with other degrees.
std::size_t own_size(bool separable, std::size_t kinds, std::size_t rows) {
    return separable ? rows : kinds * rows * orders;
}
std::size_t shared_size(bool separable) {
    return separable ? 1 + orders : 1;
}

/// The functions of age and s that belong to one mode of one channel.
struct ModeOfChannel {
    const FastChannel& channel;
    double front, rate;

    /// Age factor of the density (kind 0) or of the flow (kind 1), for an effective age.
    double age_factor(std::size_t kind, double tau) const {
        const double f = front / tau * std::exp(-rate * tau);
        return kind == 0 ? f : f / (2.0 * tau);
    }

    /// All entries of the release together at an age since the explosion, at the nodes; returns the value at
    /// s = 0.
    double at_age(std::size_t kind, double age, const std::vector<double>& nodes,
                  std::vector<double>& f) const {
        std::fill(f.begin(), f.end(), 0.0);
        double total = 0.0;
        for (const ReleaseEntry& entry : channel.entries) {
            const double tau = age - entry.delay;
            const double factor = entry.yield * age_factor(kind, tau), b = b_of(channel) * age / tau;
            for (std::size_t n = 0; n < nodes.size(); ++n) f[n] += factor * std::exp(-b * nodes[n]);
            total += factor;
        }
        return total;
    }
};

double largest_of(const std::vector<double>& values) {
    double largest = 0.0;
    for (const double x : values) largest = std::max(largest, std::abs(x));
    return largest;
}

/// One number for each of eight channels, one after the other.
struct Writer {
    double* at;
    void put(double x) {
        *at = x;
        at += lanes;
    }
};

/// What rounding makes of a sum with these weights, for rows of at most 1.
double rounding_error(const std::vector<double>& weights) {
    double sum = 0.0;
    for (const double w : weights) sum += std::abs(w);
    return std::numeric_limits<double>::epsilon() * sum;
}

/// No delays: the same weights at all ages. Returns the error of the fit.
double write_weights(const ModeOfChannel& mode, const RowFit& fit, const std::vector<double>& nodes,
                     Writer& writer) {
    std::vector<double> function(nodes.size());
    for (std::size_t n = 0; n < nodes.size(); ++n) function[n] = std::exp(-b_of(mode.channel) * nodes[n]);
    const std::vector<double> w = fit.weights(function);
    for (const double x : w) writer.put(x);
    return largest_of(function) + rounding_error(w);
}

/// The age factors that go with them.
void write_age_factors(const ModeOfChannel& mode, const double* ages, Writer& writer) {
    double yield = 0.0, values[orders], coefficients[orders];
    for (const ReleaseEntry& entry : mode.channel.entries) yield += entry.yield;
    for (std::size_t j = 0; j < orders; ++j) values[j] = yield * mode.age_factor(0, ages[j]);
    chebyshev_coefficients(values, coefficients);
    for (const double x : coefficients) writer.put(x);
}

/// Delays: the effective D depends on the age, so every row has age factors of its own.
double write_table(const ModeOfChannel& mode, const RowFit& fit, const std::vector<double>& nodes,
                   const double* ages, std::size_t kinds, Writer& writer) {
    const std::size_t rows = fit.rows().size();
    std::vector<double> function(nodes.size()), table(rows * orders);  // [age][row]
    double error = 0.0, coefficients[orders];
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        for (std::size_t j = 0; j < orders; ++j) {
            const double total = mode.at_age(kind, ages[j], nodes, function);
            const std::vector<double> w = fit.weights(function);
            std::copy(w.begin(), w.end(), table.begin() + static_cast<std::ptrdiff_t>(rows * j));
            if (total > 0.0) error = std::max(error, (largest_of(function) + rounding_error(w)) / total);
        }
        for (std::size_t r = 0; r < rows; ++r) {
            chebyshev_coefficients(table.data() + r, coefficients, rows);
            for (const double x : coefficients) writer.put(x);
        }
    }
    return error;
}

/// Where the shared numbers of a mode and a block of channels are: with the last term's, if it has some.
std::int64_t shared_place(PlannedCell& planned, int mode, int block) {
    for (auto term = planned.terms.rbegin(); term != planned.terms.rend(); ++term) {
        if (planned.classes[static_cast<std::size_t>(term->class_index)].mode != mode) break;
        if (term->channel_block == block) return term->shared;
    }
    const std::size_t place = planned.weights.size();
    planned.weights.resize(place + lanes * shared_size(planned.separable), 0.0);
    return static_cast<std::int64_t>(place);
}

}  // namespace

void lay_out_terms(PlannedCell& planned) {
    const auto mode_of = [&](const FastTerm& term) {
        return planned.classes[static_cast<std::size_t>(term.class_index)].mode;
    };
    std::stable_sort(planned.terms.begin(), planned.terms.end(), [&](const FastTerm& a, const FastTerm& b) {
        return std::pair(mode_of(a), a.channel_block) < std::pair(mode_of(b), b.channel_block);
    });
    AlignedVector weights;
    weights.reserve(planned.weights.size());
    const auto move = [&](std::int64_t& from, std::size_t size) {
        const auto begin = planned.weights.begin() + from;
        from = static_cast<std::int64_t>(weights.size());
        weights.insert(weights.end(), begin, begin + static_cast<std::ptrdiff_t>(lanes * size));
    };
    std::int64_t shared_before = -1, shared_now = -1;
    for (FastTerm& term : planned.terms) {
        if (term.shared != shared_before) {
            shared_before = shared_now = term.shared;
            move(shared_now, shared_size(planned.separable));
        }
        term.shared = shared_now;
        const FastClass& c = planned.classes[static_cast<std::size_t>(term.class_index)];
        const std::size_t kinds = c.components == 1 ? 1 : 2;
        move(term.weights, own_size(planned.separable, kinds, static_cast<std::size_t>(c.row_count)));
    }
    planned.weights = std::move(weights);
}

std::optional<CellRows> choose_rows(const FastBudget& budget, const AgeCell& cell,
                                    const std::vector<FastNeed>& needs, double reach) {
    double largest_b = 0.0;
    for (const FastNeed& need : needs) {
        largest_b =
            std::max(largest_b, b_of(budget.channels()[need.channels.front()]) * stretch(budget, cell));
    }
    CellRows rows;
    rows.nodes = fit_nodes(reach, cell.low, largest_b, node_count);
    const double top = beyond_largest * largest_b;
    for (const double spacing : spacings) {
        const int steps = static_cast<int>(
            std::clamp(top * rows.nodes.back() / spacing, double{fewest_steps}, double{most_steps}));
        rows.b0 = top / steps;
        if (fit_all(budget, cell, needs, steps, rows)) return rows;
    }
    return std::nullopt;
}

std::size_t weight_count(const FastBudget& budget, const std::vector<FastNeed>& needs, const CellRows& rows) {
    const bool separable = !budget.has_delays();
    std::size_t count = 0;
    for (std::size_t i = 0; i < needs.size(); ++i) {
        std::size_t blocks = 0, last = budget.channels().size();
        for (const std::size_t c : needs[i].channels) {
            if (c / lanes != last) ++blocks;
            last = c / lanes;
        }
        count += lanes * blocks * own_size(separable, kinds_of(budget, needs[i]), rows.fits[i].rows().size());
        if (needs[i].degree == 0) count += lanes * blocks * shared_size(separable);
    }
    return count;
}

void add_terms(const FastBudget& budget, const AgeCell& cell, double half_height, const FastNeed& need,
               const RowFit& fit, const std::vector<double>& nodes, PlannedCell& planned,
               std::vector<double>& error2) {
    const ObserverModes& modes = budget.field().modes();
    const double k2 = modes.first_k2 * static_cast<double>(need.mode * need.mode);
    const double value = modes.value[need.mode - 1], slope = modes.slope[need.mode - 1];
    const std::size_t kinds = kinds_of(budget, need);
    const std::size_t size = own_size(planned.separable, kinds, fit.rows().size());
    double ages[orders];
    for (std::size_t j = 0; j < orders; ++j) {
        ages[j] = 0.5 * (cell.low + cell.high) + 0.5 * (cell.high - cell.low) * chebyshev_node(j);
    }
    int block = -1;
    for (std::size_t i = 0; i < need.channels.size(); ++i) {
        const std::size_t c = need.channels[i], lane = c % lanes;
        const FastChannel& channel = budget.channels()[c];
        if (static_cast<int>(c / lanes) != block) {
            block = static_cast<int>(c / lanes);
            const std::int64_t shared = shared_place(planned, static_cast<int>(need.mode), block);
            planned.terms.push_back({static_cast<int>(planned.classes.size()) - 1, block, value, shared,
                                     static_cast<std::int64_t>(planned.weights.size())});
            planned.weights.resize(planned.weights.size() + lanes * size, 0.0);
        }
        const FastTerm& term = planned.terms.back();
        const ModeOfChannel mode{channel, 1.0 / (4.0 * units::pi * channel.diffusion * half_height),
                                 channel.loss_rate + channel.diffusion * k2};
        Writer shared{planned.weights.data() + term.shared + lane};
        shared.put(-channel.diffusion * slope);
        Writer own{planned.weights.data() + term.weights + lane};
        const double error = planned.separable ? write_weights(mode, fit, nodes, own)
                                               : write_table(mode, fit, nodes, ages, kinds, own);
        if (planned.separable) write_age_factors(mode, ages, shared);
        const double share = FastBudget::share_of_class() * error / need.tolerances[i];
        error2[c] += share * share;
    }
}

}  // namespace greenhalo
