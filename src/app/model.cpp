#include "greenhalo/app/model.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "greenhalo/base/error.h"
#include "greenhalo/base/units.h"
#include "greenhalo/ensemble/observables.h"
#include "greenhalo/ensemble/steady_field.h"

namespace greenhalo {

namespace {

/// Energy at which the measured fluxes of the groups are stated, GeV per particle.
constexpr double flux_energy = 1e3;

Diffusion read_diffusion(const Parameters& p) {
    Diffusion diffusion;
    diffusion.slope = p.number("diffusion.slope");
    double coefficient = 0.0;  // cm^2/s
    if (p.has_value("diffusion.coefficient")) {
        coefficient = p.number("diffusion.coefficient");
        diffusion.reference_rigidity = p.number("diffusion.reference-rigidity");
    } else {
        coefficient = coefficient_from_normalization(p.number("diffusion.normalization"), p.number("halo.half-height"));
    }
    diffusion.coefficient = coefficient * units::cm2_per_s;
    return diffusion;
}

SourceLaw read_law(const Parameters& p) {
    SourceLaw law;
    law.model = source_model_from_name(p.text("sources.model"));
    if (law.model == SourceModel::none) {
        law.rate = 0.0;
        return law;
    }
    law.rate = p.number("sources.rate") / units::myr_per_year;
    law.scale_height = p.number("sources.scale-height");
    law.disc_radius = p.number("sources.disc-radius");
    return law;
}

Selection read_selection(const Parameters& p) {
    Selection selection;
    if (p.text("sources.model") == "none") return selection;
    selection.minimum_age = p.number("sources.minimum-age") * units::myr_per_year;
    selection.minimum_distance = p.number("sources.minimum-distance");
    selection.causal = p.boolean("sources.causal");
    selection.exclude_distance = p.number("sources.exclude-distance");
    selection.exclude_age = p.number("sources.exclude-age") * units::myr_per_year;
    return selection;
}

/// Energy in GeV that a group must take so that the mean field at the Sun gives the measured flux at 1 TeV.
double energy_for_flux(const Nucleus& nucleus, const Transport& transport, const SourceLaw& law,
                       const BurstSpectrum& spectrum) {
    const double flux = nucleus.flux * std::pow(flux_energy, -2.7) * 1e-4;  // cm^-2 s^-1 sr^-1 GeV^-1
    const double density = flux / flux_from_density(1.0) / units::per_kpc3_in_per_cm3;
    const double diffusion = transport.diffusion(nucleus.rigidity(flux_energy));
    const double loss_rate =
        spallation_rate(transport.gas, transport.half_height, nucleus.mass_number, flux_energy);
    const MeanField field =
        steady_mean_field(law, transport.half_height, diffusion, loss_rate, sun_radius, 0.0);
    return density / (law.rate * field.density * spectrum.yield(nucleus, flux_energy, 1.0));
}

void set_release(const Parameters& p, const SourceLaw& law, Model& model) {
    Transport& transport = model.transport;
    BurstSpectrum spectrum;
    spectrum.observed_slope = p.number("injection.observed-slope");
    spectrum.diffusion_slope = transport.diffusion.slope;
    spectrum.max_energy = p.number("injection.max-energy");
    spectrum.reference_energy = p.number("injection.reference-energy");

    const std::string& normalization = p.text("injection.normalization");
    const std::size_t species = transport.nuclei.size();
    std::vector<double> energy_in_group(species, 1.0);
    model.efficiency.assign(species, std::numeric_limits<double>::quiet_NaN());
    if (normalization != "unit") {
        const double explosion = p.number("injection.explosion-energy") * units::erg_in_gev;
        for (std::size_t s = 0; s < species; ++s) {
            if (normalization == "observed") {
                energy_in_group[s] = energy_for_flux(transport.nuclei[s], transport, law, spectrum);
                model.efficiency[s] = energy_in_group[s] / explosion;
            } else {
                const auto& efficiency = p.numbers("injection.efficiency");
                model.efficiency[s] = efficiency[efficiency.size() == 1 ? 0 : s];
                energy_in_group[s] = model.efficiency[s] * explosion;
            }
        }
    }
    transport.release = burst_release(spectrum, transport.nuclei, transport.energies, energy_in_group);
    if (normalization == "unit") normalize_to_unit(transport.release);
}

}  // namespace

std::vector<double> energy_grid(double min, double max, double points_per_decade) {
    const auto steps = static_cast<std::size_t>(std::round(points_per_decade * std::log10(max / min)));
    if (min == max) return {min};
    std::vector<double> energies(std::max<std::size_t>(steps, 1) + 1);
    const double last = static_cast<double>(energies.size() - 1);
    for (std::size_t i = 0; i < energies.size(); ++i) {
        energies[i] = min * std::pow(max / min, static_cast<double>(i) / last);
    }
    energies.front() = min;
    energies.back() = max;
    return energies;
}

Model build_model(const Parameters& p, const FileContents& files) {
    Model model;
    Transport& transport = model.transport;
    transport.half_height = p.number("halo.half-height");
    transport.diffusion = read_diffusion(p);
    transport.gas = {p.number("gas.disc-density"), p.number("gas.disc-half-thickness")};
    for (const auto& species : p.species()) {
        transport.nuclei.push_back({species.name, species.charge, species.mass_number, species.flux});
    }
    transport.energies =
        energy_grid(p.number("energy.min"), p.number("energy.max"), p.number("energy.points-per-decade"));
    const auto& observer = p.numbers("observer.position");
    transport.observer = {observer[0], observer[1], observer[2]};

    model.law = read_law(p);
    model.time_span = p.number("sources.time-span");
    model.selection = read_selection(p);
    set_release(p, model.law, model);
    if (const auto file = files.find("sources.catalogue"); file != files.end()) {
        model.listed = read_catalogue(file->second, p.text(file->first), transport.half_height);
    }
    model.seed = p.integer("ensemble.seed");
    model.first_realization = static_cast<std::int64_t>(p.integer("ensemble.first"));
    model.realizations = static_cast<std::int64_t>(p.integer("ensemble.realizations"));
    return model;
}

}  // namespace greenhalo
