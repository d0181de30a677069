#include <fmt/format.h>

#include <cmath>

#include "app/parameter_checks.h"
#include "app/smooth_validation.h"
#include "greenhalo/base/quantity_text.h"

namespace greenhalo {

namespace {

constexpr double tolerance = 3e-3;

/// A halo that differs in one thing from that of the Green function.
struct Halo {
    std::string name, change;
    Medium medium;               ///< up to D and Gamma
    std::optional<double> side;  ///< absorbing; without one the grid ends where it no longer matters

    /// What stays the same is as in another problem.
    SmoothProblem problem(const Parameters& p, SmoothProblem other) const {
        other.medium = medium;
        other.side = side ? *side : place_side(p, other);
        return other;
    }
};

std::vector<Halo> halos(const Parameters& p, const Model& model) {
    const Transport& t = model.transport;
    const double height = t.half_height, inner = p.number("grid.inner-height"), ratio = p.number("grid.diffusion-ratio");
    const double side = p.number("grid.side-radius"), gas = t.gas.disc_half_thickness;
    if (!(inner < height)) {
        throw InputError(fmt::format("{} must be less than {}", describe_parameter(p, "grid.inner-height"),
                                     describe_parameter(p, "halo.half-height")));
    }
    if (!(side > t.observer.x)) {
        throw InputError(fmt::format("{} leaves the observer outside: make it larger than his distance from "
                                     "the Galactic centre, {:g} kpc",
                                     describe_parameter(p, "grid.side-radius"), t.observer.x));
    }
    const Medium uniform = Medium::uniform(height, 1.0, 1.0);
    const Medium two_zones({{inner, 1.0, 1.0}, {height, ratio, 1.0}});
    // as much gas in all as when it is spread over the halo
    const Medium gas_disc = gas < height ? Medium({{gas, 1.0, height / gas}, {height, 1.0, 0.0}}) : uniform;
    return {
        {"uniform halo", "", uniform, std::nullopt},
        {fmt::format("D {:g} times larger above {:g} kpc", ratio, inner), "two zones of diffusion", two_zones, std::nullopt},
        {fmt::format("absorbing sides at {:g} kpc", side), "absorbing sides", uniform, side},
        {fmt::format("gas below {:g} kpc only", gas), "gas confined to the disc", gas_disc, std::nullopt},
    };
}

SmoothSpectrum exact_spectrum(const Transport& t, const SmoothProblem& p, const Halo& halo, const std::function<void()>& step_done) {
    const auto exact = [&](const Rates& rates) {
        return SmoothField{layered_mean_field(halo.medium.scaled(rates), p.law, p.radius, p.height, halo.side)};
    };
    return solve_spectrum(t, p.law, exact, step_done);
}

}  // namespace

Validation validate_beyond(const Ranks& ranks, const Log& log, const CommandInput& input) {
    const Parameters& p = input.parameters;
    const Transport& t = input.model.transport;
    SmoothChoice choice;
    std::vector<Halo> all;
    together(ranks, [&] {
        constexpr int least_cells = 48;
        choice = read_smooth_choice(p, input.model);
        all = halos(p, input.model);
        if (!(input.model.law.scale_height > 0.0)) {
            throw InputError(fmt::format("{}: the exact solutions of grid.problem = beyond need a disc of finite thickness",
                                         describe_parameter(p, "sources.scale-height")));
        }
        std::vector<SmoothGrid> grids;
        for (const Halo& halo : all) grids.push_back({halo.problem(p, choice.problem), cylindrical_domain, tolerance});
        check_grids(p, t, grids, choice.cells, least_cells, ranks.count());
    });
    const std::size_t species = t.nuclei.size(), energies = t.energies.size();
    Progress progress("solutions", static_cast<std::int64_t>(3 * all.size() * species * energies), log.silent());
    std::int64_t done = 0;
    const auto step = [&] { progress.update(++done); };
    const double factor = p.number("grid.tolerance"), own = 1.0 / 3.0;
    Validation v;
    v.problem = "beyond";
    double lost = 0.0;
    std::vector<double> uniform;
    for (const Halo& halo : all) {
        const SmoothProblem problem = halo.problem(p, choice.problem);
        const auto rings = [&](int cells) {
            return solve_spectrum(t, problem.law, SteadyGrid::cylindrical(ranks, problem, cells), step);
        };
        const SmoothSpectrum fine = rings(choice.cells), coarse = rings(choice.cells / 2);
        const SmoothSpectrum exact = exact_spectrum(t, problem, halo, step);
        lost = std::max(lost, fine.imbalance);
        v.costs.emplace_back(halo.change.empty() ? halo.name : halo.change, fine.cost);
        const auto row = [&](std::string what, const char* unit, double unit_size, double value, double reference, double coarser) {
            Comparison compared = relative(std::move(what), unit, unit_size * value, unit_size * reference, factor * tolerance);
            compared.grid_error = own * std::abs(value / coarser - 1.0);
            v.comparisons.push_back(compared);
        };
        for (std::size_t e = 0; e < energies; ++e) {
            for (std::size_t s = 0; s < species; ++s) {
                const std::size_t c = s * energies + e;
                const std::string where = fmt::format("{}: {}, {}: ", halo.name, t.nuclei[s].name, energy_text(t.energies[e]));
                row(where + "<n>", "cm^-3 GeV^-1", units::per_kpc3_in_per_cm3, fine.density[c], exact.density[c], coarse.density[c]);
                row(where + "<J_r>", "cm^-2 s^-1 GeV^-1", units::per_kpc2_myr_in_per_cm2_s, fine.current[3 * c],
                    exact.current[3 * c], coarse.current[3 * c]);
                if (t.observer.z == 0.0) continue;
                row(where + "<J_z>", "cm^-2 s^-1 GeV^-1", units::per_kpc2_myr_in_per_cm2_s, fine.current[3 * c + 2],
                    exact.current[3 * c + 2], coarse.current[3 * c + 2]);
            }
            row(fmt::format("{}: {}: delta_A1", halo.name, energy_text(t.energies[e])), "1", 1.0, fine.large_scale[e],
                exact.large_scale[e], coarse.large_scale[e]);
        }
        if (uniform.empty()) {
            uniform = fine.large_scale;
        } else {
            v.notes.push_back(fmt::format("{}: delta_A1 changes by {:+.1f} % at {} and {:+.1f} % at {}", halo.name,
                                          100.0 * (fine.large_scale.front() / uniform.front() - 1.0), energy_text(t.energies.front()),
                                          100.0 * (fine.large_scale.back() / uniform.back() - 1.0), energy_text(t.energies.back())));
        }
        const std::string path = "/grid/beyond/";
        v.texts[path + "name"].push_back(halo.name);
        const auto keep = [&](const std::string& prefix, const SmoothSpectrum& spectrum) {
            for (const double n : spectrum.density) v.datasets[path + prefix + "density"].push_back(n * units::per_kpc3_in_per_cm3);
            for (const double j : spectrum.current) {
                v.datasets[path + prefix + "current"].push_back(j * units::per_kpc2_myr_in_per_cm2_s);
            }
            auto& delta = v.datasets[path + prefix + "large_scale"];
            delta.insert(delta.end(), spectrum.large_scale.begin(), spectrum.large_scale.end());
        };
        keep("", fine);
        keep("exact_", exact);
    }
    v.comparisons.push_back(balance_row("", lost, factor, choice.problem.solver));
    v.notes.insert(v.notes.begin(), fmt::format("smooth sources ({}) in the steady state, H = {:g} kpc; (r, z) with {} x {} cells; "
                                                "a halo that differs in one thing at a time",
                                                p.text("sources.model"), t.half_height, choice.cells, choice.cells / 2));
    v.extents.cases = static_cast<std::int64_t>(all.size());
    return v;
}

}  // namespace greenhalo
