#include "superposition/fast_budget.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "greenhalo/base/units.h"
#include "greenhalo/galaxy/age_slabs.h"
#include "superposition/fast_kernels.h"
#include "superposition/fast_polynomials.h"

namespace greenhalo {

namespace {

constexpr std::int64_t wide_cell = slabs_per_octave / 3, narrow_cell = slabs_per_octave / 6;
constexpr std::size_t field_points = 20;  ///< diffusion coefficients at which mean contributions are taken
/// Share of the tolerance that one class of one cell would use up if all its errors added up.
constexpr double class_share = 0.28;
/// Errors that change sign from source to source at random are kept below this many standard deviations.
constexpr double deviations = 4.0;
/// What far sources that are summed directly may give together, if all of them were just at the limit, and
/// what images may give that are left out, both in units of the tolerance.
constexpr double far_share = 0.03, image_share = 1e-3;
/// Weights times contributions must not lose more digits than this.
constexpr double least_tolerance = 1e-12;
/// A measure counts a cell fully when many more sources than this take part in it.
constexpr double steady_number = 10.0;
/// Of a sum to which so many sources contribute a realization has at least this part: three standard
/// deviations below the mean.
double certain_part(double taking_part) {
    return std::max(0.0, 1.0 - 3.0 / std::sqrt(taking_part));
}
/// exp(-s/(4D)) of a source that is left out is about this far below the tolerance.
constexpr double beyond_tolerance = 6.0;
/// The sample of positions cannot tell how many sources are seen when fewer are.
constexpr double least_part_seen = 1e-3;
/// The exponent by which modes that are left out of a measure have decayed, and one where nothing is left.
constexpr double last_mode_decay = 30.0, full_decay = 600.0;

/// Between two values, geometrically.
double between(double a, double b, double t) {
    return a > 0.0 && b > 0.0 ? std::exp((1.0 - t) * std::log(a) + t * std::log(b)) : std::min(a, b);
}

}  // namespace

std::vector<FastChannel> channels_of(const Transport& transport) {
    std::vector<FastChannel> channels;
    const std::size_t energies = transport.energies.size();
    for (std::size_t s = 0; s < transport.nuclei.size(); ++s) {
        for (std::size_t e = 0; e < energies; ++e) {
            FastChannel channel{
                s * energies + e, transport.diffusion_of(s, e), transport.loss_rate_of(s, e), {}};
            for (const ReleaseEntry& entry : transport.release[s][e]) {
                if (entry.yield > 0.0) channel.entries.push_back(entry);
            }
            if (!channel.entries.empty()) channels.push_back(std::move(channel));
        }
    }
    std::stable_sort(channels.begin(), channels.end(),
                     [](const FastChannel& a, const FastChannel& b) { return a.diffusion < b.diffusion; });
    return channels;
}

double FastBudget::share_of_class() {
    return class_share;
}

FastBudget::FastBudget(const Transport& transport, const Selection& selection, const SourceLaw& law,
                       double time_span, double tolerance, Width width)
    : half_height_(transport.half_height),
      tolerance_(tolerance),
      scale_height_(law.scale_height),
      height_(std::abs(transport.observer.z)),
      field_(transport, selection, law),
      channels_(channels_of(transport)) {
    for (const FastChannel& channel : channels_) {
        for (const ReleaseEntry& entry : channel.entries) {
            longest_delay_ = std::max(longest_delay_, entry.delay);
            if (entry.delay != 0.0) has_delays_ = true;
        }
    }
    for (auto* sums : {&density_, &flow_, &vertical_, &least_density_, &least_flow_, &least_vertical_}) {
        sums->assign(channels_.size(), 0.0);
    }
    const std::int64_t slabs_per_cell = width == Width::narrow ? narrow_cell : wide_cell;
    const std::int64_t slabs = slabs_covering(time_span);
    for (std::int64_t first = 1; first < slabs && !channels_.empty(); first += slabs_per_cell) {
        const double low = slab_edge(first), high = slab_edge(first + slabs_per_cell);
        cells_.push_back({cells_.size(), first, slabs_per_cell, low, high, law.rate,
                          law.rate * (std::min(high, time_span) - low), high > time_span, 0.0});
        measure(cells_.back(), selection);
    }
}

/// Adds what a cell contributes to the sums that a realization will hardly fall short of.
void FastBudget::measure(AgeCell& cell, const Selection& selection) {
    const double lowest = channels_.front().diffusion;
    const double highest = std::max(channels_.back().diffusion, 1.0001 * lowest);
    const double step = std::log(highest / lowest) / static_cast<double>(field_points - 1);
    const double age = std::sqrt(cell.low * cell.high);
    const bool counts = cell.low >= selection.minimum_age + longest_delay_;
    const double near_exponent = beyond_tolerance - std::log(tolerance_);
    std::vector<MeanContribution> mean(field_points);
    for (std::size_t i = 0; i < field_points; ++i) {
        const double d = lowest * std::exp(step * static_cast<double>(i));
        const double decay = d * field_.modes().first_k2 * age;
        // where the modes do not suffice the youngest sources are not relied upon
        if (counts && decay * fast_max_modes * fast_max_modes > last_mode_decay && decay < full_decay) {
            mean[i] = field_.mean(d, age, near_exponent);
        } else {
            mean[i] = field_.reach_of_kernel(d, age, near_exponent);
        }
    }
    std::vector<double>& part_seen = part_seen_.emplace_back();
    for (std::size_t c = 0; c < channels_.size(); ++c) {
        const FastChannel& channel = channels_[c];
        const double at = std::max(std::log(channel.diffusion / lowest) / step, 0.0);
        const std::size_t i = std::min(static_cast<std::size_t>(at), field_points - 2);
        const double t = at - static_cast<double>(i);
        const MeanContribution &a = mean[i], &b = mean[i + 1];
        part_seen.push_back(std::max(least_part_seen, between(a.kernel, b.kernel, t)));
        const double near = has_delays_ ? 1.0 : a.near + t * (b.near - a.near);
        cell.direct_terms += near * static_cast<double>(channel.entries.size());
        const double taking_part = cell.sources * between(a.participation, b.participation, t);
        const double vertical_part =
            cell.sources * between(a.vertical_participation, b.vertical_participation, t);
        const double whole =
            cell.sources * front(channel, age) * std::exp(-channel.diffusion * field_.modes().first_k2 * age);
        const double density = whole * between(a.density, b.density, t);
        const double flow = whole / (2.0 * age) * between(a.flow, b.flow, t);
        const double vertical = whole * channel.diffusion * between(a.vertical, b.vertical, t);
        const double part = taking_part / (taking_part + steady_number);
        density_[c] += part * density;
        flow_[c] += part * flow;
        vertical_[c] += part * vertical;
        least_density_[c] += certain_part(taking_part) * density;
        least_flow_[c] += certain_part(taking_part) * flow;
        least_vertical_[c] += certain_part(vertical_part) * vertical;
    }
}

double FastBudget::share_of_far() {
    return far_share;
}

LeastSums FastBudget::least_sums(std::size_t pairs, double expected) const {
    const std::vector<double> none(pairs, 0.0);
    const double sources = expected + 10.0 * std::sqrt(expected) + 50.0;  // hardly ever more
    LeastSums least{none, none, none, far_share * tolerance_ / sources, -std::log(image_share * tolerance_)};
    for (std::size_t c = 0; c < channels_.size(); ++c) {
        const std::size_t pair = channels_[c].pair;
        least.density[pair] = least_density_[c];
        least.flow[pair] = least_flow_[c];
        least.vertical[pair] = least_vertical_[c];
    }
    const double offset = std::max(scale_height_, height_);
    if (offset == 0.0) {
        // no source gives any vertical current
        least.vertical.assign(pairs, std::numeric_limits<double>::infinity());
    } else {
        // images are up to 4H away in z, the source itself about `offset`
        least.image_exponent += std::log(std::max(1.0, 4.0 * half_height_ / offset));
    }
    return least;
}

/// exp(-Gamma tau)/(4 pi D H tau): what multiplies a mean contribution.
double FastBudget::front(const FastChannel& channel, double age) const {
    return std::exp(-channel.loss_rate * age) / (4.0 * units::pi * channel.diffusion * half_height_ * age);
}

/// How large an error of exp(-b s), the same for all sources of a cell, makes an error of one share of the
/// tolerance; infinite where the mode does not matter at all.
double FastBudget::allowed(std::size_t c, std::size_t m, const AgeCell& cell) const {
    const FastChannel& channel = channels_[c];
    const ObserverModes& modes = field_.modes();
    const double k2 = modes.first_k2 * static_cast<double>(m * m);
    const double youngest = cell.low - longest_delay_;  // the smallest effective age
    const double unit = cell.sources * front(channel, youngest) *
                        std::exp(-channel.diffusion * k2 * youngest) * field_.mean_mode(m);
    const double value = unit * std::abs(modes.value[m - 1]);
    const double slope = unit * std::abs(modes.slope[m - 1]) * channel.diffusion;
    double least = std::numeric_limits<double>::infinity();
    const auto require = [&](double measure, double per_error) {
        if (per_error > 0.0) least = std::min(least, class_share * tolerance_ * measure / per_error);
    };
    require(density_[c], value);
    require(flow_[c], value * field_.mean_offset() / (2.0 * youngest));
    require(vertical_[c], slope);
    return least;
}

/// By how much an error that multiplies the Legendre polynomial of a degree adds up less than one that does
/// not: by its coefficient, and because the polynomials have mean zero over a group, so that errors make a
/// random walk.
double FastBudget::walk(std::size_t c, std::size_t m, std::size_t degree, const AgeCell& cell,
                        double half_width) const {
    if (degree == 0) return 1.0;
    const FastChannel& channel = channels_[c];
    const double k2 = field_.modes().first_k2 * static_cast<double>(m * m);
    const double per_age = (2.0 + 2.0 * longest_delay_ / cell.low) / cell.low;
    const double x = half_width * (channel.loss_rate + channel.diffusion * k2 + per_age);
    double coefficient = 1.0;
    for (std::size_t p = 1; p <= degree; ++p) coefficient *= x / static_cast<double>(2 * p - 1);
    double part = deviations / std::sqrt(static_cast<double>(2 * degree + 1) * cell.sources);
    // a group of which the span leaves out a part has no mean of zero
    if (cell.cut_by_span) part += cell.rate * 2.0 * half_width / cell.sources;
    return coefficient * std::min(1.0, part);
}

FastNeeds FastBudget::needs_of(const AgeCell& cell, double half_width) const {
    using Verdict = FastNeeds::Verdict;
    FastNeeds result;
    const auto fail = [&result](Verdict verdict, const char* why) {
        result.verdict = verdict;
        result.why = why;
        return result;
    };
    result.error2.assign(channels_.size(), 0.0);
    const std::vector<double>& part_seen = part_seen_[cell.index];
    // seen from the plane every other mode has no value or no slope: two idle ones are the end
    for (std::size_t m = 1, last = 0; m <= last + 2; ++m) {
        if (m > fast_max_modes) return fail(Verdict::impossible, "too many eigenmodes matter");
        for (std::size_t degree = 0;; ++degree) {
            FastNeed need{m, degree, {}, {}};
            for (std::size_t c = 0; c < channels_.size(); ++c) {
                const double tolerance = allowed(c, m, cell) / walk(c, m, degree, cell, half_width);
                if (tolerance < least_tolerance) {
                    return fail(Verdict::impossible, "contributions cancel or the tolerance is too small");
                }
                // left out altogether it only errs for the sources that are seen
                const double seen = degree == 0 ? part_seen[c] : std::sqrt(part_seen[c]);
                if (tolerance < seen) {
                    need.channels.push_back(c);
                    need.tolerances.push_back(tolerance);
                } else {
                    const double error = class_share * seen / tolerance;
                    result.error2[c] += error * error;
                }
            }
            if (need.channels.empty()) break;
            if (degree == fast_max_degrees) return fail(Verdict::groups_too_wide, "");
            result.needs.push_back(std::move(need));
            last = m;
        }
    }
    if (!add_interpolation_errors(cell, result))
        return fail(Verdict::cells_too_wide, "the tolerance is too small");
    return result;
}

/// False when the Chebyshev moments of the age do not suffice.
bool FastBudget::add_interpolation_errors(const AgeCell& cell, FastNeeds& result) const {
    for (const FastNeed& need : result.needs) {
        if (need.degree > 0) continue;
        for (std::size_t i = 0; i < need.channels.size(); ++i) {
            const std::size_t c = need.channels[i];
            const double error = interpolation_error(c, need.mode, cell) / need.tolerances[i];
            if (error > 1.0) return false;
            result.error2[c] += class_share * class_share * error * error;
        }
    }
    return true;
}

/// Error that the Chebyshev interpolation of an age factor makes in the mean over the sources of a cell,
/// relative to the factor's largest value. It oscillates: its mean over those that are seen counts in full,
/// the rest like a random walk; over a part of the cell there is no such mean.
double FastBudget::interpolation_error(std::size_t channel, std::size_t m, const AgeCell& cell) const {
    static const GaussNodes gauss = gauss_legendre(24);
    const FastChannel& c = channels_[channel];
    const double rate = c.loss_rate + c.diffusion * field_.modes().first_k2 * static_cast<double>(m * m);
    const auto factor = [&](double u) {
        const double age = 0.5 * (cell.low + cell.high) + 0.5 * (cell.high - cell.low) * u;
        return std::exp(-rate * (age - cell.low)) * (cell.low * cell.low) / (age * age);
    };
    double values[fast_chebyshev], coefficients[fast_chebyshev], polynomials[fast_chebyshev];
    for (std::size_t j = 0; j < fast_chebyshev; ++j) values[j] = factor(chebyshev_node(j));
    chebyshev_coefficients(values, coefficients);
    double mean = 0.0, square = 0.0;
    for (std::size_t i = 0; i < gauss.x.size(); ++i) {
        chebyshev_polynomials(gauss.x[i], polynomials);
        double off = -factor(gauss.x[i]);
        for (int k = 0; k < fast_chebyshev; ++k) off += coefficients[k] * polynomials[k];
        mean += 0.5 * gauss.weight[i] * off;
        square += 0.5 * gauss.weight[i] * off * off;
    }
    if (cell.cut_by_span) mean = std::sqrt(2.0 * square);
    const double seen = part_seen_[cell.index][channel];
    return std::abs(mean) * seen + deviations * std::sqrt(square * seen / cell.sources);
}

}  // namespace greenhalo
