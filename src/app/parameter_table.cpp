#include "greenhalo/app/parameter_table.h"

#include "greenhalo/app/parameters.h"
#include "greenhalo/galaxy/source_law.h"

namespace greenhalo {
namespace {

constexpr Range any = {};
constexpr Range positive = {.min = 0, .min_open = true};
/// Lengths beyond any galaxy's are slips of the pen.
constexpr Range length = {.min = 0, .max = 1e3, .min_open = true};
constexpr Range length_or_zero = {.min = 0, .max = 1e3};
constexpr Range not_negative = {.min = 0};

constexpr Unit pure_number = {};
constexpr Unit kpc = {Dimension::length, "kpc"};
constexpr Unit yr = {Dimension::time, "yr"};
constexpr Unit myr = {Dimension::time, "Myr"};
constexpr Unit gev = {Dimension::energy, "GeV"};
constexpr Unit gv = {Dimension::rigidity, "GV"};
constexpr Unit erg = {Dimension::explosion_energy, "erg"};
constexpr Unit per_yr = {Dimension::rate, "1/yr"};
constexpr Unit per_cm3 = {Dimension::number_density, "cm-3"};
constexpr Unit cm2_per_s = {Dimension::diffusion, "cm2/s"};
constexpr Unit cm2_per_s_per_kpc = {Dimension::diffusion_per_height, "1e28 cm2/s per kpc"};
constexpr Unit flux_unit = {Dimension::flux, "m-2 s-1 sr-1 GeV1.7"};

constexpr std::string_view paper = "Blasi & Amato 2012";
constexpr std::string_view assumption = "assumption";
constexpr std::string_view own_choice = "choice of this program";

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
constexpr Usage random_sources = {"with a sources.model other than none",
                                  [](const Parameters& p) { return p.text("sources.model") != "none"; }};
constexpr Usage fast_sum = {"with superposition.method = fast and a sources.model other than none",
                            [](const Parameters& p) {
                                return p.text("superposition.method") == "fast" && p.text("sources.model") != "none";
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
constexpr Usage one_source = {"with grid.problem = one-source",
                              [](const Parameters& p) { return p.text("grid.problem") == "one-source"; }};
constexpr Usage many_sources = {"with grid.problem = many-sources",
                                [](const Parameters& p) { return p.text("grid.problem") == "many-sources"; }};
constexpr Usage in_time = {"with grid.problem = one-source or many-sources",
                           [](const Parameters& p) { return one_source.holds(p) || many_sources.holds(p); }};
constexpr Usage beyond_green = {"with grid.problem = beyond",
                                [](const Parameters& p) { return p.text("grid.problem") == "beyond"; }};
constexpr Usage stated_efficiency = {"with injection.normalization = efficiency", is_efficiency};
constexpr Usage observed_flux = {"with injection.normalization = observed", is_observed};

}  // namespace

const std::vector<BuiltInSpecies>& built_in_species() {
    static const std::vector<BuiltInSpecies> table = {
        {"H", 1, 1, 1.03e4},       {"He", 2, 4, 8.4e3},   {"CNO", 7, 14, 5.1e3},
        {"MgAlSi", 13, 27, 2.8e3}, {"Fe", 26, 56, 3.0e3},
    };
    return table;
}

// The order here is the order in help, template and effective input.
const std::vector<ParameterSpec>& parameter_table() {
    static const std::vector<ParameterSpec> table = {
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
         .origin = own_choice,
         .used = with_coefficient},
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
                    "delta)); "
                    "D0 is that of the power law below",
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
                    "but the "
                    "cylindrical model",
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

        {.key = "ensemble.realizations",
         .kind = Kind::integer,
         .default_text = "10",
         .range = {.min = 1, .max = 1e12},
         .meaning = "number of realizations",
         .origin = paper,
         .on_resume = OnResume::grows},
        {.key = "ensemble.first",
         .kind = Kind::integer,
         .default_text = "0",
         .range = {.min = 0, .max = 1e15},
         .meaning = "index of the first realization; jobs with disjoint ranges can be merged",
         .origin = own_choice},
        {.key = "ensemble.seed",
         .kind = Kind::integer,
         .default_text = "1",
         .meaning = "seed of the random numbers; seed and index fix a realization, on any number of ranks",
         .origin = own_choice},

        {.key = "superposition.method",
         .kind = Kind::choice,
         .default_text = "fast",
         .choices = {"fast", "direct"},
         .meaning = "how random sources are summed: fast, by shared moments of many sources and energies, where "
                    "superposition.tolerance allows it; direct, one by one",
         .origin = own_choice},
        {.key = "superposition.tolerance",
         .default_text = "1e-8",
         .range = {.min = 1e-10, .max = 1e-4},
         .meaning = "largest error of the fast sum, relative to the sum of absolute contributions, for density and "
                    "current",
         .origin = own_choice,
         .used = fast_sum},

        {.key = "expect.span",
         .kind = Kind::choice,
         .default_text = "infinite",
         .choices = {"infinite", "finite"},
         .meaning = "sources in the moments of greenhalo expect: of all times (the steady state), or of "
                    "sources.time-span",
         .origin = "Blasi & Amato 2012, section 3",
         .used = random_sources,
         .on_resume = OnResume::free},
        {.key = "expect.minimum-age",
         .unit = yr,
         .default_text = "auto",
         .range = positive,
         .choices = {"auto"},
         .meaning = "T_min, the smallest effective age of sources in <dJ.dJ>, at least sources.minimum-age; "
                    "auto: one "
                    "source is expected within the diffusion length in this time",
         .origin = "Blasi & Amato 2012 (3.12)",
         .used = random_sources,
         .on_resume = OnResume::free},

        {.key = "checkpoint.interval",
         .unit = {Dimension::duration, "min"},
         .default_text = "10",
         .range = positive,
         .meaning = "what is finished is saved at least this often",
         .origin = own_choice,
         .on_resume = OnResume::free},
        {.key = "checkpoint.stop-after",
         .unit = {Dimension::duration, "min"},
         .default_text = "none",
         .range = positive,
         .choices = {"none"},
         .meaning = "the run saves and stops early enough to end within this time, with exit status 85",
         .origin = own_choice,
         .on_resume = OnResume::free},

        {.key = "grid.problem",
         .kind = Kind::choice,
         .default_text = "one-source",
         .choices = {"one-source", "many-sources", "steady", "beyond"},
         .meaning = "what greenhalo validate solves on a grid: one source in time, the random sources of the realization "
                    "ensemble.first in time, smooth sources in the steady state, the same in halos beyond the Green "
                    "function",
         .origin = own_choice},
        {.key = "grid.cells",
         .unit = pure_number,
         .default_text = "auto",
         .range = {.min = 8, .max = 4096},
         .choices = {"auto"},
         .meaning = "cells of the finest grid along its longest axis, a multiple of 8; coarser grids, which tell its "
                    "error, follow from it; auto is 64, with many-sources 96, in the steady state 192",
         .origin = own_choice},
        {.key = "grid.box",
         .unit = kpc,
         .default_text = "auto",
         .range = length,
         .choices = {"auto"},
         .meaning = "how far the grid reaches: to either side of the source (auto: 1.5 half-heights), or from the "
                    "Galactic centre (auto: 20 kpc and two half-heights, 40 kpc in the steady state)",
         .origin = own_choice},
        {.key = "grid.step",
         .unit = yr,
         .default_text = "auto",
         .range = positive,
         .choices = {"auto"},
         .meaning = "time step; with one-source the largest of three, auto a sixteenth of the first age; with "
                    "many-sources that of the observed times, auto an eighth of sources.minimum-age",
         .origin = own_choice,
         .used = in_time},
        {.key = "grid.source-offset",
         .kind = Kind::numbers,
         .unit = pure_number,
         .default_text = "-0.3 0.15 0.14",
         .range = {.min = -10, .max = 10},
         .count = 3,
         .meaning = "place x y z of the one source seen from the observer, in half-heights",
         .origin = own_choice,
         .used = one_source},
        {.key = "grid.start-age",
         .unit = pure_number,
         .default_text = "0.02",
         .range = positive,
         .meaning = "age of the one source at which the grid starts from the exact field, in H^2/D",
         .origin = own_choice,
         .used = one_source},
        {.key = "grid.ages",
         .kind = Kind::numbers,
         .unit = pure_number,
         .default_text = "0.08 0.1 0.12",
         .range = positive,
         .meaning = "ages of the one source at which the observer looks, increasing, in H^2/D",
         .origin = own_choice,
         .used = one_source},
        {.key = "grid.finest",
         .unit = kpc,
         .default_text = "0.15",
         .range = length,
         .meaning = "distance of the nodes at the observer, from where it grows in proportion to the distance",
         .origin = own_choice,
         .used = many_sources},
        {.key = "grid.window",
         .unit = myr,
         .default_text = "6",
         .range = positive,
         .meaning = "the observer looks at times over this long up to now",
         .origin = own_choice,
         .used = many_sources},
        {.key = "grid.observations",
         .kind = Kind::integer,
         .default_text = "60",
         .range = {.min = 2, .max = 1e5},
         .meaning = "how many times the observer looks, at least: every so many steps",
         .origin = own_choice,
         .used = many_sources},
        {.key = "grid.inner-height",
         .unit = kpc,
         .default_text = "1",
         .range = length,
         .meaning = "height of the inner zone of a halo with two zones of diffusion",
         .origin = own_choice,
         .used = beyond_green},
        {.key = "grid.diffusion-ratio",
         .unit = pure_number,
         .default_text = "3",
         .range = positive,
         .meaning = "D above the inner zone over that within it, which is the D of the rigidity",
         .origin = own_choice,
         .used = beyond_green},
        {.key = "grid.side-radius",
         .unit = kpc,
         .default_text = "15",
         .range = length,
         .meaning = "Galactocentric radius of absorbing sides of the halo",
         .origin = own_choice,
         .used = beyond_green},
        {.key = "grid.solver",
         .kind = Kind::choice,
         .default_text = "multigrid",
         .choices = {"multigrid", "algebraic"},
         .meaning = "preconditioner of the conjugate gradients: geometric multigrid, algebraic multigrid",
         .origin = own_choice},
        {.key = "grid.solver-tolerance",
         .unit = pure_number,
         .default_text = "1e-10",
         .range = {.min = 1e-14, .max = 1e-2},
         .meaning = "relative residual at which the linear solver stops",
         .origin = own_choice},
        {.key = "grid.tolerance",
         .unit = pure_number,
         .default_text = "1",
         .range = positive,
         .meaning = "factor on the tolerance of every comparison",
         .origin = own_choice},

        {.key = "output.file",
         .kind = Kind::output_file,
         .meaning = "file to write, also -o; always relative to the working folder",
         .origin = own_choice,
         .default_note = "run result.h5, expect moments.h5, validate grid.h5, sources sources.h5",
         .on_resume = OnResume::free},
        {.key = "output.realizations",
         .kind = Kind::choice,
         .default_text = "all",
         .choices = {"all", "anisotropy", "none"},
         .meaning =
             "what is stored of each realization: density, current and anisotropy, the last alone, nothing",
         .origin = own_choice},
    };
    return table;
}

}  // namespace greenhalo
