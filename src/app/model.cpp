#include "greenhalo/app/model.h"

#include <cmath>

#include "app/release_model.h"
#include "greenhalo/base/units.h"
#include "greenhalo/ensemble/observables.h"

namespace greenhalo {

namespace {

Diffusion read_diffusion(const Parameters& p) {
    Diffusion diffusion;
    diffusion.slope = p.number("diffusion.slope");
    double coefficient = 0.0;  // cm^2/s
    if (p.has_value("diffusion.coefficient")) {
        coefficient = p.number("diffusion.coefficient");
        diffusion.reference_rigidity = p.number("diffusion.reference-rigidity");
    } else {
        coefficient =
            coefficient_from_normalization(p.number("diffusion.normalization"), p.number("halo.half-height"));
    }
    diffusion.coefficient = coefficient * units::cm2_per_s;
    if (p.has_value("diffusion.break-rigidity")) {
        diffusion.break_rigidity = p.number("diffusion.break-rigidity");
        diffusion.slope_above = p.number("diffusion.slope-above");
        diffusion.break_smoothness = p.number("diffusion.break-smoothness");
    }
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
    law.arm_width = p.number("sources.arm-width");
    law.arm_blur = arm_blur_from_name(p.text("sources.arm-blur"));
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

    if (p.is_used("observer.velocity")) {
        const auto& v = p.numbers("observer.velocity");
        transport.observer_boost = compton_getting({v[0], v[1], v[2]}, p.number("injection.observed-slope"));
    }

    model.law = read_law(p);
    model.time_span = p.number("sources.time-span");
    model.selection = read_selection(p);
    set_release(p, files, model);
    if (const auto file = files.find("sources.catalogue"); file != files.end()) {
        model.listed = read_catalogue(file->second, p.text(file->first), transport.half_height);
    }
    model.superposition.method =
        p.text("superposition.method") == "fast" ? SumMethod::fast : SumMethod::direct;
    model.superposition.tolerance = p.number("superposition.tolerance");
    model.seed = p.integer("ensemble.seed");
    model.first_realization = static_cast<std::int64_t>(p.integer("ensemble.first"));
    model.realizations = static_cast<std::int64_t>(p.integer("ensemble.realizations"));
    return model;
}

}  // namespace greenhalo
