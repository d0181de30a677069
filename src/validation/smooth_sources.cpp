#include "greenhalo/validation/smooth_sources.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "greenhalo/base/units.h"
#include "validation/gauss_points.h"

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
    const auto amount = [&](int i, int k, int) {
        const double ring = integral(p.law, r.face(i), r.face(i + 1),
                                     [&](double at) { return 2.0 * units::pi * at * p.law.surface_density(at); });
        return ring * amount_between(p.law, z.face(k), z.face(k + 1));
    };
    return SteadyGrid(std::make_unique<Storage>(ranks, p, domain, amount));
}

SteadyGrid SteadyGrid::box(const Ranks& ranks, const SmoothProblem& p, int cells) {
    const Domain domain = box_domain(p, cells);
    const Axis &x = domain.axes[0], &y = domain.axes[1], &z = domain.axes[2];
    // the same at every height
    std::vector<double> plane(static_cast<std::size_t>(x.nodes()) * static_cast<std::size_t>(y.nodes()), -1.0);
    const auto amount = [&](int i, int j, int k) {
        const double up = amount_between(p.law, z.face(k), z.face(k + 1));
        if (up == 0.0) return 0.0;
        double& sum = plane[static_cast<std::size_t>(i + x.nodes() * j)];
        if (sum < 0.0) {
            sum = 0.0;
            for (std::size_t a = 0; a < gauss_points; ++a) {
                for (std::size_t b = 0; b < gauss_points; ++b) {
                    const double at_x = x.face(i) + 0.5 * x.width(i) * (1.0 + gauss_node[a]);
                    const double at_y = y.face(j) + 0.5 * y.width(j) * (1.0 + gauss_node[b]);
                    sum += gauss_weight[a] * gauss_weight[b] * p.law.surface_density(std::hypot(at_x, at_y));
                }
            }
        }
        return 0.25 * x.width(i) * y.width(j) * sum * up;
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
