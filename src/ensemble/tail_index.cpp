#include "greenhalo/ensemble/tail_index.h"

#include <mpi.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "ensemble/gauss_rule.h"
#include "ensemble/mass_around.h"
#include "greenhalo/base/units.h"
#include "greenhalo/ensemble/tails.h"
#include "greenhalo/physics/green_function.h"

namespace greenhalo {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t age_nodes = 32, height_nodes_per_piece = 16;
/// Steps in which a row of sources of one age and height is searched for where the threshold is crossed.
constexpr int scan_steps = 24;
/// Half the width in ln X over which the slope is taken: the small kinks of the quadrature average out.
constexpr double slope_step = 0.25;

/// One (group, entry of the release).
struct Channel {
    double diffusion, loss_rate, delay, yield;
};

/// What one channel gives from right above or below the observer; along the disc it falls as exp(-rho^2/q).
struct Term {
    double q = 0.0;
    double density = 0.0;
    double along = 0.0;  ///< current along the disc per rho
    double vertical = 0.0;
    double farthest2 = std::numeric_limits<double>::infinity();  ///< rho^2 up to which it counts
};

/// All channels of one age and height.
class Row {
  public:
    explicit Row(Contribution what) : what_(what) {}
    void clear() { terms_.clear(); }
    void add(const Term& term) { terms_.push_back(term); }

    double at(double rho) const {
        double density = 0.0, along = 0.0, vertical = 0.0;
        for (const Term& t : terms_) {
            if (rho * rho > t.farthest2) continue;
            const double bell = std::exp(-rho * rho / t.q);
            density += t.density * bell;
            along += t.along * bell;
            vertical += t.vertical * bell;
        }
        return what_ == Contribution::density ? density : std::hypot(along * rho, vertical);
    }

    /// rho beyond which the threshold is not reached; 0 if nowhere.
    double outermost(double threshold) const {
        double q = 0.0, most = 0.0;
        for (const Term& t : terms_) q = std::max(q, t.q);
        // rho exp(-rho^2/q) <= sqrt(q/e) exp(-rho^2/2q)
        for (const Term& t : terms_) {
            most += what_ == Contribution::density
                        ? t.density
                        : std::abs(t.vertical) + t.along * std::sqrt(t.q / std::exp(1.0));
        }
        if (!(most > threshold)) return 0.0;
        double farthest2 = 0.0;
        for (const Term& t : terms_) farthest2 = std::max(farthest2, t.farthest2);
        const double rho2 = (what_ == Contribution::density ? 1.0 : 2.0) * q * std::log(most / threshold);
        return std::sqrt(std::min(rho2, farthest2));
    }

    /// Where in [low, high], at the ends of which it lies on different sides, the threshold is crossed.
    double crossing(double low, double high, double threshold) const {
        const bool above_at_low = at(low) > threshold;
        for (int i = 0; i < 26; ++i) {
            const double middle = 0.5 * (low + high);
            ((at(middle) > threshold) == above_at_low ? low : high) = middle;
        }
        return 0.5 * (low + high);
    }

  private:
    Contribution what_;
    std::vector<Term> terms_;
};

}  // namespace

class SourceTail::Engine {
  public:
    Engine(const Transport& transport, const SourceLaw& law, const Selection& selection, double time_span)
        : transport_(transport),
          law_(law),
          selection_(selection),
          time_span_(time_span),
          mass_(law, std::hypot(transport.observer.x, transport.observer.y)) {
        for (std::size_t e = 0; e < transport.energies.size(); ++e) {
            std::vector<Channel> channels;
            for (std::size_t s = 0; s < transport.nuclei.size(); ++s) {
                for (const ReleaseEntry& entry : transport.release[s][e]) {
                    if (!(entry.yield > 0.0)) continue;
                    channels.push_back({transport.diffusion_of(s, e), transport.loss_rate_of(s, e),
                                        entry.delay, entry.yield});
                }
            }
            std::sort(channels.begin(), channels.end(),
                      [](const Channel& a, const Channel& b) { return a.delay < b.delay; });
            channels_.push_back(std::move(channels));
        }
    }

    double count(std::size_t energy, Contribution what, double threshold) const {
        const auto& channels = channels_[energy];
        double sum = 0.0;
        // between two releases everything is smooth
        for (std::size_t released = 1; released <= channels.size(); ++released) {
            const double start = channels[released - 1].delay + selection_.minimum_age;
            double end = time_span_;
            if (released < channels.size()) {
                end = std::min(end, channels[released].delay + selection_.minimum_age);
            }
            if (!(end > start)) continue;
            const auto most = [&](double age) { return largest(channels, released, what, age); };
            if (!(most(end) > threshold)) {
                double low = start, high = end;
                for (int i = 0; i < 60; ++i) {
                    const double middle = i < 20 && low > 0.0 ? std::sqrt(low * high) : 0.5 * (low + high);
                    (most(middle) > threshold ? low : high) = middle;
                }
                end = high;
            }
            for_each_node(gauss_rule(age_nodes), 0.0, 1.0, [&](double s, double w) {
                const double age = start + (end - start) * s * s;
                sum += w * 2.0 * s * (end - start) * over_heights(channels, released, what, threshold, age);
            });
        }
        return law_.rate * sum;
    }

    double index(std::size_t energy, Contribution what, double probability) const {
        if (channels_[energy].empty() || !(law_.rate > 0.0)) return nan;
        // from far out in the tail inwards, then along the local power law
        double threshold = start_threshold(energy, what, probability), found = count(energy, what, threshold);
        for (int i = 0; i < 60 && !(found > 0.0); ++i) {
            threshold *= 0.1;
            found = count(energy, what, threshold);
        }
        double slope = what == Contribution::density ? 1.5 : 1.1;
        for (int i = 0; i < 40 && std::abs(std::log(found / probability)) > 0.1; ++i) {
            const double further =
                threshold * std::exp(std::clamp(std::log(found / probability) / slope, -7.0, 7.0));
            const double there = count(energy, what, further);
            if (!(there > 0.0)) {
                slope *= 2.0;  // the tail ends before: smaller steps
                continue;
            }
            const double local = -std::log(there / found) / std::log(further / threshold);
            if (std::isfinite(local) && local > 0.1) slope = std::clamp(local, 0.3, 30.0);
            threshold = further;
            found = there;
        }
        if (!(std::abs(std::log(found / probability)) <= 0.1)) return nan;
        const double less = count(energy, what, threshold * std::exp(-slope_step));
        const double more = count(energy, what, threshold * std::exp(slope_step));
        return more > 0.0 ? std::log(less / more) / (2.0 * slope_step) : nan;
    }

  private:
    /// An upper bound, at most a little too low near the boundaries, of what a source of an age since the
    /// explosion can give; it falls with the age.
    double largest(const std::vector<Channel>& channels, std::size_t released, Contribution what,
                   double age) const {
        const double gap = transport_.half_height - std::abs(transport_.observer.z);
        double sum = 0.0;
        for (std::size_t c = 0; c < released; ++c) {
            const double tau = age - channels[c].delay, q = 4.0 * channels[c].diffusion * tau;
            if (!(tau > 0.0)) return std::numeric_limits<double>::infinity();
            const double density = channels[c].yield * std::exp(-channels[c].loss_rate * tau) /
                                   (units::pi * q * std::sqrt(units::pi * q));
            const double farthest = std::min(std::sqrt(q / (2.0 * std::exp(1.0))), light_travels(tau));
            sum += what == Contribution::density
                       ? density
                       : density * farthest / (2.0 * tau) * (1.0 + 2.0 * std::exp(-gap * gap / q));
        }
        return sum;
    }

    /// How far a source of this effective age may be at most, kpc.
    double light_travels(double tau) const {
        return selection_.causal ? units::c * tau : std::numeric_limits<double>::infinity();
    }

    /// What the first source within reach would give: the local law of a thin disc.
    double start_threshold(std::size_t energy, Contribution what, double probability) const {
        const auto& channels = channels_[energy];
        const double f = std::max(mass_(1.0) / units::pi, 1e-6);
        double sum = 0.0;
        for (const Channel& c : channels) {
            const double age = std::sqrt(probability / (4.0 * units::pi * law_.rate * f * c.diffusion));
            sum += largest({{c.diffusion, c.loss_rate, 0.0, c.yield}}, 1, what, age);
        }
        return sum;
    }

    /// The share of sources of one age that give more than the threshold.
    double over_heights(const std::vector<Channel>& channels, std::size_t released, Contribution what,
                        double threshold, double age) const {
        const double h = transport_.half_height, z = transport_.observer.z, zg = law_.scale_height;
        double q = 0.0, most = 0.0;
        for (std::size_t c = 0; c < released; ++c) {
            q = std::max(q, 4.0 * channels[c].diffusion * (age - channels[c].delay));
        }
        most = largest(channels, released, what, age);
        if (!(most > threshold)) return 0.0;
        // d exp(-d^2/q) <= sqrt(q/2e) sqrt(2) exp(-d^2/2q), and no farther than light travels
        const double bell = what == Contribution::density
                                ? std::sqrt(q * std::log(most / threshold))
                                : std::sqrt(2.0 * q * std::log(std::sqrt(2.0) * most / threshold));
        const double reach = std::min(bell, light_travels(age - channels[0].delay));
        Row row(what);
        if (zg == 0.0) {
            return std::abs(z) > reach ? 0.0 : in_row(row, channels, released, threshold, age, 0.0);
        }
        const double from = std::max(-h, z - reach), to = std::min(h, z + reach);
        std::vector<double> edges = {from};
        for (const double edge : {std::min(z, 0.0), std::max(z, 0.0), to}) {
            if (edge > edges.back() && edge <= to) edges.push_back(edge);
        }
        double sum = 0.0;
        for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
            if (z == 0.0 && edges[i] < 0.0) continue;  // both sides are alike
            const double low = std::min(std::abs(edges[i]), std::abs(edges[i + 1]));
            const double high = std::max(std::abs(edges[i]), std::abs(edges[i + 1]));
            const double side = edges[i] + edges[i + 1] < 0.0 ? -1.0 : 1.0;
            // equal steps in the share of the sources below |z|
            const double begin = -std::expm1(-low / zg), end = -std::expm1(-high / zg);
            for_each_node(gauss_rule(height_nodes_per_piece), begin, end, [&](double share, double w) {
                const double zs = -side * zg * std::log1p(-share);
                sum += 0.5 * w * in_row(row, channels, released, threshold, age, zs);
            });
        }
        return z == 0.0 ? 2.0 * sum : sum;
    }

    /// The same for one age and height.
    double in_row(Row& row, const std::vector<Channel>& channels, std::size_t released, double threshold,
                  double age, double zs) const {
        const double h = transport_.half_height, z = transport_.observer.z, dz2 = (z - zs) * (z - zs);
        if (std::abs(zs) >= h) return 0.0;
        row.clear();
        for (std::size_t c = 0; c < released; ++c) {
            const Channel& channel = channels[c];
            Term term;
            const double tau = age - channel.delay;
            if (!(tau > 0.0) || tau < selection_.minimum_age) continue;
            if (selection_.causal) {
                term.farthest2 = units::c * units::c * tau * tau - dz2;
                if (term.farthest2 < 0.0) continue;
            }
            const auto g =
                green_function<double>({0.0, 0.0, z, zs, tau, h, channel.diffusion, channel.loss_rate});
            term.q = 4.0 * channel.diffusion * tau;
            term.density = channel.yield * g.value;
            term.along = term.density / (2.0 * tau);
            term.vertical = -channel.yield * channel.diffusion * g.gradient[2];
            row.add(term);
        }
        double nearest2 = std::max(0.0, selection_.minimum_distance * selection_.minimum_distance - dz2);
        if (age < selection_.exclude_age) {
            nearest2 = std::max(nearest2, selection_.exclude_distance * selection_.exclude_distance - dz2);
        }
        const double nearest = std::sqrt(nearest2), outermost = row.outermost(threshold);
        if (!(outermost > nearest)) return 0.0;
        double mass = 0.0, entered = nearest, before = nearest;
        bool inside = row.at(nearest) > threshold;
        for (int i = 1; i <= scan_steps; ++i) {
            const double rho = nearest + (outermost - nearest) * i / scan_steps;
            // just inside: where light ends the row, what it gives ends there too and not before
            const bool now = row.at(rho * (1.0 - 1e-12)) > threshold;
            if (now != inside) {
                const double edge = row.crossing(before, rho, threshold);
                if (now) {
                    entered = edge;
                } else {
                    mass += mass_(edge) - mass_(entered);
                }
                inside = now;
            }
            before = rho;
        }
        return inside ? mass + mass_(outermost) - mass_(entered) : mass;
    }

    Transport transport_;
    SourceLaw law_;
    Selection selection_;
    double time_span_;
    MassAround mass_;
    std::vector<std::vector<Channel>> channels_;  ///< by energy, by delay
};

SourceTail::SourceTail(const Transport& transport, const SourceLaw& law, const Selection& selection,
                       double time_span)
    : engine_(std::make_unique<Engine>(transport, law, selection, time_span)) {}
SourceTail::~SourceTail() = default;
SourceTail::SourceTail(SourceTail&&) noexcept = default;

double SourceTail::count(std::size_t energy, Contribution what, double threshold) const {
    return engine_->count(energy, what, threshold);
}

double SourceTail::index(std::size_t energy, Contribution what, double probability) const {
    return engine_->index(energy, what, probability);
}

std::map<std::string, std::vector<double>> expected_tail_indices(const Ranks& ranks,
                                                                 const Transport& transport,
                                                                 const SourceLaw& law,
                                                                 const Selection& selection, double time_span,
                                                                 std::int64_t realizations) {
    const std::size_t energies = transport.energies.size(), width = tail_count * energies;
    std::vector<double> indices(2 * width, 0.0);
    const bool axisymmetric = law.model == SourceModel::cylindrical || law.model == SourceModel::uniform_disc;
    std::optional<SourceTail> tail;
    for (std::size_t e = 0; e < energies; ++e) {
        if (e % static_cast<std::size_t>(ranks.count()) != static_cast<std::size_t>(ranks.rank())) continue;
        for (std::size_t f = 0; f < tail_count; ++f) {
            double& density = indices[f * energies + e];
            double& current = indices[width + f * energies + e];
            density = current = nan;
            if (!axisymmetric || tail_size(static_cast<std::size_t>(realizations), tail_fractions[f]) == 0)
                continue;
            if (!tail) tail.emplace(transport, law, selection, time_span);
            density = tail->index(e, Contribution::density, tail_fractions[f]);
            current = tail->index(e, Contribution::current, tail_fractions[f]);
        }
    }
    // every number was computed by one rank, the others hold 0: the sum is exact
    indices = ranks.sum(std::move(indices));
    const auto middle = indices.begin() + static_cast<std::ptrdiff_t>(width);
    return {{"tail_index_density_expected", {indices.begin(), middle}},
            {"tail_index_current_expected", {middle, indices.end()}}};
}

}  // namespace greenhalo
