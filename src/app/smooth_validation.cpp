#include "app/smooth_validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/parameter_checks.h"
#include "greenhalo/app/parameter_table.h"

namespace greenhalo {

namespace {

/// Of grid.cells for auto.
constexpr int smooth_cells = 192;

/// The nodes at the midplane are H/(2 cells) apart; a disc of the sources needs two within its scale height.
Coarseness coarseness_of_disc(const SmoothProblem& problem, int cells) {
    const double scale_height = problem.law.scale_height, half_height = problem.medium.half_height();
    if (scale_height == 0.0 || cells >= half_height / scale_height * (1.0 - 1e-9)) return {};
    return {fmt::format("its nodes at the disc are {:.3g} kpc apart, and the sources have a scale height of {:g} kpc",
                        0.5 * half_height / cells, scale_height),
            "choose a larger sources.scale-height"};
}

}  // namespace

double place_side(const Parameters& p, const SmoothProblem& problem, double automatic, double share) {
    const double least = least_side(problem, share);
    if (!p.has_value("grid.box")) return std::max(automatic, least);
    const double side = p.number("grid.box");
    if (!(problem.radius < side)) {
        throw InputError(fmt::format("{} lies off the grid, which ends {:g} kpc from the Galactic centre: make grid.box larger",
                                     describe_parameter(p, "observer.position"), side));
    }
    if (side < least) {
        throw InputError(fmt::format("{} puts absorbing sides {:.3g} kpc from the observer, where they change what he sees: {:.3g} kpc "
                                     "or more would do, or leave it out",
                                     describe_parameter(p, "grid.box"), side - problem.radius, std::ceil(10.0 * least) / 10.0));
    }
    return side;
}

double place_side(const Parameters& p, const SmoothProblem& problem) {
    constexpr double automatic = 40.0, share = 2e-3;
    return place_side(p, problem, automatic, share);
}

void check_grids(const Parameters& p, const Transport& t, const std::vector<SmoothGrid>& grids, int cells, int least_cells,
                 int ranks) {
    std::vector<Rates> rates;
    for (std::size_t s = 0; s < t.nuclei.size(); ++s) {
        for (std::size_t e = 0; e < t.energies.size(); ++e) rates.push_back({t.diffusion_of(s, e), t.loss_rate_of(s, e)});
    }
    const auto coarseness_with = [&](int count) -> Coarseness {
        if (count < least_cells) return {"steady states are compared to a few parts in a thousand", ""};
        for (const SmoothGrid& grid : grids) {
            Coarseness found = coarseness_of_disc(grid.problem, count);
            if (found.why.empty()) {
                found = coarseness(grid.problem, grid.domain(grid.problem, count), grid.domain(grid.problem, count / 2), rates,
                                   p.number("grid.tolerance") * grid.tolerance);
            }
            if (!found.why.empty()) return found;
        }
        return {};
    };
    const Coarseness found = coarseness_with(cells);
    if (!found.why.empty()) {
        constexpr int multiple = 8;
        const auto most = static_cast<int>(find_parameter("grid.cells")->range.max);
        int right = cells + multiple;
        while (right <= most && !coarseness_with(right).why.empty()) right += multiple;
        const std::string given =
            p.has_value("grid.cells") ? describe_parameter(p, "grid.cells") : fmt::format("a grid of {} cells (grid.cells = auto)", cells);
        throw InputError(fmt::format("{} is too coarse: {}; {}", given, found.why,
                                     right <= most ? fmt::format("{} cells would do", right)
                                                   : fmt::format("no number of cells up to {} would do: {}", most, found.instead)));
    }
    for (const SmoothGrid& grid : grids) (void)partition(grid.domain(grid.problem, cells / 2), ranks);
}

SmoothChoice read_smooth_choice(const Parameters& p, const Model& model) {
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
    if (o.x == 0.0) {
        throw InputError(fmt::format("{} lies above the Galactic centre, where <J_r> vanishes: make x larger",
                                     describe_parameter(p, "observer.position")));
    }
    constexpr int automatic = 192;
    choice.cells = read_cells(p, automatic);
    SmoothProblem& problem = choice.problem;
    problem.law = model.law;
    problem.medium = Medium::uniform(model.transport.half_height, 1.0, 1.0);
    problem.radius = o.x;
    problem.height = o.z;
    problem.solver = read_solver(p);
    problem.side = place_side(p, problem);
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
