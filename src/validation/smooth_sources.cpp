#include "greenhalo/validation/smooth_sources.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "greenhalo/base/units.h"
#include "validation/amounts_at_nodes.h"

namespace greenhalo {

namespace {

/// Particles released per rate in a range of heights.
double amount_between(const SourceLaw& law, double low, double high) {
    if (law.scale_height == 0.0) return low == 0.0 ? 0.5 : 0.0;
    const auto below = [&](double z) { return -0.5 * std::expm1(-std::abs(z) / law.scale_height); };
    return below(high) - below(low);
}

/// Where the law is not smooth along a line that passes the axis of the Galaxy at a distance: where it leaves the disc.
std::vector<double> edges(const SourceLaw& law, double distance) {
    if (law.model != SourceModel::uniform_disc || distance >= law.disc_radius) return {};
    const double half = std::sqrt((law.disc_radius - distance) * (law.disc_radius + distance));
    return {-half, half};
}

/// The same in a plane, [node along y, node along x].
std::vector<double> amounts_in_plane(const SourceLaw& law, const Axis& x, const Axis& y) {
    std::vector<double> amounts(static_cast<std::size_t>(x.nodes()) * static_cast<std::size_t>(y.nodes()), 0.0);
    const auto distance = [](double from, double to) {
        return std::pair(from * to < 0.0 ? 0.0 : std::min(std::abs(from), std::abs(to)), std::max(std::abs(from), std::abs(to)));
    };
    for (int j = 0; j < y.nodes(); ++j) {
        for (int i = 0; i < x.nodes(); ++i) {
            const auto [least_x, most_x] = distance(x.face(i), x.face(i + 1));
            const auto [least_y, most_y] = distance(y.face(j), y.face(j + 1));
            const bool is_cut = law.model == SourceModel::uniform_disc && std::hypot(least_x, least_y) < law.disc_radius &&
                                std::hypot(most_x, most_y) > law.disc_radius;
            for_each_point(x.face(i), x.face(i + 1), edges(law, 0.0), [&](double at_x, double weight_x) {
                for_each_point(y.face(j), y.face(j + 1), edges(law, std::abs(at_x)), [&](double at_y, double weight_y) {
                    const double amount = weight_x * weight_y * law.surface_density(std::hypot(at_x, at_y));
                    if (is_cut) {
                        add_point(x, at_x, y, at_y, amount, amounts);
                    } else {
                        amounts[static_cast<std::size_t>(i + x.nodes() * j)] += amount;
                    }
                });
            });
        }
    }
    return amounts;
}

constexpr double finest_share_across = 0.5, finest_share_up = 0.25;

/// Heights from the midplane, across which everything is symmetric.
Axis height_axis(const SmoothProblem& p, int cells) {
    const double half_height = p.medium.half_height();
    const double finest = finest_share_up * half_height / cells;
    return Axis::stretched(0.0, half_height, cells, 0.0, finest, End::reflecting, End::absorbing);
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

struct SteadyGrid::Storage {
    SmoothProblem problem;
    DiffusionGrid grid;
    Probe probe;
    Field source, density;
    double released;
    Rates rates;
    std::optional<LinearSolver> solver;
    SolverCost cost_of_steps;

    Storage(const Ranks& ranks, const SmoothProblem& p, const Domain& domain, const std::function<double(int, int, int)>& amount)
        : problem(p), grid(ranks, domain, p.medium), probe(grid.probe({p.radius, 0.0, std::abs(p.height)})),
          source(grid.filled(amount)), density(grid.zero()), released(grid.content(source)) {}

    MeanField seen(const Field& field) const {
        const Observation o = grid.observe(probe, field);
        const double d = rates.diffusion * problem.medium.mean_diffusion(problem.height - 1e-9, problem.height + 1e-9);
        // in the midplane nothing flows up or down, whatever the weights make of the kink that a thin disc leaves there
        const double sign = problem.height < 0.0 ? -1.0 : problem.height > 0.0 ? 1.0 : 0.0;
        return {o.density, -d * o.gradient[0], -d * sign * o.gradient[grid.domain().axes.size() - 1]};
    }
};

SteadyGrid::SteadyGrid(std::unique_ptr<Storage> storage) : storage_(std::move(storage)) {}
SteadyGrid::~SteadyGrid() = default;
SteadyGrid::SteadyGrid(SteadyGrid&&) noexcept = default;

SteadyGrid SteadyGrid::cylindrical(const Ranks& ranks, const SmoothProblem& p, int cells) {
    const Domain domain = cylindrical_domain(p, cells);
    const Axis &r = domain.axes[0], &z = domain.axes[1];
    const std::vector<double> ring = amounts_at_nodes(
        r, edges(p.law, 0.0), [&](double at) { return 2.0 * units::pi * at * p.law.surface_density(at); });
    const auto amount = [&](int i, int k, int) {
        return ring[static_cast<std::size_t>(i)] * amount_between(p.law, z.face(k), z.face(k + 1));
    };
    return SteadyGrid(std::make_unique<Storage>(ranks, p, domain, amount));
}

SteadyGrid SteadyGrid::box(const Ranks& ranks, const SmoothProblem& p, int cells) {
    const Domain domain = box_domain(p, cells);
    const Axis &x = domain.axes[0], &y = domain.axes[1], &z = domain.axes[2];
    // the same at every height
    const std::vector<double> plane = amounts_in_plane(p.law, x, y);
    const auto amount = [&](int i, int j, int k) {
        return plane[static_cast<std::size_t>(i + x.nodes() * j)] * amount_between(p.law, z.face(k), z.face(k + 1));
    };
    return SteadyGrid(std::make_unique<Storage>(ranks, p, domain, amount));
}

SmoothField SteadyGrid::solve(const Rates& rates) {
    Storage& s = *storage_;
    const LinearSolver::Coefficients coefficients{0.0, rates.diffusion, rates.loss};
    if (s.solver) {
        s.solver->set(coefficients);
    } else {
        s.solver.emplace(s.grid, coefficients, s.problem.solver);
    }
    s.rates = rates;
    // from nothing, so that it does not matter what was solved before
    s.density = s.grid.zero();
    s.solver->solve(s.source, s.density);
    return {s.seen(s.density), std::abs(s.released - s.grid.losses(s.density, rates).sum()) / s.released};
}

MeanField SteadyGrid::of_age(double minimum_age) {
    Storage& s = *storage_;
    constexpr double allowed = 5e-4;  // of a field that decays as exp(-k t)
    constexpr int least_steps = 8;
    const Layer& layer = s.problem.medium.layers().front();
    const double k = s.rates.diffusion * layer.diffusion * std::pow(0.5 * units::pi / s.problem.medium.half_height(), 2) +
                     s.rates.loss * layer.loss_rate;
    const double decay = k * minimum_age;
    const int steps = std::max(least_steps, static_cast<int>(std::ceil(decay * std::sqrt(TimeStepper::error_constant * decay / allowed))));
    TimeStepper stepper(s.grid, minimum_age / steps, s.problem.solver, s.rates);
    Field later = s.grid.zero();
    s.grid.copy(s.density, later);
    for (int i = 0; i < steps; ++i) stepper.advance(later);
    s.cost_of_steps += stepper.cost();
    return s.seen(later);
}

SolverCost SteadyGrid::cost() const { return storage_->solver ? storage_->solver->cost() : SolverCost{}; }
SolverCost SteadyGrid::cost_of_steps() const { return storage_->cost_of_steps; }

}  // namespace greenhalo
