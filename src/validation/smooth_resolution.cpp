// What can be told beforehand of a grid for smooth sources: where it has to end, and what it does not resolve.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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

/// Heights at which the density has a kink, in n or in its slope.
std::vector<double> kinks(const SmoothProblem& p) {
    std::vector<double> heights;
    if (p.law.scale_height == 0.0) heights.push_back(0.0);
    const std::vector<Layer>& layers = p.medium.layers();
    for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
        if (layers[i].diffusion == layers[i + 1].diffusion && layers[i].loss_rate == layers[i + 1].loss_rate) continue;
        heights.push_back(layers[i].up_to);
        heights.push_back(-layers[i].up_to);
    }
    return heights;
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

std::string coarseness(const SmoothProblem& p, const Domain& domain, const Domain& coarser, const std::vector<Rates>& rates,
                       double tolerance) {
    const Axis& across = domain.axes[0];
    const double spacing = across.spacing(p.radius), error = error_by_spacing(spacing, p.radius, p.medium.half_height());
    if (error > tolerance) {
        return fmt::format("its nodes are {:.3g} kpc apart at the observer, {:g} kpc from the Galactic centre, by which n or J may be off "
                           "by {:.2g} of itself; {:.2g} is allowed",
                           spacing, p.radius, error, tolerance);
    }
    if (p.law.model == SourceModel::uniform_disc && p.law.disc_radius == p.radius) {
        return fmt::format("the observer is at the edge of the disc, {:g} kpc from the Galactic centre", p.radius);
    }
    const bool is_disc = p.law.model == SourceModel::uniform_disc && p.law.disc_radius < across.high();
    for (const Rates& each : rates) {
        if (!is_disc) break;
        const double by_edge = error_by_edge(across, p.radius, p.law.disc_radius, slowest_decay(p.medium.scaled(each)));
        if (by_edge <= tolerance) continue;
        return fmt::format("the current at the observer, {:g} kpc from the Galactic centre, comes from the edge of the disc at {:g} kpc, and "
                           "may be off by {:.2g} of itself on the way; {:.2g} is allowed",
                           p.radius, p.law.disc_radius, by_edge, tolerance);
    }
    for (const Domain* grid : {&domain, &coarser}) {
        const double z = std::abs(p.height);
        for (const double kink : kinks(p)) {
            // in the midplane there is a node, and no current across it
            if (z == 0.0 || !grid->z().reaches_across(z, kink)) continue;
            return fmt::format("the observer at z = {:g} kpc is seen by nodes on both sides of {:g} kpc, where {}", p.height,
                               std::abs(kink), kink == 0.0 ? "the sources are" : "D or the density of the gas jumps");
        }
        const Axis& sides = grid->axes[0];
        if (sides.reaches_across(p.radius, sides.high())) {
            return fmt::format("the observer at {:g} kpc is seen by nodes beyond the absorbing side at {:g} kpc", p.radius, sides.high());
        }
    }
    return {};
}

}  // namespace greenhalo
