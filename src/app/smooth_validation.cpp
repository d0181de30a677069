#include "app/smooth_validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/parameter_checks.h"
#include "greenhalo/validation/sides.h"

namespace greenhalo {

namespace {

/// Shares that the sides of the two grids may change.
constexpr double cylindrical_share = 2e-3, box_share = 1e-2;

/// Where the grids end: as grid.box says, or far enough.
void place_sides(const Parameters& p, SmoothChoice& choice) {
    SmoothProblem& problem = choice.problem;
    const double h = problem.medium.half_height();
    const double least_side = problem.radius + least_distance_of_sides(h, cylindrical_share),
                 least_box_side = problem.radius + least_distance_of_sides(h, box_share);
    problem.side = std::max(40.0, least_side);
    choice.box_side = std::max(20.0 + 2.0 * h, least_box_side);
    if (!p.has_value("grid.box")) return;
    problem.side = choice.box_side = p.number("grid.box");
    if (!(problem.radius < problem.side)) {
        throw InputError(fmt::format("{} lies off the grid, which ends {:g} kpc from the Galactic centre: make grid.box larger",
                                     describe_parameter(p, "observer.position"), problem.side));
    }
    if (problem.side < least_side) {
        throw InputError(fmt::format("{} puts absorbing sides {:.3g} kpc from the observer, where they change what he sees: {:.3g} kpc "
                                     "or more would do, or leave it out",
                                     describe_parameter(p, "grid.box"), problem.side - problem.radius, std::ceil(10.0 * least_side) / 10.0));
    }
}

/// The nodes at the midplane are H/(2 cells) apart; a disc of the sources needs two within its scale height.
void check_cells(const Parameters& p, const SmoothChoice& choice, int least_cells) {
    constexpr int multiple = 8;
    const double scale_height = choice.problem.law.scale_height;
    const double of_disc = scale_height > 0.0 ? choice.problem.medium.half_height() / scale_height : 0.0;
    const int least = std::max(least_cells, multiple * static_cast<int>(std::ceil(of_disc / multiple - 1e-9)));
    if (choice.cells >= least) return;
    throw InputError(fmt::format("{} is too coarse for the source law, whose scale height is {:g} kpc in a halo of {:g} kpc: {} cells "
                                 "would do",
                                 describe_parameter(p, "grid.cells"), scale_height, choice.problem.medium.half_height(), least));
}

}  // namespace

SmoothChoice read_smooth_choice(const Parameters& p, const Model& model, int least_cells) {
    if (model.law.model != SourceModel::cylindrical && model.law.model != SourceModel::uniform_disc) {
        throw InputError(fmt::format("{} has no axisymmetric mean: choose cylindrical or uniform-disc",
                                     describe_parameter(p, "sources.model")));
    }
    const Position& o = model.transport.observer;
    if (o.y != 0.0 || o.x < 0.0) {
        throw InputError(fmt::format("{} must lie at y = 0 and x >= 0: the sources are the same at every azimuth",
                                     describe_parameter(p, "observer.position")));
    }
    SmoothChoice choice;
    choice.cells = read_cells(p, 192);
    SmoothProblem& problem = choice.problem;
    problem.law = model.law;
    problem.medium = Medium::uniform(model.transport.half_height, 1.0, 1.0);
    problem.radius = o.x;
    problem.height = o.z;
    problem.solver = read_solver(p);
    place_sides(p, choice);
    check_cells(p, choice, least_cells);
    return choice;
}

SmoothSpectrum solve_spectrum(const Transport& t, const SourceLaw& law, const std::function<SmoothField(const Rates&)>& solver,
                              const std::function<void()>& step_done) {
    const std::size_t species = t.nuclei.size(), energies = t.energies.size();
    SmoothSpectrum result;
    result.density.resize(species * energies);
    result.current.resize(3 * species * energies);
    for (std::size_t s = 0; s < species; ++s) {
        for (std::size_t e = 0; e < energies; ++e) {
            const SmoothField solved = solver({t.diffusion_of(s, e), t.loss_rate_of(s, e)});
            const double rate = law.rate * total_yield(t.release[s][e]);
            const std::size_t c = s * energies + e;
            result.density[c] = rate * solved.field.density;
            result.current[3 * c] = rate * solved.field.radial_current;
            result.current[3 * c + 2] = rate * solved.field.vertical_current;
            result.imbalance = std::max(result.imbalance, solved.imbalance);
            step_done();
        }
    }
    for (std::size_t e = 0; e < energies; ++e) {
        double n = 0.0, j_r = 0.0, j_z = 0.0;
        for (std::size_t s = 0; s < species; ++s) {
            const std::size_t c = s * energies + e;
            n += result.density[c];
            j_r += result.current[3 * c];
            j_z += result.current[3 * c + 2];
        }
        result.large_scale.push_back(3.0 * std::hypot(j_r, j_z) / (units::c * n));
    }
    return result;
}

SmoothSpectrum solve_spectrum(const Transport& t, const SourceLaw& law, SteadyGrid grid, const std::function<void()>& step_done) {
    SmoothSpectrum result = solve_spectrum(t, law, [&](const Rates& rates) { return grid.solve(rates); }, step_done);
    result.cost = grid.cost();
    return result;
}

}  // namespace greenhalo
