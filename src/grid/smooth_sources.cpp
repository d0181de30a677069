#include "greenhalo/grid/smooth_sources.h"

#include <algorithm>
#include <cmath>

#include "greenhalo/base/units.h"
#include "grid/gauss_points.h"

namespace greenhalo {

namespace {

/// Particles released per rate in a range of heights.
double amount_between(const SourceLaw& law, double low, double high) {
    if (law.scale_height == 0.0) return low == 0.0 ? 0.5 : 0.0;
    const auto below = [&](double z) { return -0.5 * std::expm1(-std::abs(z) / law.scale_height); };
    return below(high) - below(low);
}

/// Integral of a function over a range that is split where the law may end.
template <class Function>
double integral(const SourceLaw& law, double low, double high, Function function) {
    const double split = law.model == SourceModel::uniform_disc ? std::clamp(law.disc_radius, low, high) : low;
    double sum = 0.0;
    for (const auto& [from, to] : {std::pair(low, split), std::pair(split, high)}) {
        for (std::size_t i = 0; i < gauss_points; ++i) {
            const double half = 0.5 * (to - from);
            sum += half * gauss_weight[i] * function(0.5 * (from + to) + half * gauss_node[i]);
        }
    }
    return sum;
}

constexpr double finest_share_across = 0.5, finest_share_up = 0.25;

/// Heights from the midplane, across which everything is symmetric.
Axis height_axis(const SmoothProblem& p, int cells) {
    const double half_height = p.medium.half_height();
    const double finest = finest_share_up * half_height / cells;
    return Axis::stretched(0.0, half_height, cells, 0.0, finest, End::reflecting, End::absorbing);
}

SmoothField solve(const DiffusionGrid& grid, const SmoothProblem& p, const std::function<double(int, int, int)>& amount,
                  const Position& observer) {
    SmoothField result;
    const Field source = grid.filled(amount);
    const Field density = steady_state(grid, source, p.solver, &result.cost);
    const Observation seen = grid.observe(grid.probe(observer), density);
    const double d = p.medium.mean_diffusion(p.height - 1e-9, p.height + 1e-9);
    const bool flat = grid.domain().is_cylindrical();
    const double up = seen.gradient[flat ? 1 : 2] * (p.height < 0.0 ? -1.0 : 1.0);
    result.field = {seen.density, -d * seen.gradient[0], -d * up};
    const double released = grid.content(source);
    result.imbalance = std::abs(released - grid.losses(density).sum()) / released;
    return result;
}

}  // namespace

Domain cylindrical_domain(const SmoothProblem& p, int cells) {
    const double finest = finest_share_across * p.side / cells;
    return {{Axis::stretched(0.0, p.side, cells, p.radius, finest, End::reflecting, End::absorbing),
             height_axis(p, cells / 2)}};
}

Domain box_domain(const SmoothProblem& p, int cells) {
    const double finest = finest_share_across * p.side / cells;
    const auto across = [&](double centre) {
        return Axis::stretched(-p.side, p.side, cells, centre, finest, End::absorbing, End::absorbing);
    };
    return {{across(p.radius), across(0.0), height_axis(p, cells / 2)}};
}

SmoothField steady_on_cylindrical_grid(const Ranks& ranks, const SmoothProblem& p, int cells) {
    const DiffusionGrid grid(ranks, cylindrical_domain(p, cells), p.medium);
    const Axis &r = grid.domain().axes[0], &z = grid.domain().axes[1];
    const auto amount = [&](int i, int k, int) {
        const double ring = integral(p.law, r.face(i), r.face(i + 1),
                                     [&](double at) { return 2.0 * units::pi * at * p.law.surface_density(at); });
        return ring * amount_between(p.law, z.face(k), z.face(k + 1));
    };
    return solve(grid, p, amount, {p.radius, 0.0, std::abs(p.height)});
}

SmoothField steady_on_box_grid(const Ranks& ranks, const SmoothProblem& p, int cells) {
    const DiffusionGrid grid(ranks, box_domain(p, cells), p.medium);
    const Axis &x = grid.domain().axes[0], &y = grid.domain().axes[1], &z = grid.domain().axes[2];
    const auto amount = [&](int i, int j, int k) {
        const double up = amount_between(p.law, z.face(k), z.face(k + 1));
        if (up == 0.0) return 0.0;
        double plane = 0.0;
        for (std::size_t a = 0; a < gauss_points; ++a) {
            for (std::size_t b = 0; b < gauss_points; ++b) {
                const double at_x = x.face(i) + 0.5 * x.width(i) * (1.0 + gauss_node[a]);
                const double at_y = y.face(j) + 0.5 * y.width(j) * (1.0 + gauss_node[b]);
                plane += gauss_weight[a] * gauss_weight[b] * p.law.surface_density(std::hypot(at_x, at_y));
            }
        }
        return 0.25 * x.width(i) * y.width(j) * plane * up;
    };
    return solve(grid, p, amount, {p.radius, 0.0, std::abs(p.height)});
}

}  // namespace greenhalo
