// Creates a result file whole, beside its target, and renames it into place.
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <numeric>

#include "greenhalo/base/error.h"
#include "greenhalo/base/version.h"
#include "greenhalo/storage/file_size.h"
#include "greenhalo/storage/hdf5.h"
#include "greenhalo/storage/result_file.h"
#include "storage/agreement.h"
#include "storage/block_checksums.h"
#include "storage/create.h"
#include "storage/durable.h"
#include "storage/start_row.h"

namespace greenhalo {

namespace {

constexpr std::size_t name_size = 32;  // bytes for the name of a group of nuclei, at least

std::string now_utc() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char text[sizeof "2000-01-01T00:00:00Z"] = {};
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

void check_description(const Description& description) {
    const auto require = [](bool condition, const char* what) {
        if (!condition) throw Error(fmt::format("a result file cannot be created: {}", what));
    };
    if (description.kind == FileKind::ensemble) {
        require(description.count > 0, "it would hold no realization");
        require(description.first >= 0, "the first realization is negative");
    }
    require(!description.energy.empty(), "there are no energies");
    require(!description.species.empty(), "there are no groups of nuclei");
    const std::size_t size = description.species.size() * description.energy.size();
    require(description.yield.size() == size, "the yield needs a value per group of nuclei and energy");
    require(description.delay.size() == size, "the delay needs a value per group of nuclei and energy");
    for (const auto& [key, value] : description.config_entries) {
        require(key != "text" && !key.empty(), "a key of the input is empty or named 'text'");
    }
}

std::size_t longest_name(const Description& description) {
    std::size_t size = name_size;
    for (const auto& species : description.species) size = std::max(size, species.name.size());
    return size;
}

// The longest text of a dataset of texts.
std::size_t text_size(const LayoutItem& item, const Description& description) {
    const auto texts = description.texts.find(item.path);
    if (texts == description.texts.end()) return longest_name(description);
    std::size_t size = 1;
    for (const std::string& text : texts->second) size = std::max(size, text.size());
    return size;
}

hdf5::Type stored_type(const LayoutItem& item, const Description& description) {
    const auto copy = [](hid_t type) { return hdf5::Type(H5Tcopy(type), "copying a type"); };
    switch (item.type) {
        case ItemType::float64:
            return copy(H5T_IEEE_F64LE);
        case ItemType::int64:
            return copy(H5T_STD_I64LE);
        case ItemType::uint64:
            return copy(H5T_STD_U64LE);
        case ItemType::uint8:
            return copy(H5T_STD_U8LE);
        case ItemType::text:
            return hdf5::text_type(text_size(item, description));
        case ItemType::start_row:
            return storage::start_row_type();
        case ItemType::group:
            break;
    }
    throw Error(fmt::format("{} has no type of numbers", item.path));
}

// A little more than the file will need: known before anything is written.
std::uint64_t estimated_size(const Description& description) {
    std::uint64_t bytes = 640 * 1024 + 4 * (description.config_text.size() + description.command.size());
    for (const auto& entry : description.config_entries)
        bytes += 1024 + entry.first.size() + entry.second.size();
    for (const auto& entry : description.provenance) bytes += 1024 + entry.first.size() + entry.second.size();
    for (const InputFile& file : description.input_files)
        bytes += 4096 + file.path.size() + file.content.size();
    for (const storage::StoredItem& stored : storage::stored_items(description)) {
        if (stored.item->type == ItemType::group || stored.item->per_input_file) continue;
        bytes += 2048 + layout_elements(*stored.item, stored.dimensions) *
                            H5Tget_size(stored_type(*stored.item, description).id());
    }
    return bytes;
}

void create_item(hid_t file, const LayoutItem& item, const std::string& path, const Description& description,
                 const Dimensions& dimensions) {
    if (item.type == ItemType::group) {
        hdf5::create_group(file, path);
        return;
    }
    const hdf5::Dataset dataset =
        hdf5::create_dataset(file, path, stored_type(item, description).id(),
                             layout_extents(item, dimensions), item.units, item.long_name);
    if (!item.caution.empty()) hdf5::write_attribute(dataset.id(), "caution", item.caution);
}

void create_items(hid_t file, const Description& description) {
    for (const storage::StoredItem& stored : storage::stored_items(description))
        create_item(file, *stored.item, stored.path, description, stored.dimensions);
}

void write_attributes(hid_t file, const Description& description) {
    const auto open = [&](const std::string& path) {
        return hdf5::Group(H5Gopen2(file, path.c_str(), H5P_DEFAULT), fmt::format("opening {}", path));
    };
    const hdf5::Group root = open("/");
    hdf5::write_attribute(root.id(), "format", std::string_view(file_format(description.kind)));
    hdf5::write_attribute(root.id(), "format_version", result_format_version);
    hdf5::write_attribute(root.id(), "greenhalo_version", version());
    hdf5::write_attribute(root.id(), "created", now_utc());
    hdf5::write_attribute(root.id(), "command", description.command);

    const hdf5::Group config = open("/config");
    hdf5::write_attribute(config.id(), "text", description.config_text);
    for (const auto& [key, value] : description.config_entries)
        hdf5::write_attribute(config.id(), key, value);

    const hdf5::Group provenance = open("/provenance");
    for (const auto& [fact, value] : description.provenance)
        hdf5::write_attribute(provenance.id(), fact, value);
}

void write_input_files(hid_t file, const Description& description) {
    for (std::size_t number = 0; number < description.input_files.size(); ++number) {
        const InputFile& input = description.input_files[number];
        const std::string path = fmt::format("/config/files/{}", number);
        const hdf5::Group group(H5Gopen2(file, path.c_str(), H5P_DEFAULT), fmt::format("opening {}", path));
        hdf5::write_attribute(group.id(), "path", input.path);
        hdf5::write_attribute(group.id(), "sha256", input.sha256);
        if (input.content.empty()) continue;
        hdf5::write_all(hdf5::open_dataset(file, path + "/content"), H5T_NATIVE_UINT8, input.content.data());
    }
}

void write_known_numbers(hid_t file, const Description& description) {
    const auto write = [&](const char* path, hid_t type, const void* data) {
        hdf5::write_all(hdf5::open_dataset(file, path), type, data);
    };
    write("/energy", H5T_NATIVE_DOUBLE, description.energy.data());
    write("/species/release/yield", H5T_NATIVE_DOUBLE, description.yield.data());
    write("/species/release/delay", H5T_NATIVE_DOUBLE, description.delay.data());

    const std::size_t size = longest_name(description);
    std::string names;
    std::vector<double> charge, mass_number;
    for (const Description::Species& species : description.species) {
        names += species.name + std::string(size + 1 - species.name.size(), '\0');
        charge.push_back(species.charge);
        mass_number.push_back(species.mass_number);
    }
    write("/species/name", hdf5::text_type(size).id(), names.data());
    for (const auto& [path, texts] : description.texts) {
        const LayoutItem& item = layout_item(path);
        if (item.type != ItemType::text || texts.size() != layout_elements(item, description.dimensions())) {
            throw Error(fmt::format("{} cannot take {} texts", path, texts.size()));
        }
        const std::size_t length = text_size(item, description);
        std::string packed;
        for (const std::string& text : texts) packed += text + std::string(length + 1 - text.size(), '\0');
        write(path.c_str(), hdf5::text_type(length).id(), packed.data());
    }
    write("/species/charge", H5T_NATIVE_DOUBLE, charge.data());
    write("/species/mass_number", H5T_NATIVE_DOUBLE, mass_number.data());

    if (description.kind != FileKind::ensemble) return;
    std::vector<std::int64_t> index(static_cast<std::size_t>(description.count));
    std::iota(index.begin(), index.end(), description.first);
    write("/realizations/index", H5T_NATIVE_INT64, index.data());
}

void write_numbers(hid_t file, const Description& description, const Datasets& numbers) {
    for (const auto& [path, values] : numbers) {
        const LayoutItem& item = layout_item(path);
        const std::uint64_t right = layout_elements(item, description.dimensions());
        if (item.type != ItemType::float64 || values.size() != right) {
            throw Error(fmt::format("{} cannot take {} values: its shape {} holds {}", path, values.size(),
                                    item.shape, right));
        }
        hdf5::write_all(hdf5::open_dataset(file, path), H5T_NATIVE_DOUBLE, values.data());
    }
}

void write_some_rows(hid_t file, const Description& description, const std::string& path, std::int64_t first,
                     const std::vector<double>& values) {
    const LayoutItem& item = layout_item(path);
    const std::vector<std::uint64_t> shape = layout_extents(item, description.dimensions());
    if (item.type != ItemType::float64 || shape.empty())
        throw Error(fmt::format("{} has no rows of numbers", path));
    std::uint64_t row_size = 1;
    for (std::size_t axis = 1; axis < shape.size(); ++axis) row_size *= shape[axis];
    const std::uint64_t rows = values.size() / row_size;
    if (values.size() % row_size != 0 || first < 0 || static_cast<std::uint64_t>(first) + rows > shape[0]) {
        throw Error(fmt::format("{} cannot take {} values from row {} on: its shape {} has {} rows of {}",
                                path, values.size(), first, item.shape, shape[0], row_size));
    }
    std::vector<std::int64_t> row(rows);
    std::iota(row.begin(), row.end(), first);
    hdf5::write_rows(hdf5::open_dataset(file, path), row, H5T_NATIVE_DOUBLE, values.data());
}

/// Removes an unfinished file unless it was renamed into place.
class Unfinished {
  public:
    explicit Unfinished(std::string path) : path_(std::move(path)) {}
    ~Unfinished() {
        if (!path_.empty()) ::unlink(path_.c_str());
    }
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;
    void keep() { path_.clear(); }

  private:
    std::string path_;
};

}  // namespace

namespace storage {

std::vector<StoredItem> stored_items(const Description& description) {
    std::vector<StoredItem> items;
    for (const LayoutItem& item : layout_of(description.kind)) {
        if (!description.has(item)) continue;
        if (!item.per_input_file) {
            items.push_back({&item, item.path, description.dimensions()});
            continue;
        }
        for (std::size_t number = 0; number < description.input_files.size(); ++number) {
            std::string path = item.path;
            path.replace(path.find('N'), 1, std::to_string(number));
            Dimensions dimensions;
            dimensions.bytes = static_cast<std::int64_t>(description.input_files[number].content.size());
            items.push_back({&item, std::move(path), dimensions});
        }
    }
    return items;
}

void create_file_whole(const std::string& path, const Description& description, Overwrite overwrite,
                       const std::function<void(hid_t)>& write_more) {
    check_output_path(path, overwrite);
    check_description(description);
    const storage::FileSizeSignalIgnored ignored;
    const std::string target = follow_links(path), fresh = storage::new_file_beside(target);
    Unfinished unfinished(fresh);
    // HDF5 does not recover from a disc that fills up while it writes metadata: ask for the room first.
    storage::reserve_space(fresh, estimated_size(description));
    {
        hdf5::File file = hdf5::create_file(fresh);
        create_items(file.id(), description);
        write_attributes(file.id(), description);
        write_input_files(file.id(), description);
        write_known_numbers(file.id(), description);
        write_more(file.id());
        write_checksum(file.id(), "/provenance/checksum", model_checksum(file.id(), description));
        file.close(fmt::format("writing {}", fresh));
    }
    storage::reserve_space(fresh, storage::file_size(fresh));
    storage::sync_file(fresh);
    storage::rename_durably(fresh, target, overwrite == Overwrite::yes);
    unfinished.keep();
}

}  // namespace storage

std::uint64_t estimated_file_size(const Description& description) {
    check_description(description);
    return estimated_size(description);
}

ResultFile ResultFile::create(const std::string& path, const Description& description, Overwrite overwrite,
                              MPI_Comm communicator, const Datasets& numbers) {
    storage::by_rank_0(communicator, [&] {
        storage::create_file_whole(path, description, overwrite,
                                   [&](hid_t file) { write_numbers(file, description, numbers); });
    });
    return ResultFile(path, description);
}

ResultFile ResultFile::create_by_parts(const std::string& path, const Description& description,
                                       Overwrite overwrite, MPI_Comm communicator,
                                       const std::function<void(const RowWriter&)>& write_parts) {
    storage::by_rank_0(communicator, [&] {
        storage::create_file_whole(path, description, overwrite, [&](hid_t file) {
            write_parts(
                [&](const std::string& dataset, std::int64_t first, const std::vector<double>& values) {
                    write_some_rows(file, description, dataset, first, values);
                });
        });
    });
    return ResultFile(path, description);
}

}  // namespace greenhalo
