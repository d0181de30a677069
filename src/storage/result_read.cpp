// Reads a result file with one process.
#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "greenhalo/base/error.h"
#include "greenhalo/storage/hdf5.h"
#include "greenhalo/storage/result_file.h"
#include "greenhalo/storage/salvage.h"
#include "storage/agreement.h"
#include "storage/block_checksums.h"
#include "storage/create.h"
#include "storage/start_row.h"
#include "storage/stored_rows.h"

namespace greenhalo {

namespace {

constexpr const char* way_on =
    "restore it from a copy, or let greenhalo run with --resume take over the realizations that are sound in "
    "it";

hdf5::File open_for_reading(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        throw InputError(fmt::format("cannot open the result file {}: {}", path, std::strerror(errno)));
    }
    if (S_ISDIR(status.st_mode)) throw InputError(fmt::format("{} is a folder: name a result file", path));
    if (S_ISREG(status.st_mode) && status.st_size == 0)
        throw InputError(fmt::format("{} is empty: remove it", path));
    try {
        return hdf5::open_file(path, hdf5::Access::read);
    } catch (const Error& failure) {
        const std::string text = failure.what();
        if (text.find("signature not found") != std::string::npos) {
            throw DamagedFile(
                fmt::format("{} is not a result of greenhalo, or its beginning is damaged: it is not an HDF5 "
                            "file; if it was one, {}",
                            path, way_on));
        }
        if (text.find("truncated file") != std::string::npos) {
            throw DamagedFile(fmt::format(
                "{} is truncated: it was not copied whole, or its disc lost a part of it ({}); {}", path,
                text, way_on));
        }
        if (dynamic_cast<const InputError*>(&failure) != nullptr) throw;
        throw DamagedFile(fmt::format("the result file {} is damaged: {}; {}", path, text, way_on));
    }
}

struct Format {
    bool is_stated = false;
    std::string name;
    std::int64_t version = 0;
};

Format stated_format(hid_t file) {
    const hdf5::Group root(H5Gopen2(file, "/", H5P_DEFAULT), "opening /");
    if (!hdf5::has_attribute(root.id(), "format") || !hdf5::has_attribute(root.id(), "format_version"))
        return {};
    return {true, hdf5::read_text_attribute(root.id(), "format"),
            hdf5::read_integer_attribute(root.id(), "format_version")};
}

FileKind read_format(hid_t file, const std::string& path) {
    Format stated;
    try {
        stated = stated_format(file);
    } catch (const Error& failure) {
        throw DamagedFile(fmt::format("the result file {} is damaged: {}; {}", path, failure.what(), way_on));
    }
    if (!stated.is_stated) {
        throw Error(
            fmt::format("{} is not a result of greenhalo: its root has no attributes format and "
                        "format_version",
                        path));
    }
    const std::string& format = stated.name;
    const auto kind = std::find_if(file_kinds().begin(), file_kinds().end(),
                                   [&](FileKind each) { return format == file_format(each); });
    if (kind == file_kinds().end()) {
        throw Error(fmt::format("{} is not a result of greenhalo: its format is '{}' instead of '{}'", path,
                                format, result_format));
    }
    const std::int64_t version = stated.version;
    if (version != result_format_version) {
        const bool older = version < result_format_version;
        throw Error(
            fmt::format("{} has the {} format {}, this program reads and writes format {}: use {}", path,
                        older ? "older" : "newer", version, result_format_version,
                        older ? "the greenhalo that wrote it (its attribute greenhalo_version), or compute "
                                "it again"
                              : "a newer greenhalo"));
    }
    return *kind;
}

std::vector<std::pair<std::string, std::string>> read_entries(hid_t group) {
    std::vector<std::pair<std::string, std::string>> entries;
    for (const std::string& name : hdf5::attribute_names(group)) {
        entries.emplace_back(name, hdf5::read_text_attribute(group, name));
    }
    return entries;
}

std::vector<InputFile> read_input_files(hid_t file) {
    std::vector<InputFile> inputs;
    for (;;) {
        const std::string path = fmt::format("/config/files/{}", inputs.size());
        if (!hdf5::exists(file, path)) return inputs;
        const hdf5::Group group(H5Gopen2(file, path.c_str(), H5P_DEFAULT), fmt::format("opening {}", path));
        const hdf5::Dataset dataset = hdf5::open_dataset(file, path + "/content");
        InputFile input;
        input.path = hdf5::read_text_attribute(group.id(), "path");
        input.sha256 = hdf5::read_text_attribute(group.id(), "sha256");
        input.content.resize(hdf5::extents(dataset).at(0));
        if (!input.content.empty()) hdf5::read_all(dataset, H5T_NATIVE_UINT8, input.content.data());
        inputs.push_back(std::move(input));
    }
}

std::vector<std::string> read_texts(hid_t file, const std::string& path) {
    const hdf5::Dataset dataset = hdf5::open_dataset(file, path);
    const hdf5::Type type(H5Dget_type(dataset.id()), fmt::format("reading {}", path));
    const std::size_t size = H5Tget_size(type.id());
    std::vector<std::string> texts(hdf5::extents(dataset).at(0));
    std::string packed(size * texts.size(), '\0');
    hdf5::read_all(dataset, type.id(), packed.data());
    for (std::size_t k = 0; k < texts.size(); ++k) {
        const std::string text = packed.substr(k * size, size);
        texts[k] = text.substr(0, text.find('\0'));
    }
    return texts;
}

std::vector<Description::Species> read_species(hid_t file) {
    const std::vector<std::string> names = read_texts(file, "/species/name");
    std::vector<Description::Species> species(names.size());
    const std::vector<double> charge = hdf5::read_doubles(file, "/species/charge");
    const std::vector<double> mass_number = hdf5::read_doubles(file, "/species/mass_number");
    for (std::size_t k = 0; k < species.size(); ++k) {
        species[k] = {names[k], charge.at(k), mass_number.at(k)};
    }
    return species;
}

// Which problem a grid file is about, and its extents.
void read_grid_extents(hid_t file, Description& description) {
    const auto rows = [&](const std::string& path) {
        return static_cast<std::int64_t>(hdf5::extents(hdf5::open_dataset(file, path)).at(0));
    };
    description.grid.comparisons = rows("/grid/comparison/error");
    description.grid.systems = rows("/grid/cost/solves");
    for (const LayoutItem& item : layout_of(FileKind::grid)) {
        if (item.type == ItemType::group && !item.problem.empty() && hdf5::exists(file, item.path)) {
            description.grid_problem = item.problem;
        }
    }
    if (description.grid_problem == "one_source") {
        description.grid.runs = rows("/grid/one_source/start");
        description.grid.times = rows("/grid/one_source/age");
    } else if (description.grid_problem == "many_sources") {
        description.grid.times = rows("/grid/many_sources/time");
    } else if (description.grid_problem == "beyond") {
        description.grid.cases = rows("/grid/beyond/name");
    }
}

Description read_description(hid_t file, FileKind kind) {
    const auto open = [&](const std::string& path) {
        return hdf5::Group(H5Gopen2(file, path.c_str(), H5P_DEFAULT), fmt::format("opening {}", path));
    };
    Description description;
    description.kind = kind;
    description.command = hdf5::read_text_attribute(open("/").id(), "command");
    description.config_entries = read_entries(open("/config").id());
    const auto text = std::find_if(description.config_entries.begin(), description.config_entries.end(),
                                   [](const auto& entry) { return entry.first == "text"; });
    if (text == description.config_entries.end()) throw Error("/config has no attribute text");
    description.config_text = text->second;
    description.config_entries.erase(text);
    description.input_files = read_input_files(file);
    description.provenance = read_entries(open("/provenance").id());
    description.energy = hdf5::read_doubles(file, "/energy");
    description.species = read_species(file);
    description.yield = hdf5::read_doubles(file, "/species/release/yield");
    description.delay = hdf5::read_doubles(file, "/species/release/delay");

    if (kind == FileKind::catalogue) {
        description.sources =
            static_cast<std::int64_t>(hdf5::extents(hdf5::open_dataset(file, "/sources/age")).at(0));
    }
    if (kind == FileKind::grid) read_grid_extents(file, description);
    if (kind == FileKind::parts) {
        description.parts =
            static_cast<std::int64_t>(hdf5::extents(hdf5::open_dataset(file, "/parts/index")).at(0));
    }
    if (kind != FileKind::ensemble) return description;
    const hdf5::Dataset index = hdf5::open_dataset(file, "/realizations/index");
    description.count = static_cast<std::int64_t>(hdf5::extents(index).at(0));
    if (description.count == 0) throw Error("/realizations has no rows");
    hdf5::read_rows(index, {0}, H5T_NATIVE_INT64, &description.first);
    // the input states it as well, and what HDF5 keeps as an attribute is protected by checksums of its own
    for (const auto& [key, value] : description.config_entries) {
        if (key == "ensemble.first")
            std::from_chars(value.data(), value.data() + value.size(), description.first);
    }
    description.stored = hdf5::exists(file, "/realizations/density")      ? Stored::all
                         : hdf5::exists(file, "/realizations/anisotropy") ? Stored::anisotropy
                                                                          : Stored::none;
    return description;
}

void check_layout(hid_t file, const Description& description) {
    for (const storage::StoredItem& stored : storage::stored_items(description)) {
        if (!hdf5::exists(file, stored.path)) throw Error(fmt::format("{} is missing", stored.path));
        if (stored.item->type == ItemType::group) continue;
        if (hdf5::extents(hdf5::open_dataset(file, stored.path)) !=
            layout_extents(*stored.item, stored.dimensions)) {
            throw Error(fmt::format("{} has another shape than {}", stored.path, stored.item->shape));
        }
    }
}

std::vector<std::uint8_t> read_complete(hid_t file, std::int64_t count) {
    std::vector<std::uint8_t> complete(static_cast<std::size_t>(count));
    hdf5::read_all(hdf5::open_dataset(file, "/realizations/complete"), H5T_NATIVE_UINT8, complete.data());
    return complete;
}

std::vector<std::int64_t> rows_with_mark(const std::vector<std::uint8_t>& complete) {
    std::vector<std::int64_t> rows;
    for (std::size_t row = 0; row < complete.size(); ++row) {
        if (complete[row] != 0) rows.push_back(static_cast<std::int64_t>(row));
    }
    return rows;
}

std::vector<storage::StartRow> read_starts(hid_t file) {
    const hdf5::Dataset dataset = hdf5::open_dataset(file, "/provenance/starts");
    std::vector<storage::StartRow> table(hdf5::extents(dataset).at(0));
    hdf5::read_all(dataset, storage::start_row_type().id(), table.data());
    return table;
}

struct CheckedRows {
    RealizationRows rows;
    std::vector<std::int64_t> damaged;
};

CheckedRows read_ascending(hid_t file, const Description& description,
                           const std::vector<std::int64_t>& ascending) {
    CheckedRows result;
    RealizationRows& rows = result.rows;
    rows.row = ascending;
    if (ascending.empty()) return result;
    rows.source_count.resize(ascending.size());
    hdf5::read_rows(hdf5::open_dataset(file, "/realizations/source_count"), ascending, H5T_NATIVE_INT64,
                    rows.source_count.data());
    for (const storage::RowQuantity& quantity : storage::row_quantities(description)) {
        std::vector<double>& values = rows.*quantity.values;
        values.resize(ascending.size() * quantity.row_size);
        hdf5::read_rows(hdf5::open_dataset(file, quantity.path), ascending, H5T_NATIVE_DOUBLE, values.data());
    }
    std::vector<std::uint64_t> stored(ascending.size());
    hdf5::read_rows(hdf5::open_dataset(file, "/realizations/checksum"), ascending, H5T_NATIVE_UINT64,
                    stored.data());
    const std::vector<std::uint64_t> computed = storage::row_checksums(description, rows);
    for (std::size_t i = 0; i < ascending.size(); ++i) {
        if (stored[i] != computed[i]) result.damaged.push_back(ascending[i]);
    }
    return result;
}

}  // namespace

ResultFile ResultFile::read(const std::string& path, MPI_Comm communicator) {
    Description description;
    storage::together(communicator, [&] {
        const hdf5::File file = open_for_reading(path);
        const FileKind kind = read_format(file.id(), path);
        try {
            description = read_description(file.id(), kind);
            check_layout(file.id(), description);
        } catch (const Error& failure) {
            throw DamagedFile(
                fmt::format("the result file {} is damaged: {}; {}", path, failure.what(), way_on));
        }
    });
    return ResultFile(path, std::move(description));
}

std::string ResultFile::attribute(const std::string& name) const {
    const hdf5::File file = open_for_reading(path_);
    const hdf5::Group root(H5Gopen2(file.id(), "/", H5P_DEFAULT), fmt::format("reading {}", path_));
    return hdf5::read_text_attribute(root.id(), name);
}

std::vector<std::int64_t> ResultFile::complete_rows() const {
    return rows_with_mark(read_complete(open_for_reading(path_).id(), description_.count));
}

namespace {

constexpr std::size_t rows_at_once = 256;  // bounds the memory

/// Calls `take` with a part of the rows after the other.
template <class Take>
void in_pieces(const std::vector<std::int64_t>& rows, Take take) {
    for (std::size_t first = 0; first < rows.size(); first += rows_at_once) {
        const std::size_t last = std::min(first + rows_at_once, rows.size());
        take(std::vector<std::int64_t>(rows.begin() + static_cast<std::ptrdiff_t>(first),
                                       rows.begin() + static_cast<std::ptrdiff_t>(last)));
    }
}

}  // namespace

std::vector<std::int64_t> ResultFile::damaged_rows() const {
    const hdf5::File file = open_for_reading(path_);
    const std::vector<std::int64_t> rows = rows_with_mark(read_complete(file.id(), description_.count));
    std::vector<std::int64_t> damaged;
    in_pieces(rows, [&](const std::vector<std::int64_t>& part) {
        const CheckedRows checked = read_ascending(file.id(), description_, part);
        damaged.insert(damaged.end(), checked.damaged.begin(), checked.damaged.end());
    });
    return damaged;
}

RealizationRows ResultFile::sound_realizations(const std::vector<std::int64_t>& rows) const {
    const hdf5::File file = open_for_reading(path_);
    const std::vector<std::uint8_t> complete = read_complete(file.id(), description_.count);
    std::vector<std::int64_t> wanted;
    for (const std::int64_t row : rows) {
        if (row >= 0 && row < description_.count && complete[static_cast<std::size_t>(row)] != 0)
            wanted.push_back(row);
    }
    std::sort(wanted.begin(), wanted.end());
    const auto quantities = storage::row_quantities(description_);
    RealizationRows sound;
    in_pieces(wanted, [&](const std::vector<std::int64_t>& part) {
        const CheckedRows checked = read_ascending(file.id(), description_, part);
        for (std::size_t i = 0; i < part.size(); ++i) {
            if (std::binary_search(checked.damaged.begin(), checked.damaged.end(), part[i])) continue;
            sound.row.push_back(part[i]);
            sound.source_count.push_back(checked.rows.source_count[i]);
            for (const storage::RowQuantity& quantity : quantities) {
                const auto first = (checked.rows.*quantity.values).begin() +
                                   static_cast<std::ptrdiff_t>(i * quantity.row_size);
                auto& values = sound.*quantity.values;
                values.insert(values.end(), first, first + static_cast<std::ptrdiff_t>(quantity.row_size));
            }
        }
    });
    return sound;
}

bool ResultFile::model_is_sound() const {
    const hdf5::File file = open_for_reading(path_);
    return storage::read_checksum(file.id(), "/provenance/checksum") ==
           storage::model_checksum(file.id(), description_);
}

bool ResultFile::ensemble_is_sound() const {
    const hdf5::File file = open_for_reading(path_);
    std::int64_t realizations = 0;
    hdf5::read_all(hdf5::open_dataset(file.id(), "/ensemble/realizations"), H5T_NATIVE_INT64, &realizations);
    return realizations == description_.count &&
           storage::read_checksum(file.id(), "/ensemble/checksum") ==
               storage::ensemble_checksum(file.id(), description_, realizations);
}

Damage ResultFile::damage() const {
    Damage damage;
    if (!model_is_sound()) {
        // files without realizations have one checksum for everything
        damage.blocks.emplace_back(description_.kind == FileKind::ensemble ? "the model (/energy, /species, the input)"
                                                                           : "the content");
    }
    std::vector<storage::StartRow> table = read_starts(open_for_reading(path_).id());
    for (const storage::StartRow& row : table) {
        if (row.started[0] == '\0' || row.checksum == storage::checksum_of(row)) continue;
        damage.blocks.emplace_back("/provenance/starts");
        break;
    }
    if (description_.kind != FileKind::ensemble) return damage;
    if (dataset("/ensemble/realizations").at(0) != 0 && !ensemble_is_sound())
        damage.blocks.emplace_back("/ensemble");
    damage.rows = damaged_rows();
    return damage;
}

RealizationRows ResultFile::realizations(const std::vector<std::int64_t>& rows) const {
    const hdf5::File file = open_for_reading(path_);
    const std::vector<std::uint8_t> complete = read_complete(file.id(), description_.count);
    for (const std::int64_t row : rows) {
        if (row < 0 || row >= description_.count) {
            throw Error(
                fmt::format("{} has no row {}: its rows are 0 to {}", path_, row, description_.count - 1));
        }
        if (complete[static_cast<std::size_t>(row)] == 0) {
            throw Error(fmt::format("row {} of {} (realization {}) is not complete", row, path_,
                                    description_.first + row));
        }
    }
    const std::vector<std::size_t> order = storage::ascending_order(rows);
    const CheckedRows checked = read_ascending(file.id(), description_, storage::reorder(rows, order, 1));
    if (!checked.damaged.empty()) {
        throw Error(
            fmt::format("row {} of {} (realization {}) is damaged: its numbers do not match their checksum; "
                        "compute it again, or restore the file from a copy",
                        checked.damaged.front(), path_, description_.first + checked.damaged.front()));
    }
    std::vector<std::size_t> back(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) back[order[i]] = i;
    RealizationRows result;
    result.row = rows;
    result.source_count = storage::reorder(checked.rows.source_count, back, 1);
    for (const storage::RowQuantity& quantity : storage::row_quantities(description_)) {
        result.*quantity.values = storage::reorder(checked.rows.*quantity.values, back, quantity.row_size);
    }
    return result;
}

std::vector<double> ResultFile::dataset(const std::string& path) const {
    return hdf5::read_doubles(open_for_reading(path_).id(), path);
}

std::vector<std::string> ResultFile::texts(const std::string& path) const {
    return read_texts(open_for_reading(path_).id(), path);
}

std::vector<Start> ResultFile::starts() const {
    std::vector<Start> starts;
    for (const storage::StartRow& row : read_starts(open_for_reading(path_).id())) {
        if (row.started[0] != '\0') starts.push_back(storage::unpack(row));
    }
    return starts;
}

}  // namespace greenhalo
