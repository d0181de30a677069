#include "greenhalo/storage/result_layout.h"

#include <fmt/core.h>

#include <charconv>
#include <map>

#include "greenhalo/base/error.h"
#include "storage/grid_layout.h"

namespace greenhalo {

namespace {

const char* const heavy_tails =
    "The distribution is heavy-tailed: without a minimum age of the sources its variances do not exist, and "
    "this number does not converge as realizations are added.";
const char* const heavy_tailed_mean =
    "The distribution is heavy-tailed: without a minimum age of the sources its variances do not exist, so "
    "this mean has no standard error and converges slowly or, in a thin disc, not at all. Prefer medians.";

const char* const minimum_age_matters =
    "Without a minimum age this number would be infinite: it grows as the minimum age falls.";

const char* const low_end =
    "lower end of the 68 % bootstrap interval of each quantile, in the limit of infinitely many resamples";
const char* const high_end = "upper end of the same interval";
const char* const expected_index =
    "local index -d ln(N)/d ln(X) of the expected number N of random sources that give more than X alone, where N is the "
    "tail's share, by integration; NaN for laws without axial symmetry and where there is no estimate to compare with";

const char* const density_units = "cm^-3 GeV^-1";
const char* const current_units = "cm^-2 s^-1 GeV^-1";

// What every file holds.
std::vector<LayoutItem> describe_common() {
    using enum ItemType;
    return {
        {"/config", group, "", "",
         "the effective input: one attribute per key, and `text`, which runs again"},
        {"/config/files", group, "", "", "copies of the input files read"},
        {"/config/files/N", group, "", "", "one input file: attributes path, sha256", "", Stored::none, true},
        {"/config/files/N/content", uint8, "B", "1", "bytes of the input file", "", Stored::none, true},

        {"/provenance", group, "", "", "how the program was built: one attribute per fact"},
        {"/provenance/starts", start_row, "1024", "1",
         "starts of the program: host, number of ranks, start and end (UTC), why it stopped, revision and instruction "
         "set, checksum of the bytes before it; unused rows are empty, and when all are used the last is used again"},
        {"/provenance/checksum", uint64, "", "1",
         "first 8 bytes (big-endian) of the SHA-256 of the bytes of all datasets that were complete when the file was "
         "created, in the order in which they were created: all but /provenance/starts, this one, /ensemble, and "
         "/realizations apart from index"},

        {"/energy", float64, "nE", "GeV", "energy of a particle (total, per nucleus)"},
        {"/species", group, "", "", "the groups of nuclei"},
        {"/species/name", text, "nS", "1", "name of the group of nuclei"},
        {"/species/charge", float64, "nS", "1", "charge number Z"},
        {"/species/mass_number", float64, "nS", "1", "mass number A"},
        {"/species/release", group, "", "", "what one source releases"},
        {"/species/release/yield", float64, "nS,nE", "GeV^-1", "particles released per energy by one source"},
        {"/species/release/delay", float64, "nS,nE", "yr", "time from the explosion to the release, the mean where it lasts; 0 where nothing is released"},

    };
}

std::vector<LayoutItem> describe_ensemble() {
    using enum ItemType;
    return {
        {"/realizations", group, "", "", "one row per realization"},
        {"/realizations/index", int64, "M", "1",
         "global index of the realization, which fixes its random numbers"},
        {"/realizations/complete", uint8, "M", "1", "1 when the row is written and safe, otherwise 0"},
        {"/realizations/source_count", int64, "M", "1", "number of sources drawn"},
        {"/realizations/checksum", uint64, "M", "1",
         "first 8 bytes (big-endian) of the SHA-256 of the model_sha256 of /provenance and the row's bytes in index, "
         "source_count and, where stored, density, current, anisotropy, projected (amplitude, phase), dominant (distance, age, longitude, latitude, share_current, share_density, listed)"},
        {"/realizations/density", float64, "M,nS,nE", density_units, "density of particles per energy", "",
         Stored::all},
        {"/realizations/current", float64, "M,nS,nE,3", current_units,
         "diffusive current per energy, J = -D grad n, components x, y, z", "", Stored::all},
        {"/realizations/anisotropy", float64, "M,nE,3", "1",
         "anisotropy vector of all groups together, with the Compton-Getting term of observer.velocity, components "
         "x, y, z; NaN where there are no particles", "",
         Stored::anisotropy},
        {"/realizations/projected", group, "", "",
         "the anisotropy projected on the equator (J2000), which arrays measure; NaN where there is none", "",
         Stored::anisotropy},
        {"/realizations/projected/amplitude", float64, "M,nE", "1", "|delta| cos(dec)", "", Stored::anisotropy},
        {"/realizations/projected/phase", float64, "M,nE", "deg", "right ascension of the excess", "",
         Stored::anisotropy},
        {"/realizations/dominant", group, "", "",
         "the source with the largest |J|, its groups summed; NaN where no source gives anything", "",
         Stored::anisotropy},
        {"/realizations/dominant/distance", float64, "M,nE", "kpc", "its distance from the observer", "",
         Stored::anisotropy},
        {"/realizations/dominant/age", float64, "M,nE", "yr",
         "its age since the explosion (the effective age is less by /species/release/delay)", "", Stored::anisotropy},
        {"/realizations/dominant/longitude", float64, "M,nE", "deg", "its Galactic longitude as the observer sees it",
         "", Stored::anisotropy},
        {"/realizations/dominant/latitude", float64, "M,nE", "deg", "its Galactic latitude as the observer sees it", "",
         Stored::anisotropy},
        {"/realizations/dominant/share_current", float64, "M,nE", "1",
         "|J| of it alone over |J| of all sources; above 1 where others cancel a part of it", "", Stored::anisotropy},
        {"/realizations/dominant/share_density", float64, "M,nE", "1", "its density over that of all sources", "",
         Stored::anisotropy},
        {"/realizations/dominant/listed", float64, "M,nE", "1",
         "its row in the catalogue that was read, counted from 0; -1 for a random source", "", Stored::anisotropy},

        {"/ensemble", group, "", "", "statistics over the realizations"},
        {"/ensemble/realizations", int64, "", "1",
         "number of realizations these statistics stand for; 0 while they are missing or being written"},
        {"/ensemble/checksum", uint64, "", "1",
         "first 8 bytes (big-endian) of the SHA-256 of the bytes of realizations and all other datasets of this group, "
         "in the order in which they were created"},
        {"/ensemble/quantile_levels", float64, "5", "1", "probabilities of the quantiles"},
        {"/ensemble/amplitude_mean", float64, "nE", "1", "mean of the anisotropy's amplitude",
         heavy_tailed_mean},
        {"/ensemble/amplitude_quantile", float64, "5,nE", "1", "quantiles of the anisotropy's amplitude"},
        {"/ensemble/amplitude_quantile_low", float64, "5,nE", "1", low_end},
        {"/ensemble/amplitude_quantile_high", float64, "5,nE", "1", high_end},
        {"/ensemble/amplitude_above_one", float64, "", "1",
         "share of realizations whose amplitude exceeds 1 at some energy, where diffusion does not hold"},
        {"/ensemble/amplitude_correlation", float64, "nE,nE", "1",
         "Spearman's rank correlation of the anisotropy's amplitude between energies"},
        {"/ensemble/amplitude_projected_quantile", float64, "5,nE", "1",
         "quantiles of |delta| cos(dec), the amplitude projected on the equator (J2000), as arrays measure it"},
        {"/ensemble/amplitude_projected_quantile_low", float64, "5,nE", "1", low_end},
        {"/ensemble/amplitude_projected_quantile_high", float64, "5,nE", "1", high_end},
        {"/ensemble/density_mean", float64, "nS,nE", density_units, "mean density", heavy_tailed_mean},
        {"/ensemble/density_quantile", float64, "5,nS,nE", density_units, "quantiles of the density"},
        {"/ensemble/density_quantile_low", float64, "5,nS,nE", density_units, low_end},
        {"/ensemble/density_quantile_high", float64, "5,nS,nE", density_units, high_end},
        {"/ensemble/current_mean", float64, "nS,nE,3", current_units, "mean current", heavy_tailed_mean},
        {"/ensemble/current_median", float64, "nS,nE,3", current_units,
         "component-wise median of the current"},
        {"/ensemble/current_median_low", float64, "nS,nE,3", current_units, low_end},
        {"/ensemble/current_median_high", float64, "nS,nE,3", current_units, high_end},
        {"/ensemble/current_covariance", float64, "nS,nE,3,3", "cm^-4 s^-2 GeV^-2",
         "covariance of the current's components", heavy_tails},
        {"/ensemble/fluctuation_current", float64, "nE", "cm^-4 s^-2 GeV^-2",
         "<dJ.dJ>, the groups summed before squaring", heavy_tails},
        {"/ensemble/delta_A1", float64, "nE", "1", "anisotropy of the mean current, |<J>| / (c <n> / 3)",
         heavy_tailed_mean},
        {"/ensemble/delta_A2", float64, "nE", "1",
         "anisotropy of the fluctuating current, sqrt(<dJ.dJ>) / (c <n> / 3)", heavy_tails},
        {"/ensemble/tail_fractions", float64, "2", "1", "shares of the realizations that make up the tails"},
        {"/ensemble/tail_index_density", float64, "2,nE", "1",
         "Hill's estimate of the tail index of n - <n>, groups summed; relative error 1/sqrt(values in the "
         "tail), NaN for less than ten"},
        {"/ensemble/tail_index_density_expected", float64, "2,nE", "1", expected_index},
        {"/ensemble/tail_index_current", float64, "2,nE", "1",
         "Hill's estimate of the tail index of |J - J0|, groups summed, J0 the component-wise median (a mean does not "
         "exist in a thin disc); relative error and NaN as for the density"},
        {"/ensemble/tail_index_current_expected", float64, "2,nE", "1", expected_index},
        {"/ensemble/phase_histogram", int64, "36,nE", "1",
         "number of realizations in each of 36 bins of the phase"},
        {"/ensemble/phase_resultant", float64, "nE", "1",
         "mean resultant length of the phase: 1 always the same, 0 scattered evenly"},
        {"/ensemble/undefined_fraction", float64, "nE", "1",
         "share of realizations without particles, left out of the statistics of the anisotropy"},
    };
}

std::vector<LayoutItem> describe_moments() {
    using enum ItemType;
    return {
        {"/expect", group, "", "", "expectation values over all histories of the sources, by integration"},
        {"/expect/density", float64, "nS,nE", density_units, "expected density of particles per energy"},
        {"/expect/current", float64, "nS,nE,3", current_units,
         "expected current per energy, J = -D grad n, components x, y, z"},
        {"/expect/fluctuation_current", float64, "nE", "cm^-4 s^-2 GeV^-2",
         "<dJ.dJ> from sources of at least the minimum age, the groups summed before squaring"},
        {"/expect/large_scale", float64, "nE", "1",
         "delta_A1, anisotropy of the expected current, |<J>| / (c <n> / 3)"},
        {"/expect/small_scale", float64, "nE", "1",
         "delta_A2, anisotropy of the fluctuating current, sqrt(<dJ.dJ>) / (c <n> / 3)", minimum_age_matters},
        {"/expect/small_scale_planar", float64, "nE", "1",
         "part of delta_A2 that comes from the components of the current along the disc", minimum_age_matters},
        {"/expect/minimum_age", float64, "nE", "yr",
         "T_min, the smallest effective age of the sources in <dJ.dJ>"},
    };
}

std::vector<LayoutItem> describe_catalogue() {
    using enum ItemType;
    return {
        {"/sources", group, "", "",
         "the random sources of one realization, within the time span, before any is left out for its age or distance"},
        {"/sources/position", float64, "N,3", "kpc",
         "Galactocentric position, components x (towards the Sun), y (away from the rotation), z (north)"},
        {"/sources/age", float64, "N", "yr", "time since the explosion"},
    };
}

std::vector<LayoutItem> describe_parts() {
    using enum ItemType;
    return {
        {"/parts", group, "", "",
         "what the random sources of segments of ages give, for realizations of which other segments are still missing"},
        {"/parts/index", int64, "P", "1", "global index of the realization"},
        {"/parts/segment", int64, "P", "1", "number of the segment, 0 for the youngest sources"},
        {"/parts/source_count", int64, "P", "1", "number of sources drawn"},
        {"/parts/density", float64, "P,nS,nE", "kpc^-3 GeV^-1", "density of particles per energy"},
        {"/parts/current", float64, "P,nS,nE,3", "kpc^-2 Myr^-1 GeV^-1",
         "diffusive current per energy, J = -D grad n, components x, y, z"},
        {"/parts/checksum", uint64, "P", "1",
         "first 8 bytes (big-endian) of the SHA-256 of the part's bytes in the datasets before this"},
    };
}

std::vector<LayoutItem> describe_own(FileKind kind) {
    switch (kind) {
        case FileKind::ensemble: break;
        case FileKind::moments: return describe_moments();
        case FileKind::catalogue: return describe_catalogue();
        case FileKind::grid: return storage::describe_grid();
        case FileKind::parts: return describe_parts();
    }
    return describe_ensemble();
}

std::vector<LayoutItem> describe(FileKind kind) {
    std::vector<LayoutItem> items = describe_common();
    const std::vector<LayoutItem> own = describe_own(kind);
    items.insert(items.end(), own.begin(), own.end());
    return items;
}

}  // namespace

const std::vector<FileKind>& file_kinds() {
    static const std::vector<FileKind> kinds = {FileKind::ensemble, FileKind::moments, FileKind::catalogue,
                                                FileKind::grid, FileKind::parts};
    return kinds;
}

const char* file_format(FileKind kind) {
    switch (kind) {
        case FileKind::ensemble: break;
        case FileKind::moments: return "greenhalo-moments";
        case FileKind::catalogue: return "greenhalo-sources";
        case FileKind::grid: return "greenhalo-grid";
        case FileKind::parts: return "greenhalo-parts";
    }
    return result_format;
}

const std::vector<LayoutItem>& layout_of(FileKind kind) {
    static const std::map<FileKind, std::vector<LayoutItem>> layouts = [] {
        std::map<FileKind, std::vector<LayoutItem>> all;
        for (const FileKind each : file_kinds()) all[each] = describe(each);
        return all;
    }();
    return layouts.at(kind);
}

const std::vector<LayoutItem>& result_layout() {
    return layout_of(FileKind::ensemble);
}

const std::vector<LayoutAttribute>& result_attributes() {
    static const std::vector<LayoutAttribute> attributes = {
        {"/", "format", std::string(result_format) + ", greenhalo-moments from greenhalo expect, greenhalo-sources from greenhalo sources, greenhalo-grid from greenhalo validate; greenhalo-parts is a companion of a result"},
        {"/", "format_version", "version of this layout; the program refuses others, the Python module and the figures newer ones"},
        {"/", "greenhalo_version", "release of the program that created the file"},
        {"/", "created", "when the file was created (UTC, ISO 8601)"},
        {"/", "command", "the command line that created the file"},
        {"/config", "text", "the effective input, complete, as INI text that runs again"},
        {"/config", "(section.key)", "one attribute per key of the input with its value as text"},
        {"/config/files/N", "path", "path of the input file as it was opened"},
        {"/config/files/N", "sha256", "SHA-256 of its content, hexadecimal"},
        {"/provenance", "(fact)",
         "git revision, compiler, flags, instruction set, versions of the libraries; of an ensemble also model_sha256, the "
         "SHA-256 of all input that its realizations depend on"},
    };
    return attributes;
}

const LayoutItem& layout_item(const std::string& path) {
    for (const FileKind kind : file_kinds()) {
        for (const LayoutItem& item : layout_of(kind)) {
            if (item.path == path) return item;
        }
    }
    throw Error(fmt::format("a result file has no dataset {}", path));
}

std::vector<std::uint64_t> layout_extents(const LayoutItem& item, const Dimensions& dimensions) {
    std::vector<std::uint64_t> extents;
    const std::string& shape = item.shape;
    for (std::size_t start = 0; start < shape.size();) {
        const std::size_t end = std::min(shape.find(',', start), shape.size());
        const std::string symbol = shape.substr(start, end - start);
        std::int64_t extent = 0;
        if (symbol == "M") {
            extent = dimensions.realizations;
        } else if (symbol == "nS") {
            extent = dimensions.species;
        } else if (symbol == "nE") {
            extent = dimensions.energies;
        } else if (symbol == "B") {
            extent = dimensions.bytes;
        } else if (symbol == "N") {
            extent = dimensions.sources;
        } else if (symbol == "nC") {
            extent = dimensions.comparisons;
        } else if (symbol == "nK") {
            extent = dimensions.systems;
        } else if (symbol == "nR") {
            extent = dimensions.runs;
        } else if (symbol == "nT") {
            extent = dimensions.times;
        } else if (symbol == "nX") {
            extent = dimensions.cases;
        } else if (symbol == "P") {
            extent = dimensions.parts;
        } else {
            const auto [stop, error] = std::from_chars(symbol.data(), symbol.data() + symbol.size(), extent);
            if (error != std::errc() || stop != symbol.data() + symbol.size() || extent <= 0) {
                throw Error(
                    fmt::format("{} has the unknown extent '{}' in its shape {}", item.path, symbol, shape));
            }
        }
        extents.push_back(static_cast<std::uint64_t>(extent));
        start = end + 1;
    }
    return extents;
}

std::uint64_t layout_elements(const LayoutItem& item, const Dimensions& dimensions) {
    std::uint64_t count = 1;
    for (const std::uint64_t extent : layout_extents(item, dimensions)) count *= extent;
    return count;
}

}  // namespace greenhalo
