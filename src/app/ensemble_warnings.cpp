#include "app/ensemble_warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "greenhalo/base/units.h"
#include "greenhalo/physics/remnant.h"
#include "greenhalo/storage/hdf5.h"

namespace greenhalo {

namespace {

/// "100", "40", "0.3".
std::string percent_text(double percent) {
    return percent >= 10.0 ? fmt::format("{:.0f}", percent) : fmt::format("{:.2g}", percent);
}

std::string share_text(std::int64_t count, std::int64_t total) {
    return fmt::format("in {} of {} realization{} ({} %)", count, total, total == 1 ? "" : "s",
                       percent_text(100.0 * static_cast<double>(count) / static_cast<double>(total)));
}

}  // namespace

RealizationFlaws flaws_of(const double* anisotropy, const double* distance, const double* age, const double* listed,
                          std::size_t energies) {
    RealizationFlaws flaws;
    for (std::size_t e = 0; e < energies; ++e) {
        const double* d = anisotropy + 3 * e;
        // comparisons with NaN are false
        flaws.above_one = flaws.above_one || d[0] * d[0] + d[1] * d[1] + d[2] * d[2] > 1.0;
        if (!(distance[e] < remnant_radius(std::isnan(age[e]) ? 0.0 : age[e] * units::myr_per_year))) continue;
        (listed[e] >= 0.0 ? flaws.inside_listed_remnant : flaws.inside_random_remnant) = true;
    }
    return flaws;
}

namespace {

/// Of all complete realizations.
struct Flaws {
    std::int64_t total = 0, above_one = 0, inside_remnant = 0;
    bool of_random_sources = false;
};

std::string above_one_text(const std::string& share) {
    return share + " the amplitude exceeds 1 at some energy: a source is farther than 2/3 c tau, for which diffusion is not made "
                   "(sources.causal = yes leaves out those farther than c tau)";
}

Flaws count_flaws(const ResultFile& file) {
    constexpr std::size_t rows_at_once = 1024;  // bounds the memory
    const std::vector<std::int64_t> rows = file.complete_rows();
    const std::size_t energies = file.description().energy.size();
    const auto hdf5_file = hdf5::open_file(file.path(), hdf5::Access::read);
    const auto anisotropy = hdf5::open_dataset(hdf5_file.id(), "/realizations/anisotropy");
    const auto distance = hdf5::open_dataset(hdf5_file.id(), "/realizations/dominant/distance");
    const auto age = hdf5::open_dataset(hdf5_file.id(), "/realizations/dominant/age");
    const auto listed = hdf5::open_dataset(hdf5_file.id(), "/realizations/dominant/listed");
    Flaws all;
    all.total = static_cast<std::int64_t>(rows.size());
    const std::size_t size = rows_at_once * energies;
    std::vector<double> vectors(3 * size), distances(size), ages(size), listings(size);
    for (std::size_t first = 0; first < rows.size(); first += rows_at_once) {
        const std::vector<std::int64_t> part(
            rows.begin() + static_cast<std::ptrdiff_t>(first),
            rows.begin() + static_cast<std::ptrdiff_t>(std::min(first + rows_at_once, rows.size())));
        hdf5::read_rows(anisotropy, part, H5T_NATIVE_DOUBLE, vectors.data());
        hdf5::read_rows(distance, part, H5T_NATIVE_DOUBLE, distances.data());
        hdf5::read_rows(age, part, H5T_NATIVE_DOUBLE, ages.data());
        hdf5::read_rows(listed, part, H5T_NATIVE_DOUBLE, listings.data());
        for (std::size_t i = 0; i < part.size(); ++i) {
            const std::size_t at = i * energies;
            const RealizationFlaws flaws = flaws_of(&vectors[3 * at], &distances[at], &ages[at], &listings[at], energies);
            all.above_one += flaws.above_one;
            all.inside_remnant += flaws.inside_random_remnant || flaws.inside_listed_remnant;
            all.of_random_sources = all.of_random_sources || flaws.inside_random_remnant;
        }
    }
    return all;
}

/// Where nothing is stored of each realization the statistics tell.
std::vector<std::string> statistics_warnings(const ResultFile& file) {
    const auto total = static_cast<std::int64_t>(file.dataset("/ensemble/realizations").at(0));
    if (total == 0) return {};
    const double share = file.dataset("/ensemble/amplitude_above_one").at(0);
    const auto count = std::llround(share * static_cast<double>(total));
    if (count == 0) return {};
    return {above_one_text(share_text(count, total))};
}

}  // namespace

std::vector<std::string> ensemble_warnings(const ResultFile& file) {
    const Description& d = file.description();
    if (d.kind != FileKind::ensemble) return {};
    if (d.stored == Stored::none) return statistics_warnings(file);
    const Flaws flaws = count_flaws(file);
    std::vector<std::string> warnings;
    if (flaws.above_one > 0) warnings.push_back(above_one_text(share_text(flaws.above_one, flaws.total)));
    if (flaws.inside_remnant > 0) {
        warnings.push_back(fmt::format(
            "{} the dominant source is nearer than the radius of its remnant at some energy, where it is no point source ({})",
            share_text(flaws.inside_remnant, flaws.total),
            flaws.of_random_sources ? "sources.minimum-distance leaves random ones out" : "it is one of sources.catalogue"));
    }
    return warnings;
}

}  // namespace greenhalo
