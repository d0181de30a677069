#include "storage/stored_rows.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <numeric>

#include "greenhalo/base/error.h"
#include "storage/digest.h"

namespace greenhalo {

Dimensions Description::dimensions() const {
    Dimensions all = grid;
    all.realizations = count;
    all.species = static_cast<std::int64_t>(species.size());
    all.energies = static_cast<std::int64_t>(energy.size());
    all.sources = sources;
    all.parts = parts;
    return all;
}

namespace storage {

std::vector<RowQuantity> row_quantities(const Description& description) {
    static const std::pair<const char*, std::vector<double> RealizationRows::*> all[] = {
        {"/realizations/density", &RealizationRows::density},
        {"/realizations/current", &RealizationRows::current},
        {"/realizations/anisotropy", &RealizationRows::anisotropy},
        {"/realizations/projected/amplitude", &RealizationRows::projected_amplitude},
        {"/realizations/projected/phase", &RealizationRows::projected_phase},
        {"/realizations/dominant/distance", &RealizationRows::dominant_distance},
        {"/realizations/dominant/age", &RealizationRows::dominant_age},
        {"/realizations/dominant/longitude", &RealizationRows::dominant_longitude},
        {"/realizations/dominant/latitude", &RealizationRows::dominant_latitude},
        {"/realizations/dominant/share_current", &RealizationRows::dominant_share_current},
        {"/realizations/dominant/share_density", &RealizationRows::dominant_share_density},
        {"/realizations/dominant/listed", &RealizationRows::dominant_listed},
    };
    Dimensions one_row = description.dimensions();
    one_row.realizations = 1;
    std::vector<RowQuantity> quantities;
    for (const auto& [path, values] : all) {
        const LayoutItem& item = layout_item(path);
        if (description.stored >= item.least)
            quantities.push_back({path, values, layout_elements(item, one_row)});
    }
    return quantities;
}

namespace {

std::string model_of(const Description& description) {
    for (const auto& [fact, value] : description.provenance) {
        if (fact == model_fact) return value;
    }
    return "";
}

}  // namespace

std::vector<std::uint64_t> row_checksums(const Description& description, const RealizationRows& rows) {
    // The file holds little-endian numbers, and the checksum is of the file's bytes.
    static_assert(std::endian::native == std::endian::little, "byte order of the checksum");
    const auto quantities = row_quantities(description);
    const std::string model = model_of(description);
    Digest digest;
    std::vector<std::uint64_t> checksums;
    for (std::size_t i = 0; i < rows.row.size(); ++i) {
        const std::int64_t head[] = {description.first + rows.row[i], rows.source_count[i]};
        digest.add(model.data(), model.size());
        digest.add(head, sizeof head);
        for (const RowQuantity& quantity : quantities) {
            const double* values = (rows.*quantity.values).data() + i * quantity.row_size;
            digest.add(values, quantity.row_size * sizeof(double));
        }
        checksums.push_back(digest.take());
    }
    return checksums;
}

void check_rows(const Description& description, const RealizationRows& rows) {
    for (const std::int64_t row : rows.row) {
        if (row < 0 || row >= description.count) {
            throw Error(fmt::format("row {} is outside the result file, which has rows 0 to {}", row,
                                    description.count - 1));
        }
    }
    if (rows.source_count.size() != rows.row.size()) {
        throw Error(
            fmt::format("source_count has {} values for {} rows", rows.source_count.size(), rows.row.size()));
    }
    for (const RowQuantity& quantity : row_quantities(description)) {
        const std::size_t size = (rows.*quantity.values).size(), right = rows.row.size() * quantity.row_size;
        if (size != right) {
            throw Error(fmt::format("{} has {} values instead of {} ({} for each of {} rows)", quantity.path,
                                    size, right, quantity.row_size, rows.row.size()));
        }
    }
}

std::vector<std::size_t> ascending_order(const std::vector<std::int64_t>& rows) {
    std::vector<std::size_t> order(rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rows[a] < rows[b]; });
    return order;
}

}  // namespace storage

}  // namespace greenhalo
