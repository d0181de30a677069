// The rows of the physics, in the order of help, template and effective input.
#include <string>
#include <string_view>
#include <vector>

#include "app/parameter_rows.h"
#include "greenhalo/galaxy/source_law.h"

namespace greenhalo::parameter_rows {
namespace {

constexpr Range any = {};
constexpr Range not_negative = {.min = 0};
constexpr Range length_or_zero = {.min = 0, .max = 1e3};

constexpr Unit gev = {Dimension::energy, "GeV"};
constexpr Unit gv = {Dimension::rigidity, "GV"};
constexpr Unit erg = {Dimension::explosion_energy, "erg"};
constexpr Unit per_yr = {Dimension::rate, "1/yr"};
constexpr Unit per_cm3 = {Dimension::number_density, "cm-3"};
constexpr Unit cm2_per_s = {Dimension::diffusion, "cm2/s"};
constexpr Unit cm2_per_s_per_kpc = {Dimension::diffusion_per_height, "1e28 cm2/s per kpc"};
constexpr Unit flux_unit = {Dimension::flux, "m-2 s-1 sr-1 GeV1.7"};

constexpr std::string_view assumption = "assumption";

std::vector<std::string_view> views(const std::vector<std::string>& names) {
    return {names.begin(), names.end()};
}

bool is_observed(const Parameters& p) {
    return p.text("injection.normalization") == "observed";
}
bool is_efficiency(const Parameters& p) {
    return p.text("injection.normalization") == "efficiency";
}

constexpr Usage with_coefficient = {"with diffusion.coefficient",
                                    [](const Parameters& p) { return p.has_value("diffusion.coefficient"); }};
constexpr Usage without_coefficient = {"without diffusion.coefficient", [](const Parameters& p) {
                                           return !p.has_value("diffusion.coefficient");
                                       }};
constexpr Usage broken_diffusion = {"with diffusion.break-rigidity", [](const Parameters& p) {
                                        return p.has_value("diffusion.break-rigidity");
                                    }};
constexpr Usage moving_observer = {"when it is not 0 0 0", [](const Parameters& p) {
                                       const auto& v = p.numbers("observer.velocity");
                                       return v[0] != 0 || v[1] != 0 || v[2] != 0;
                                   }};
constexpr Usage uniform_disc = {"with sources.model = uniform-disc", [](const Parameters& p) {
                                    return p.text("sources.model") == "uniform-disc";
                                }};
constexpr Usage spiral_arms = {"with sources.model = spiral",
                               [](const Parameters& p) { return p.text("sources.model") == "spiral"; }};
constexpr Usage physical_yield = {"with injection.normalization = observed or efficiency",
                                  [](const Parameters& p) { return is_observed(p) || is_efficiency(p); }};
constexpr Usage power_law = {"with injection.mode = burst or continuous, and a normalization other than unit",
                             [](const Parameters& p) {
                                 return p.text("injection.mode") != "table" &&
                                        (is_observed(p) || is_efficiency(p));
                             }};
constexpr Usage energy_window = {
    "with injection.mode = continuous, or burst and a normalization other than unit",
    [](const Parameters& p) { return p.text("injection.mode") == "continuous" || power_law.holds(p); }};
constexpr Usage observed_slope = {
    "with a power law at the source that is not of unit normalization, or observer.velocity",
    [](const Parameters& p) { return power_law.holds(p) || moving_observer.holds(p); }};
constexpr Usage continuous_release = {"with injection.mode = continuous", [](const Parameters& p) {
                                          return p.text("injection.mode") == "continuous";
                                      }};
constexpr Usage tabulated_release = {"with injection.mode = table",
                                     [](const Parameters& p) { return p.text("injection.mode") == "table"; }};
constexpr Usage stated_efficiency = {"with injection.normalization = efficiency", is_efficiency};
constexpr Usage observed_flux = {"with injection.normalization = observed", is_observed};

}  // namespace

std::vector<ParameterSpec> of_physics() {
    return {
        {.key = "halo.half-height",
         .unit = kpc,
         .default_text = "4",
         .range = length,
         .meaning = "half height H of the halo: the density vanishes at z = +-H",
         .origin = paper},

        {.key = "diffusion.slope",
         .unit = pure_number,
         .default_text = "1/3",
         .range = {.min = 0, .max = 1, .min_open = true},
         .meaning = "delta in D = D0 (R/R0)^delta, R the rigidity",
         .origin = paper},
        {.key = "diffusion.normalization",
         .unit = cm2_per_s_per_kpc,
         .default_text = "auto",
         .range = positive,
         .choices = {"auto"},
         .meaning = "D at 3 GV divided by H; auto is 1.33 for the slope 1/3 and 0.55 for 0.6",
         .origin = paper,
         .used = without_coefficient},
        {.key = "diffusion.coefficient",
         .unit = cm2_per_s,
         .range = positive,
         .meaning = "D0, the diffusion coefficient at the reference rigidity; excludes the normalization",
         .origin = own_choice},
        {.key = "diffusion.reference-rigidity",
         .unit = gv,
         .default_text = "3",
         .range = positive,
         .meaning = "rigidity R0 at which diffusion.coefficient holds",
         .origin = paper,
         .used = with_coefficient},
        {.key = "diffusion.break-rigidity",
         .unit = gv,
         .default_text = "off",
         .range = positive,
         .choices = {"off"},
         .meaning = "rigidity Rb of a smooth break: D = D0 (R/R0)^delta (1 + (R/Rb)^(1/s))^(s (slope-above - "
                    "delta)); D0 is that of the power law below",
         .origin = own_choice},
        {.key = "diffusion.slope-above",
         .unit = pure_number,
         .range = {.min = 0, .max = 1},
         .meaning =
             "slope of D far above the break; injection.observed-slope keeps to the slope below it, so that "
             "observed spectra break as well",
         .origin = own_choice,
         .used = broken_diffusion},
        {.key = "diffusion.break-smoothness",
         .unit = pure_number,
         .default_text = "0.1",
         .range = {.min = 0, .max = 10, .min_open = true},
         .meaning = "s of the break: the slope changes within a factor 9^s of rigidity on either side",
         .origin = own_choice,
         .used = broken_diffusion},

        {.key = "gas.disc-density",
         .unit = per_cm3,
         .default_text = "3",
         .range = not_negative,
         .meaning = "density of the gas disc; spallation sees it diluted over the halo",
         .origin = assumption},
        {.key = "gas.disc-half-thickness",
         .unit = kpc,
         .default_text = "0.15",
         .range = positive,
         .meaning = "half thickness h of the gas disc, at most the half height of the halo",
         .origin = assumption},

        {.key = "sources.model",
         .kind = Kind::choice,
         .default_text = "cylindrical",
         .choices = views(source_model_names()),
         .meaning =
             "law of the random sources: radial law with uniform azimuth, the same in four spiral arms, "
             "homogeneous disc, no random sources",
         .origin = "Blasi & Amato 2012 (4.1), (4.4), (3.7)"},
        {.key = "sources.rate",
         .unit = per_yr,
         .default_text = "1/30",
         .range = positive,
         .meaning = "supernovae per time in the Galaxy; without random sources set sources.model = none",
         .origin = paper,
         .used = random_sources},
        {.key = "sources.time-span",
         .unit = myr,
         .default_text = "80",
         .range = positive,
         .meaning = "random sources exploded within this time before now",
         .origin = paper,
         .used = random_sources},
        {.key = "sources.scale-height",
         .unit = kpc,
         .default_text = "0.1",
         .range = length_or_zero,
         .meaning = "z_g of the exponential law of source heights; 0 is a thin disc",
         .origin = "Blasi & Amato 2012 (4.3), the value an assumption",
         .used = random_sources},
        {.key = "sources.arm-width",
         .unit = kpc,
         .default_text = "5",
         .range = {.min = 0, .max = arms_dissolve_at, .min_open = true, .max_open = true},
         .meaning = "w of the arms: they spread over a share exp(-r/w) of the circle; wider ones are no arms "
                    "but the cylindrical model",
         .origin = "Blasi & Amato 2012 (4.4)",
         .used = spiral_arms},
        {.key = "sources.arm-blur",
         .kind = Kind::choice,
         .default_text = "one-sided",
         .choices = views(arm_blur_names()),
         .meaning = "where an arm spreads: from its centroid onwards in azimuth, which turns the arms, or to "
                    "both sides",
         .origin = "Blasi & Amato 2012 (4.4), symmetric: choice of this program",
         .used = spiral_arms},
        {.key = "sources.disc-radius",
         .unit = kpc,
         .default_text = "15",
         .range = length,
         .meaning = "radius of the homogeneous disc, centred on the Galactic centre",
         .origin = "Blasi & Amato 2012 (3.7), the value an assumption",
         .used = uniform_disc},
        {.key = "sources.catalogue",
         .kind = Kind::input_file,
         .meaning =
             "CSV file of known remnants, x_kpc,y_kpc,z_kpc,age_yr[,energy][,name], added to the model",
         .origin = own_choice},
        {.key = "sources.exclude-distance",
         .unit = kpc,
         .default_text = "0",
         .range = not_negative,
         .meaning = "random sources nearer than this and younger than exclude-age are left out",
         .origin = own_choice,
         .used = random_sources},
        {.key = "sources.exclude-age",
         .unit = yr,
         .default_text = "0",
         .range = not_negative,
         .meaning = "random sources younger than this and nearer than exclude-distance are left out",
         .origin = own_choice,
         .used = random_sources},
        {.key = "sources.causal",
         .kind = Kind::boolean,
         .default_text = "no",
         .meaning = "drop random sources farther away than light travels in their effective age",
         .origin = "off in Blasi & Amato 2012",
         .used = random_sources},
        {.key = "sources.minimum-age",
         .unit = yr,
         .default_text = "0",
         .range = not_negative,
         .meaning = "drop random sources of a smaller effective age",
         .origin = "off in Blasi & Amato 2012",
         .used = random_sources},
        {.key = "sources.minimum-distance",
         .unit = kpc,
         .default_text = "0",
         .range = not_negative,
         .meaning = "drop random sources nearer than this",
         .origin = "off in Blasi & Amato 2012",
         .used = random_sources},

        {.key = "injection.mode",
         .kind = Kind::choice,
         .default_text = "burst",
         .choices = {"burst", "continuous", "table"},
         .meaning = "release from a remnant: all at the explosion, the highest energies first, as a table of "
                    "rates says",
         .origin = "Blasi & Amato 2012 (2.2), (2.6-2.9)"},
        {.key = "injection.observed-slope",
         .unit = pure_number,
         .default_text = "2.67",
         .range = {.min = 1, .max = 5, .min_open = true},
         .meaning = "slope of the observed spectrum; the injected one is flatter by delta",
         .origin = paper,
         .used = observed_slope},
        {.key = "injection.max-energy",
         .unit = gev,
         .default_text = "6e6",
         .range = positive,
         .meaning = "maximum energy of protons; Z times as much for nuclei",
         .origin = assumption,
         .used = energy_window},
        {.key = "injection.reference-energy",
         .unit = gev,
         .default_text = "1",
         .range = positive,
         .meaning = "lower end E0 of the injected spectrum of protons; Z times as much for nuclei",
         .origin = assumption,
         .used = energy_window},
        {.key = "injection.snr-lifetime",
         .unit = yr,
         .default_text = "3e4",
         .range = positive,
         .meaning = "age of a remnant when the last particles, those of E0, leave it",
         .origin = paper,
         .used = continuous_release},
        {.key = "injection.sedov-time",
         .unit = yr,
         .default_text = "200",
         .range = positive,
         .meaning = "age of a remnant when the first particles, those of the maximum energy, leave it",
         .origin = assumption,
         .used = continuous_release},
        {.key = "injection.table",
         .kind = Kind::input_file,
         .meaning =
             "CSV file of release rates, time_yr,energy_GeV,rate[,group], as doc/release-tables.md explains",
         .origin = own_choice,
         .used = tabulated_release},
        {.key = "injection.normalization",
         .kind = Kind::choice,
         .default_text = "observed",
         .choices = {"observed", "efficiency", "unit"},
         .meaning = "particles per source: from the measured fluxes, from efficiencies, one per GeV",
         .origin = own_choice},
        {.key = "injection.efficiency",
         .kind = Kind::numbers,
         .unit = pure_number,
         .range = {.min = 0, .max = 1, .min_open = true},
         .meaning = "share of the explosion energy that goes into each group: one for all, or one per group",
         .origin = "Blasi & Amato 2012 (2.5)",
         .used = stated_efficiency},
        {.key = "injection.explosion-energy",
         .unit = erg,
         .default_text = "1e51",
         .range = positive,
         .meaning = "kinetic energy of a supernova",
         .origin = paper,
         .used = physical_yield},

        {.key = "species.names",
         .kind = Kind::words,
         .default_text = "H He CNO MgAlSi Fe",
         .meaning = "groups of nuclei: any of the built-in ones, or own names with charge and mass number",
         .origin = paper},
        {.key = "species.NAME.charge",
         .unit = pure_number,
         .range = {.min = 1, .max = 120},
         .meaning = "charge number Z",
         .origin = assumption},
        {.key = "species.NAME.mass-number",
         .unit = pure_number,
         .range = {.min = 1, .max = 300},
         .meaning = "mass number A, at least Z",
         .origin = assumption},
        {.key = "species.NAME.flux",
         .unit = flux_unit,
         .range = positive,
         .meaning = "measured E^2.7 J at 1 TeV per particle",
         .origin = "AMS-02 2021, +-15 %",
         .used = observed_flux},

        {.key = "energy.min",
         .unit = gev,
         .default_text = "1e3",
         .range = positive,
         .meaning = "first energy of the grid, total energy per particle",
         .origin = paper},
        {.key = "energy.max",
         .unit = gev,
         .default_text = "1e8",
         .range = positive,
         .meaning = "last energy of the grid; equal to energy.min for a single energy",
         .origin = paper},
        {.key = "energy.points-per-decade",
         .unit = pure_number,
         .default_text = "10",
         .range = positive,
         .meaning = "energies per decade; adjusted so that both ends are exact",
         .origin = own_choice},

        {.key = "observer.position",
         .kind = Kind::numbers,
         .unit = kpc,
         .default_text = "8.5 0 0",
         .range = any,
         .count = 3,
         .meaning = "x y z with the Galactic centre in the origin and +z north; inside the halo",
         .origin = paper},
        {.key = "observer.velocity",
         .kind = Kind::numbers,
         .unit = {Dimension::velocity, "km/s"},
         .default_text = "0 0 0",
         .range = {.min = -1e4, .max = 1e4},
         .count = 3,
         .meaning = "x y z of the observer's motion through the halo: adds the Compton-Getting vector (2 + "
                    "injection.observed-slope) v/c to the anisotropy; the Galaxy turns towards -y",
         .origin = own_choice,
         .used = moving_observer},
    };
}

}  // namespace greenhalo::parameter_rows
