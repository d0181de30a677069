#include "app/model_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "app/model_figures.h"
#include "app/wrapped_text.h"
#include "greenhalo/base/quantity_text.h"
#include "greenhalo/base/units.h"

namespace greenhalo {

namespace {

constexpr std::size_t label_width = 16;

std::string line(const char* label, const std::string& text) {
    return wrapped(text, fmt::format("  {:<{}}", label, label_width - 2), std::string(label_width, ' '));
}

/// 1/3 for a third, else four digits.
std::string slope_text(double slope) {
    return std::abs(slope - 1.0 / 3.0) < 1e-9 ? "1/3" : fmt::format("{:.4g}", slope);
}

std::string halo_text(const Model& model) {
    const Transport& t = model.transport;
    const Diffusion& d = t.diffusion;
    std::string text = fmt::format("half height H = {:g} kpc, D = {:.3g} cm2/s (R/{:g} GV)^{}", t.half_height,
                                   d.coefficient / units::cm2_per_s, d.reference_rigidity, slope_text(d.slope));
    if (std::isfinite(d.break_rigidity)) {
        text += fmt::format(", slope {} above {:g} GV", slope_text(d.slope_above), d.break_rigidity);
    }
    return text + fmt::format("; {:.3g} cm2/s at 1 TV", d(1e3) / units::cm2_per_s);
}

std::string law_text(const Parameters& p, const Model& model, Ages ages) {
    const SourceLaw& law = model.law;
    std::string place;
    switch (law.model) {
        case SourceModel::none: return "no random ones";
        case SourceModel::cylindrical: place = "cylindrical: radial law, every azimuth alike"; break;
        case SourceModel::spiral:
            place = fmt::format("spiral: four arms, w = {:g} kpc, {} blur", law.arm_width, p.text("sources.arm-blur"));
            break;
        case SourceModel::uniform_disc: place = fmt::format("uniform-disc: homogeneous, radius {:g} kpc", law.disc_radius); break;
    }
    const std::string text = fmt::format("{}, scale height {:g} kpc; one explosion per {:.4g} yr", place,
                                         law.scale_height, 1.0 / (law.rate * units::myr_per_year));
    if (ages == Ages::all) return text + ", of all times";
    return fmt::format("{} within {:g} Myr: {:.3g} in a realization", text, model.time_span,
                       model.expected_sources());
}

/// What is left out of the random sources; empty when nothing.
std::string selection_text(const Selection& s) {
    std::vector<std::string> parts;
    if (s.causal) parts.push_back("farther than light travels in their effective age");
    if (s.minimum_age > 0.0) parts.push_back(fmt::format("younger than {} (effective age)", age_text(s.minimum_age)));
    if (s.minimum_distance > 0.0) parts.push_back(fmt::format("nearer than {:g} kpc", s.minimum_distance));
    if (s.exclude_distance > 0.0 && s.exclude_age > 0.0) {
        parts.push_back(fmt::format("nearer than {:g} kpc and younger than {}", s.exclude_distance, age_text(s.exclude_age)));
    }
    return parts.empty() ? "" : fmt::format("random sources {}", fmt::join(parts, "; "));
}

std::string release_text(const Parameters& p) {
    const std::string& mode = p.text("injection.mode");
    if (mode == "table") return "table: as " + p.text("injection.table") + " says";
    if (mode == "burst") return "burst: all particles at the explosion";
    return fmt::format("continuous: the highest energies first, from {} to {} after the explosion",
                       age_text(p.number("injection.sedov-time") * units::myr_per_year),
                       age_text(p.number("injection.snr-lifetime") * units::myr_per_year));
}

std::string yield_text(const Parameters& p, const Model& model) {
    const std::string& normalization = p.text("injection.normalization");
    if (normalization == "unit") return "one particle per GeV and source";
    std::string text = normalization == "observed" ? "measured fluxes at 1 TeV, which imply the efficiencies" : "efficiencies";
    for (std::size_t s = 0; s < model.efficiency.size(); ++s) {
        text += std::isnan(model.efficiency[s])
                    ? ""
                    : fmt::format("{} {} {:.3g}", s == 0 ? "" : ",", model.transport.nuclei[s].name, model.efficiency[s]);
    }
    return text;
}

std::string groups_text(const Transport& t) {
    std::vector<std::string> names;
    for (const Nucleus& n : t.nuclei) names.push_back(fmt::format("{} (Z {:g}, A {:g})", n.name, n.charge, n.mass_number));
    return fmt::format("{}; gas {:.3g} cm-3 averaged over the halo", fmt::join(names, ", "),
                       t.gas.mean_density(t.half_height));
}

std::string observer_text(const Transport& t) {
    std::string text = fmt::format("at ({:g}, {:g}, {:g}) kpc", t.observer.x, t.observer.y, t.observer.z);
    const auto& b = t.observer_boost;
    if (b[0] != 0.0 || b[1] != 0.0 || b[2] != 0.0) {
        text += fmt::format(", whose motion adds {:.3g} to the anisotropy (Compton-Getting)",
                            std::sqrt(b[0] * b[0] + b[1] * b[1] + b[2] * b[2]));
    }
    return text;
}

}  // namespace

std::string model_text(const Parameters& p, const Model& model, Ages ages) {
    const Transport& t = model.transport;
    std::string text = line("halo", halo_text(model));
    text += line("sources", law_text(p, model, ages));
    if (model.listed) {
        text += line("", fmt::format("and {} listed in {}", model.listed->names.size(), p.text("sources.catalogue")));
    }
    if (const std::string left_out = selection_text(model.selection); !left_out.empty()) text += line("left out", left_out);
    text += line("release", release_text(p));
    text += line("yield", yield_text(p, model));
    text += line("groups", groups_text(t));
    text += line("energies", t.energies.size() == 1
                                 ? energy_text(t.energies[0])
                                 : fmt::format("{} from {} to {}", t.energies.size(), energy_text(t.energies.front()),
                                               energy_text(t.energies.back())));
    text += line("observer", observer_text(t));
    return text;
}

}  // namespace greenhalo
