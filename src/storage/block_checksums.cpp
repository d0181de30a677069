#include "storage/block_checksums.h"

#include <algorithm>
#include <numeric>

#include "storage/create.h"
#include "storage/digest.h"

namespace greenhalo::storage {

namespace {

constexpr std::size_t bytes_at_once = std::size_t{1} << 24;

/// The bytes of a dataset as they lie in the file.
void add_dataset(Digest& digest, hid_t file, const std::string& path) {
    const hdf5::Dataset dataset = hdf5::open_dataset(file, path);
    const hdf5::Type type(H5Dget_type(dataset.id()), "reading the type of a dataset");
    const std::vector<std::uint64_t> shape = hdf5::extents(dataset);
    std::size_t row_size = H5Tget_size(type.id());
    for (std::size_t axis = 1; axis < shape.size(); ++axis) row_size *= shape[axis];
    if (shape.empty()) {
        std::vector<char> bytes(row_size);
        hdf5::read_all(dataset, type.id(), bytes.data());
        digest.add(bytes.data(), bytes.size());
        return;
    }
    const std::uint64_t rows_at_once =
        std::max<std::uint64_t>(1, bytes_at_once / std::max<std::size_t>(1, row_size));
    std::vector<char> bytes;
    for (std::uint64_t first = 0; first < shape[0]; first += rows_at_once) {
        std::vector<std::int64_t> rows(std::min(rows_at_once, shape[0] - first));
        std::iota(rows.begin(), rows.end(), static_cast<std::int64_t>(first));
        bytes.resize(rows.size() * row_size);
        hdf5::read_rows(dataset, rows, type.id(), bytes.data());
        digest.add(bytes.data(), bytes.size());
    }
}

bool begins_with(const std::string& path, const char* start) {
    return path.starts_with(start);
}

bool is_of_the_model(const StoredItem& stored) {
    const std::string& path = stored.path;
    if (stored.item->type == ItemType::group) return false;
    if (path == "/realizations/index") return true;
    return !begins_with(path, "/realizations/") && !begins_with(path, "/ensemble/") &&
           path != "/provenance/starts" && path != "/provenance/checksum";
}

}  // namespace

std::uint64_t model_checksum(hid_t file, const Description& description) {
    Digest digest;
    for (const StoredItem& stored : stored_items(description)) {
        if (is_of_the_model(stored)) add_dataset(digest, file, stored.path);
    }
    return digest.take();
}

std::uint64_t ensemble_checksum(hid_t file, const Description& description, std::int64_t realizations) {
    Digest digest;
    digest.add(&realizations, sizeof realizations);
    for (const StoredItem& stored : stored_items(description)) {
        const std::string& path = stored.path;
        if (begins_with(path, "/ensemble/") && path != "/ensemble/realizations" &&
            path != "/ensemble/checksum")
            add_dataset(digest, file, path);
    }
    return digest.take();
}

std::uint64_t read_checksum(hid_t file, const std::string& path) {
    std::uint64_t value = 0;
    hdf5::read_all(hdf5::open_dataset(file, path), H5T_NATIVE_UINT64, &value);
    return value;
}

void write_checksum(hid_t file, const std::string& path, std::uint64_t value) {
    hdf5::write_all(hdf5::open_dataset(file, path), H5T_NATIVE_UINT64, &value);
}

}  // namespace greenhalo::storage
