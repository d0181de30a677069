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

RealizationFlaws flaws_of(const double* anisotropy, const double* distance, const double* age, std::size_t energies) {
    RealizationFlaws flaws;
    for (std::size_t e = 0; e < energies; ++e) {
        const double* d = anisotropy + 3 * e;
        // comparisons with NaN are false
        flaws.above_one = flaws.above_one || d[0] * d[0] + d[1] * d[1] + d[2] * d[2] > 1.0;
        flaws.inside_remnant =
            flaws.inside_remnant || distance[e] < remnant_radius(std::isnan(age[e]) ? 0.0 : age[e] * units::myr_per_year);
    }
    return flaws;
}

std::vector<std::string> ensemble_warnings(const ResultFile& file) {
    constexpr std::size_t rows_at_once = 1024;  // bounds the memory
    const Description& d = file.description();
    if (d.kind != FileKind::ensemble || d.stored == Stored::none) return {};
    const std::vector<std::int64_t> rows = file.complete_rows();
    const std::size_t energies = d.energy.size();
    const auto hdf5_file = hdf5::open_file(file.path(), hdf5::Access::read);
    const auto anisotropy = hdf5::open_dataset(hdf5_file.id(), "/realizations/anisotropy");
    const auto distance = hdf5::open_dataset(hdf5_file.id(), "/realizations/dominant/distance");
    const auto age = hdf5::open_dataset(hdf5_file.id(), "/realizations/dominant/age");
    std::int64_t above_one = 0, inside_remnant = 0;
    std::vector<double> vectors(3 * rows_at_once * energies), distances(rows_at_once * energies),
        ages(rows_at_once * energies);
    for (std::size_t first = 0; first < rows.size(); first += rows_at_once) {
        const std::vector<std::int64_t> part(
            rows.begin() + static_cast<std::ptrdiff_t>(first),
            rows.begin() + static_cast<std::ptrdiff_t>(std::min(first + rows_at_once, rows.size())));
        hdf5::read_rows(anisotropy, part, H5T_NATIVE_DOUBLE, vectors.data());
        hdf5::read_rows(distance, part, H5T_NATIVE_DOUBLE, distances.data());
        hdf5::read_rows(age, part, H5T_NATIVE_DOUBLE, ages.data());
        for (std::size_t i = 0; i < part.size(); ++i) {
            const RealizationFlaws flaws = flaws_of(&vectors[3 * i * energies], &distances[i * energies],
                                                    &ages[i * energies], energies);
            above_one += flaws.above_one;
            inside_remnant += flaws.inside_remnant;
        }
    }
    std::vector<std::string> warnings;
    const auto total = static_cast<std::int64_t>(rows.size());
    if (above_one > 0) {
        warnings.push_back(fmt::format(
            "{} the amplitude exceeds 1 at some energy: sources farther than light can have travelled contribute "
            "(sources.causal = yes leaves them out)",
            share_text(above_one, total)));
    }
    if (inside_remnant > 0) {
        warnings.push_back(fmt::format(
            "{} the dominant source is nearer than the radius of its remnant at some energy, where it is no point source "
            "(sources.minimum-distance leaves such sources out)",
            share_text(inside_remnant, total)));
    }
    return warnings;
}

}  // namespace greenhalo
