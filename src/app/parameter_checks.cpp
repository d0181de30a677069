#include "app/parameter_checks.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "greenhalo/app/parameters.h"
#include "greenhalo/base/error.h"

namespace greenhalo {
namespace {

// Measured fluxes are those at this energy per particle.
constexpr double flux_energy_gev = 1e3;
constexpr double most_energies = 1e5;

constexpr double yr_per_myr = 1e6;

using P = Parameters;

void check_diffusion(const P& p) {
    if (p.is_given("diffusion.coefficient") && p.is_given("diffusion.normalization"))
        throw InputError(fmt::format("{} and {} exclude each other: remove one of them",
                                     describe_parameter(p, "diffusion.coefficient"),
                                     describe_parameter(p, "diffusion.normalization")));
    if (p.has_value("diffusion.break-rigidity") && !p.has_value("diffusion.slope-above"))
        throw InputError(fmt::format("{} needs diffusion.slope-above, the slope of D above the break",
                                     describe_parameter(p, "diffusion.break-rigidity")));
}

void check_geometry(const P& p) {
    const double half_height = p.number("halo.half-height");
    if (half_height < p.number("gas.disc-half-thickness"))
        throw InputError(fmt::format("{} is less than {}: the halo must contain the gas disc",
                                     describe_parameter(p, "halo.half-height"),
                                     describe_parameter(p, "gas.disc-half-thickness")));
    if (!(std::abs(p.numbers("observer.position")[2]) < half_height))
        throw InputError(fmt::format("{} is outside the halo: |z| must be less than {}",
                                     describe_parameter(p, "observer.position"),
                                     describe_parameter(p, "halo.half-height")));
}

void check_fixed_sources(const P& p) {
    if (!p.has_value("sources.catalogue"))
        throw InputError(fmt::format("{} leaves no source at all: give sources.catalogue, or another model",
                                     describe_parameter(p, "sources.model")));
    if (p.text("injection.normalization") == "observed")
        throw InputError(fmt::format(
            "{} cannot be had with {}: without random sources there is no mean field to compare with "
            "the measured fluxes; set injection.normalization to unit or efficiency",
            describe_parameter(p, "injection.normalization"), describe_parameter(p, "sources.model")));
}

void check_random_sources(const P& p) {
    // counts of an age slab are exact up to a mean of 1e7, and no machine sums more than this
    constexpr double most_sources = 4e9;
    const double expected = p.number("sources.rate") * yr_per_myr * p.number("sources.time-span");
    if (expected > most_sources)
        throw InputError(fmt::format("{} over {} makes {:.2g} sources in a realization; at most {:.0e} are allowed",
                                     describe_parameter(p, "sources.rate"), describe_parameter(p, "sources.time-span"),
                                     expected, most_sources));
    if ((p.number("sources.exclude-distance") > 0) != (p.number("sources.exclude-age") > 0))
        throw InputError(fmt::format("{} and {} leave nothing out: give both, or none",
                                     describe_parameter(p, "sources.exclude-distance"),
                                     describe_parameter(p, "sources.exclude-age")));
}

void check_sources(const P& p) {
    if (p.text("sources.model") == "none")
        check_fixed_sources(p);
    else
        check_random_sources(p);
}

void check_species(const P& p) {
    for (const P::Species& species : p.species())
        if (species.mass_number < species.charge)
            throw InputError(
                fmt::format("{} is less than {}",
                            describe_parameter(p, fmt::format("species.{}.mass-number", species.name)),
                            describe_parameter(p, fmt::format("species.{}.charge", species.name))));
}

void check_efficiency(const P& p) {
    if (!p.has_value("injection.efficiency"))
        throw InputError(fmt::format(
            "{} needs injection.efficiency: one number for all groups, or one for each of {}",
            describe_parameter(p, "injection.normalization"), value_text(p.words("species.names"))));
    const auto& efficiency = p.numbers("injection.efficiency");
    if (efficiency.size() != p.species().size())
        throw InputError(fmt::format("{} has {} numbers: one for all groups is wanted, or one for each of {}",
                                     describe_parameter(p, "injection.efficiency"), efficiency.size(),
                                     value_text(p.words("species.names"))));
    constexpr double rounding = 1e-9;
    const double sum = std::accumulate(efficiency.begin(), efficiency.end(), 0.0);
    if (sum > 1 + rounding)
        throw InputError(
            fmt::format("{} adds up to {} over {}: the groups cannot take more than the explosion energy, at "
                        "most 1",
                        describe_parameter(p, "injection.efficiency"), number_text(sum),
                        value_text(p.words("species.names"))));
}

void check_injection(const P& p) {
    const std::string& mode = p.text("injection.mode");
    // a table may state the energies itself
    const bool states_energies = mode == "table" && !p.has_value("injection.efficiency");
    if (p.text("injection.normalization") == "efficiency" && !states_energies) check_efficiency(p);
    if (mode == "table" && !p.has_value("injection.table"))
        throw InputError(fmt::format("{} needs injection.table: a file of release rates, "
                                     "time_yr,energy_GeV,rate[,group]",
                                     describe_parameter(p, "injection.mode")));
    if (mode == "continuous" && !(p.number("injection.sedov-time") < p.number("injection.snr-lifetime")))
        throw InputError(fmt::format("{} must be less than {}", describe_parameter(p, "injection.sedov-time"),
                                     describe_parameter(p, "injection.snr-lifetime")));
    if (!p.is_used("injection.max-energy")) return;
    const double lowest = p.number("injection.reference-energy");
    const double highest = p.number("injection.max-energy");
    if (!(lowest < highest))
        throw InputError(fmt::format("{} must be less than {}",
                                     describe_parameter(p, "injection.reference-energy"),
                                     describe_parameter(p, "injection.max-energy")));
    if (p.text("injection.normalization") != "observed") return;
    for (const P::Species& species : p.species()) {
        const bool released_above = lowest * species.charge <= flux_energy_gev;
        const bool released_below = flux_energy_gev <= highest * species.charge;
        if (!released_above || !released_below)
            throw InputError(fmt::format(
                "{} puts 1 TeV, where the measured fluxes are, outside the release of {}, {} to {} GeV: "
                "change it, or set injection.normalization to unit or efficiency",
                describe_parameter(p, released_above ? "injection.max-energy" : "injection.reference-energy"),
                species.name, number_text(lowest * species.charge), number_text(highest * species.charge)));
    }
}

void check_energies(const P& p) {
    const double min = p.number("energy.min");
    const double max = p.number("energy.max");
    if (max < min)
        throw InputError(fmt::format("{} is less than {}", describe_parameter(p, "energy.max"),
                                     describe_parameter(p, "energy.min")));
    constexpr double widest = 1e30;
    if (max / min > widest)
        throw InputError(fmt::format("{} and {} are too far apart: a factor of {:.0e} at most",
                                     describe_parameter(p, "energy.min"), describe_parameter(p, "energy.max"), widest));
    const double intervals = std::round(p.number("energy.points-per-decade") * std::log10(max / min));
    if (max > min && intervals < 1)
        throw InputError(fmt::format(
            "{} leaves a single energy between {} and {}: make it at least {:.2g}, or both ends equal",
            describe_parameter(p, "energy.points-per-decade"), describe_parameter(p, "energy.min"),
            describe_parameter(p, "energy.max"), 1 / std::log10(max / min)));
    if (intervals >= most_energies)
        throw InputError(fmt::format(
            "{} makes {} energies from {} to {}: at most {} are possible",
            describe_parameter(p, "energy.points-per-decade"), number_text(intervals + 1),
            describe_parameter(p, "energy.min"), describe_parameter(p, "energy.max"), number_text(most_energies)));
}

}  // namespace

std::string describe_parameter(const Parameters& p, std::string_view key) {
    const ParameterSpec* spec = find_parameter(key);
    std::string value = p.value_text(key);
    if (spec != nullptr && !spec->unit.name.empty()) {
        // a unit that is a multiple of another must not read as a second number
        const bool is_multiple = spec->unit.name.front() >= '0' && spec->unit.name.front() <= '9';
        value += fmt::format("{}{}", is_multiple ? " x " : " ", spec->unit.name);
    }
    return fmt::format("{} = {} ({})", key, value, p.where(key));
}

void check_time_span(const Parameters& p) {
    if (p.text("sources.model") == "none") return;
    if (p.number("sources.minimum-age") >= yr_per_myr * p.number("sources.time-span"))
        throw InputError(fmt::format("{} leaves no random source within {}: make it smaller",
                                     describe_parameter(p, "sources.minimum-age"),
                                     describe_parameter(p, "sources.time-span")));
}

void check_parameters(const Parameters& p) {
    check_diffusion(p);
    check_geometry(p);
    check_sources(p);
    check_species(p);
    check_injection(p);
    check_energies(p);
}

}  // namespace greenhalo
