// What can be told beforehand of a grid for smooth sources: where it has to end, and what it does not resolve.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "greenhalo/base/units.h"
#include "greenhalo/validation/sides.h"
#include "greenhalo/validation/smooth_sources.h"

namespace greenhalo {

namespace {

/// Relative error of n or J by the spacing h at the observer, r from the Galactic centre, in a halo of half height H (kpc):
/// h^2 by the radial law, whose scale there is r or H, and in the current because it vanishes at the centre. Constants as
/// seen in halos of 0.5 to 10 kpc at 0.1 to 19 kpc from the centre.
double error_by_spacing(double h, double r, double half_height) {
    return h * h * (0.015 + 0.36 / (r * r + 0.8 * half_height * half_height) + 0.002 / (r * r));
}

/// In front of absorbing sides that he sees the field changes as the sinh of the distance to them: the error of its second
/// difference, (kappa h)^2/12.
double error_by_side(double h, double distance, double half_height) {
    const double decay = 0.5 * units::pi / half_height;
    constexpr double out_of_sight = 4.0;
    return decay * distance < out_of_sight ? std::pow(decay * h, 2) / 12.0 : 0.0;
}

/// The share of a field decaying as exp(-decay s) that second differences gain or lose from an edge of the sources to
/// the observer: h^2 decay^3/24 per length. Near the edge the field changes over the distance to it; seen was 0.09 of the
/// square of the spacing over that.
double error_by_edge(const Axis& across, double observer, double edge, double decay) {
    constexpr double near_edge = 0.1;
    const double low = std::min(observer, edge), high = std::max(observer, edge);
    double sum = 0.0;
    for (int i = 0; i < across.cells(); ++i) {
        const double h = across.node(i + 1) - across.node(i);
        const double part = std::max(0.0, std::min(high, across.node(i + 1)) - std::max(low, across.node(i)));
        sum += part * h * h;
    }
    return near_edge * std::pow(across.spacing(observer) / (high - low), 2) + std::pow(decay, 3) / 24.0 * sum;
}

/// Heights at which the density has a kink, in n or in its slope. Of exp(-|z|/z_g), in its third derivative, it counts where the
/// nodes are farther apart than an eighth of z_g.
std::vector<double> kinks(const SmoothProblem& p, double spacing_at_disc) {
    std::vector<double> heights;
    if (p.law.scale_height == 0.0 || 8.0 * spacing_at_disc > p.law.scale_height) heights.push_back(0.0);
    const std::vector<Layer>& layers = p.medium.layers();
    for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
        if (layers[i].diffusion == layers[i + 1].diffusion && layers[i].loss_rate == layers[i + 1].loss_rate) continue;
        heights.push_back(layers[i].up_to);
        heights.push_back(-layers[i].up_to);
    }
    return heights;
}

/// A zone of another D with fewer than two nodes in it: its lower end and thickness, kpc; zero without one.
std::pair<double, double> thin_zone(const SmoothProblem& p, const Axis& z) {
    double below = 0.0;
    const std::vector<Layer>& layers = p.medium.layers();
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const double thickness = layers[i].up_to - below;
        const bool is_other = (i > 0 && layers[i].diffusion != layers[i - 1].diffusion) ||
                              (i + 1 < layers.size() && layers[i].diffusion != layers[i + 1].diffusion);
        if (is_other && thickness < 2.0 * z.spacing(below + 0.5 * thickness)) return {below, thickness};
        below = layers[i].up_to;
    }
    return {};
}

}  // namespace

double least_side(const SmoothProblem& p, double share) {
    // losses only make the decay faster
    const double distance = least_distance_of_sides(slowest_decay(p.medium.scaled({1.0, 0.0})), share);
    const double of_observer = p.radius + distance;
    if (p.law.model != SourceModel::uniform_disc) return of_observer;
    // the current of an edge decays as well on its way to the observer: the way to the side and back counts beyond it
    return std::max(of_observer, p.law.disc_radius + 0.5 * distance);
}

Coarseness coarseness(const SmoothProblem& p, const Domain& domain, const Domain& coarser, const std::vector<Rates>& rates,
                      double tolerance) {
    const std::string move_observer = "choose another observer.position";
    const Axis& across = domain.axes[0];
    const double half_height = p.medium.half_height(), spacing = across.spacing(p.radius);
    const double error = error_by_spacing(spacing, p.radius, half_height) + error_by_side(spacing, across.high() - p.radius, half_height);
    if (error > tolerance) {
        return {fmt::format("its nodes are {:.3g} kpc apart at the observer, {:g} kpc from the Galactic centre, by which n or J may be off "
                            "by {:.2g} of itself; {:.2g} is allowed",
                            spacing, p.radius, error, tolerance),
                move_observer};
    }
    if (p.law.model == SourceModel::uniform_disc && p.law.disc_radius < across.high()) {
        if (p.law.disc_radius == p.radius) {
            return {fmt::format("the observer is at the edge of the disc, {:g} kpc from the Galactic centre", p.radius), move_observer};
        }
        double by_edge = 0.0;
        for (const Rates& each : rates) {
            by_edge = std::max(by_edge, error_by_edge(across, p.radius, p.law.disc_radius, slowest_decay(p.medium.scaled(each))));
        }
        if (by_edge > tolerance) {
            return {fmt::format("the current at the observer, {:g} kpc from the Galactic centre, comes from the edge of the disc at {:g} kpc, "
                                "and may be off by {:.2g} of itself on the way; {:.2g} is allowed",
                                p.radius, p.law.disc_radius, by_edge, tolerance),
                    "choose another sources.disc-radius"};
        }
    }
    if (const auto [from, thickness] = thin_zone(p, domain.z()); thickness > 0.0) {
        return {fmt::format("the zone from {:g} to {:g} kpc, in which D is another, has fewer than two nodes", from, from + thickness),
                "choose another grid.inner-height"};
    }
    for (const Domain* grid : {&domain, &coarser}) {
        const double z = std::abs(p.height);
        // of the law's own kink the coarser grid may see something: its error tells
        for (const double kink : kinks(p, grid == &domain ? grid->z().spacing(0.0) : 0.0)) {
            // in the midplane there is a node, and no current across it
            if (z == 0.0 || !grid->z().reaches_across(z, kink)) continue;
            return {fmt::format("the observer at z = {:g} kpc is seen by nodes on both sides of {:g} kpc, where {}", p.height,
                                std::abs(kink), kink == 0.0 ? "the sources are" : "D or the density of the gas jumps"),
                    move_observer};
        }
        const Axis& sides = grid->axes[0];
        if (sides.reaches_across(p.radius, sides.high())) {
            return {fmt::format("the observer at {:g} kpc is seen by nodes beyond the absorbing side at {:g} kpc", p.radius, sides.high()),
                    move_observer};
        }
    }
    return {};
}

}  // namespace greenhalo
