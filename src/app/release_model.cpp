#include "app/release_model.h"

#include <fmt/format.h>

#include <limits>
#include <memory>
#include <numeric>

#include "app/parameter_checks.h"
#include "greenhalo/base/error.h"
#include "greenhalo/base/units.h"
#include "greenhalo/ensemble/flux_normalization.h"
#include "greenhalo/physics/release_burst.h"
#include "greenhalo/physics/release_continuous.h"
#include "greenhalo/physics/release_table.h"

namespace greenhalo {

namespace {

/// What the spectra of burst and continuous release have in common. With unit normalization a burst has no
/// use for them, and then they keep their defaults.
template <class Spectrum>
std::unique_ptr<Spectrum> make_spectrum(const Parameters& p, const Transport& transport) {
    auto spectrum = std::make_unique<Spectrum>();
    spectrum->observed_slope = p.number("injection.observed-slope");
    spectrum->diffusion_slope = transport.diffusion.slope;
    spectrum->max_energy = p.number("injection.max-energy");
    spectrum->reference_energy = p.number("injection.reference-energy");
    return spectrum;
}

std::unique_ptr<ReleaseModel> make_release_model(const Parameters& p, const FileContents& files,
                                                 const Transport& transport) {
    const std::string& mode = p.text("injection.mode");
    if (mode == "burst") return make_spectrum<BurstSpectrum>(p, transport);
    if (mode == "continuous") {
        auto escape = make_spectrum<ContinuousEscape>(p, transport);
        escape->sedov_time = p.number("injection.sedov-time") * units::myr_per_year;
        escape->lifetime = p.number("injection.snr-lifetime") * units::myr_per_year;
        return escape;
    }
    return std::make_unique<TabulatedRelease>(files.at("injection.table"), p.text("injection.table"));
}

/// Factors of the yields that give the measured fluxes.
std::vector<double> factors_from_fluxes(const Parameters& p, const ReleaseModel& release,
                                        const Model& model) {
    std::vector<double> factors;
    for (const Nucleus& nucleus : model.transport.nuclei) {
        const double released = total_yield(release.entries(nucleus, flux_energy));
        if (!(released > 0.0)) {
            throw InputError(
                fmt::format("{}: nothing of {} is released at 1 TeV, where the measured fluxes are: change "
                            "the release, or set injection.normalization to unit or efficiency",
                            describe_parameter(p, "injection.normalization"), nucleus.name));
        }
        factors.push_back(yield_for_flux(nucleus, model.transport, model.law) / released);
    }
    return factors;
}

/// Factors of the yields that give the stated efficiencies; 1 where there are none and the model states
/// energies itself.
std::vector<double> factors_from_efficiencies(const Parameters& p, const ReleaseModel& release,
                                              const std::vector<Nucleus>& nuclei, double explosion) {
    std::vector<double> factors(nuclei.size(), 1.0);
    if (!p.has_value("injection.efficiency")) return factors;
    const auto& efficiency = p.numbers("injection.efficiency");
    for (std::size_t s = 0; s < nuclei.size(); ++s) {
        const double energy = release.energy_in_group(nuclei[s]);
        if (!(energy > 0.0)) {
            throw InputError(
                fmt::format("{}: the release of {} holds no energy that an efficiency could be a share of: a "
                            "table needs rates above zero at two neighbouring energies at least; change it, "
                            "or set injection.normalization to unit or observed",
                            describe_parameter(p, "injection.normalization"), nuclei[s].name));
        }
        factors[s] = efficiency[s] * explosion / energy;
    }
    return factors;
}

void require_affordable(const Parameters& p, const std::vector<double>& efficiency) {
    constexpr double rounding = 1e-9;
    const double sum = std::accumulate(efficiency.begin(), efficiency.end(), 0.0);
    if (p.text("injection.normalization") != "efficiency" || !(sum > 1.0 + rounding)) return;
    throw InputError(fmt::format(
        "{}: the groups together hold {:.3g} times {}: lower the rates of the table, or state "
        "injection.efficiency",
        describe_parameter(p, "injection.table"), sum, describe_parameter(p, "injection.explosion-energy")));
}

void require_some_release(const Parameters& p, const Release& release) {
    for (const auto& group : release) {
        for (const auto& entries : group) {
            if (total_yield(entries) > 0.0) return;
        }
    }
    throw InputError(fmt::format("{} and {}: nothing is released at any of these energies with {}",
                                 describe_parameter(p, "energy.min"), describe_parameter(p, "energy.max"),
                                 describe_parameter(p, "injection.mode")));
}

}  // namespace

void set_release(const Parameters& p, const FileContents& files, Model& model) {
    Transport& transport = model.transport;
    const auto release = make_release_model(p, files, transport);
    const std::size_t species = transport.nuclei.size();
    std::vector<double> factors(species, 1.0);
    model.efficiency.assign(species, std::numeric_limits<double>::quiet_NaN());

    const std::string& normalization = p.text("injection.normalization");
    if (normalization != "unit") {
        const double explosion = p.number("injection.explosion-energy") * units::erg_in_gev;
        factors = normalization == "observed"
                      ? factors_from_fluxes(p, *release, model)
                      : factors_from_efficiencies(p, *release, transport.nuclei, explosion);
        for (std::size_t s = 0; s < species; ++s) {
            const double energy = release->energy_in_group(transport.nuclei[s]);
            if (energy > 0.0) model.efficiency[s] = factors[s] * energy / explosion;
        }
        require_affordable(p, model.efficiency);
    }
    transport.release = tabulate_release(*release, transport.nuclei, transport.energies, factors);
    if (normalization == "unit") normalize_to_unit(transport.release);
    require_some_release(p, transport.release);
}

}  // namespace greenhalo
