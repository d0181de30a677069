#include "greenhalo/storage/hdf5.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <limits>

#include "greenhalo/base/error.h"

namespace greenhalo::hdf5 {

namespace {

/// Bytes for the structure of a file and its texts; more than that goes behind the numbers.
constexpr hsize_t structure_size = 256 * 1024;

struct Story {
    std::string innermost;
    bool lock_refused = false;
};

herr_t listen(unsigned position, const H5E_error2_t* entry, void* data) {
    auto& story = *static_cast<Story*>(data);
    const std::string text = entry->desc != nullptr ? entry->desc : "";
    if (position == 0) story.innermost = text;
    if (text.find("unable to lock file") != std::string::npos) story.lock_refused = true;
    return 0;
}

// The setting belongs to a thread, so it is renewed wherever work with the library begins.
void silence() {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Properties file_access() {
    silence();
    Properties access(H5Pcreate(H5P_FILE_ACCESS), "creating HDF5 file access properties");
    return access;
}

}  // namespace

void fail(std::string_view what) {
    Story story;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, listen, &story);
    H5Eclear2(H5E_DEFAULT);
    std::string message = fmt::format("{} failed: {}", what,
                                      story.innermost.empty() ? "HDF5 gives no reason" : story.innermost);
    if (story.lock_refused) {
        throw InputError(message +
                         " (the file system refuses locks, or another program has the file open for writing: where "
                         "there are no locks set HDF5_USE_FILE_LOCKING=FALSE in the environment)");
    }
    throw Error(message);
}

File create_file(const std::string& path) {
    const Properties access = file_access();
    // Format 1.8: metadata with checksums, and a superblock that holds no "open for writing" mark, which a
    // killed program would leave behind.
    check(H5Pset_libver_bounds(access.id(), H5F_LIBVER_V18, H5F_LIBVER_V18), "choosing the HDF5 file format");
    // The structure in one piece at the beginning: then the place of the numbers does not depend on the length of texts,
    // and numbers are found where the structure is damaged.
    check(H5Pset_meta_block_size(access.id(), structure_size), "choosing the place of the structure");
    const Properties creation(H5Pcreate(H5P_FILE_CREATE), "creating HDF5 file creation properties");
    check(H5Pset_obj_track_times(creation.id(), false), "switching times off");
    check(H5Pset_attr_creation_order(creation.id(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED),
          "keeping the order of attributes");
    return File(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.id(), access.id()),
                fmt::format("creating {}", path));
}

File open_file(const std::string& path, Access access) {
    const Properties properties = file_access();
    if (access == Access::write) {
#if H5_VERSION_GE(1, 10, 7)
        check(H5Pset_file_locking(properties.id(), false, true), "switching file locks off");
#endif
    }
    return File(
        H5Fopen(path.c_str(), access == Access::write ? H5F_ACC_RDWR : H5F_ACC_RDONLY, properties.id()),
        fmt::format("opening {}", path));
}

File open_file_parallel(const std::string& path, MPI_Comm communicator) {
    const Properties properties = file_access();
    int rank = 0;
    MPI_Comm_rank(communicator, &rank);
    // A duplicate would inherit a topology; a split does not.
    MPI_Comm plain = MPI_COMM_NULL;
    MPI_Comm_split(communicator, 0, rank, &plain);
    const herr_t accepted = H5Pset_fapl_mpio(properties.id(), plain, MPI_INFO_NULL);
    MPI_Comm_free(&plain);  // HDF5 holds a duplicate of its own
    check(accepted, "choosing parallel HDF5");
    check(H5Pset_coll_metadata_write(properties.id(), true), "choosing collective metadata");
    return File(H5Fopen(path.c_str(), H5F_ACC_RDWR, properties.id()),
                fmt::format("opening {} on all ranks", path));
}

Group create_group(hid_t file, const std::string& path) {
    const Properties creation(H5Pcreate(H5P_GROUP_CREATE), "creating HDF5 group properties");
    check(H5Pset_obj_track_times(creation.id(), false), "switching times off");
    check(H5Pset_attr_creation_order(creation.id(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED),
          "keeping the order of attributes");
    return Group(H5Gcreate2(file, path.c_str(), H5P_DEFAULT, creation.id(), H5P_DEFAULT),
                 fmt::format("creating the group {}", path));
}

Type text_type(std::size_t size) {
    Type type(H5Tcopy(H5T_C_S1), "copying the type of texts");
    check(H5Tset_size(type.id(), size + 1), "setting the length of a text");
    check(H5Tset_strpad(type.id(), H5T_STR_NULLTERM), "setting the padding of a text");
    check(H5Tset_cset(type.id(), H5T_CSET_UTF8), "setting the encoding of a text");
    return type;
}

namespace {

void write_scalar_attribute(hid_t object, const std::string& name, hid_t type, hid_t memory_type,
                            const void* value) {
    const Dataspace scalar(H5Screate(H5S_SCALAR), "creating a scalar space");
    const Attribute attribute(H5Acreate2(object, name.c_str(), type, scalar.id(), H5P_DEFAULT, H5P_DEFAULT),
                              fmt::format("creating the attribute {}", name));
    check(H5Awrite(attribute.id(), memory_type, value), fmt::format("writing the attribute {}", name));
}

Attribute open_attribute(hid_t object, const std::string& name, H5T_class_t wanted, std::string_view kind) {
    Attribute attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT),
                        fmt::format("reading the attribute {}", name));
    const Type type(H5Aget_type(attribute.id()), "reading the type of an attribute");
    const Dataspace space(H5Aget_space(attribute.id()), "reading the shape of an attribute");
    if (H5Tget_class(type.id()) != wanted || H5Sget_simple_extent_npoints(space.id()) != 1) {
        throw Error(fmt::format("the attribute {} is not {}", name, kind));
    }
    return attribute;
}

}  // namespace

void write_attribute(hid_t object, const std::string& name, std::string_view value) {
    const Type type = text_type(value.size());
    write_scalar_attribute(object, name, type.id(), type.id(), std::string(value).c_str());
}

void write_attribute(hid_t object, const std::string& name, double value) {
    write_scalar_attribute(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value);
}

void write_attribute(hid_t object, const std::string& name, std::int64_t value) {
    write_scalar_attribute(object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, &value);
}

bool has_attribute(hid_t object, const std::string& name) {
    return check(H5Aexists(object, name.c_str()), fmt::format("looking for the attribute {}", name)) > 0;
}

std::string read_text_attribute(hid_t object, const std::string& name) {
    const Attribute attribute = open_attribute(object, name, H5T_STRING, "one text");
    const Type type(H5Aget_type(attribute.id()), "reading the type of an attribute");
    if (check(H5Tis_variable_str(type.id()), "reading the type of an attribute") > 0) {
        throw Error(
            fmt::format("the attribute {} is a text of variable length, which greenhalo never writes", name));
    }
    std::string text(H5Tget_size(type.id()), '\0');
    check(H5Aread(attribute.id(), type.id(), text.data()), fmt::format("reading the attribute {}", name));
    return text.substr(0, text.find('\0'));
}

double read_number_attribute(hid_t object, const std::string& name) {
    const Attribute attribute = open_attribute(object, name, H5T_FLOAT, "one number");
    double value = 0;
    check(H5Aread(attribute.id(), H5T_NATIVE_DOUBLE, &value), fmt::format("reading the attribute {}", name));
    return value;
}

std::int64_t read_integer_attribute(hid_t object, const std::string& name) {
    const Attribute attribute = open_attribute(object, name, H5T_INTEGER, "one integer");
    std::int64_t value = 0;
    check(H5Aread(attribute.id(), H5T_NATIVE_INT64, &value), fmt::format("reading the attribute {}", name));
    return value;
}

std::vector<std::string> attribute_names(hid_t object) {
    std::vector<std::string> names;
    const auto collect = [](hid_t, const char* name, const H5A_info_t*, void* data) -> herr_t {
        static_cast<std::vector<std::string>*>(data)->emplace_back(name);
        return 0;
    };
    hsize_t position = 0;
    check(H5Aiterate2(object, H5_INDEX_CRT_ORDER, H5_ITER_INC, &position, collect, &names),
          "listing attributes");
    return names;
}

Dataset create_dataset(hid_t file, const std::string& path, hid_t type,
                       const std::vector<std::uint64_t>& extents, std::string_view units,
                       std::string_view long_name) {
    if (units.empty() || long_name.empty()) {
        throw Error(
            fmt::format("the dataset {} has no {}: a dataset must say what it holds (units \"1\" when "
                        "dimensionless)",
                        path, units.empty() ? "units" : "long_name"));
    }
    const Properties creation(H5Pcreate(H5P_DATASET_CREATE), "creating HDF5 dataset properties");
    check(H5Pset_obj_track_times(creation.id(), false), "switching times off");
    check(H5Pset_layout(creation.id(), H5D_CONTIGUOUS), "choosing the contiguous layout");
    check(H5Pset_alloc_time(creation.id(), H5D_ALLOC_TIME_EARLY), "choosing early allocation");
    check(H5Pset_fill_time(creation.id(), H5D_FILL_TIME_ALLOC), "choosing to fill at allocation");
    if (H5Tget_class(type) == H5T_FLOAT) {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        check(H5Pset_fill_value(creation.id(), H5T_NATIVE_DOUBLE, &nan), "setting the fill value");
    }
    const std::vector<hsize_t> size(extents.begin(), extents.end());
    const Dataspace space(size.empty()
                              ? H5Screate(H5S_SCALAR)
                              : H5Screate_simple(static_cast<int>(size.size()), size.data(), nullptr),
                          fmt::format("shaping the dataset {}", path));
    Dataset dataset(H5Dcreate2(file, path.c_str(), type, space.id(), H5P_DEFAULT, creation.id(), H5P_DEFAULT),
                    fmt::format("creating the dataset {}", path));
    write_attribute(dataset.id(), "units", units);
    write_attribute(dataset.id(), "long_name", long_name);
    return dataset;
}

Dataset open_dataset(hid_t file, const std::string& path) {
    return Dataset(H5Dopen2(file, path.c_str(), H5P_DEFAULT), fmt::format("opening the dataset {}", path));
}

bool exists(hid_t file, const std::string& path) {
    for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
        const std::string part = path.substr(0, end);
        if (check(H5Lexists(file, part.c_str(), H5P_DEFAULT), fmt::format("looking for {}", part)) == 0)
            return false;
        if (end == std::string::npos) return true;
    }
}

std::vector<std::uint64_t> extents(const Dataset& dataset) {
    const Dataspace space(H5Dget_space(dataset.id()), "reading the shape of a dataset");
    const int rank = check(H5Sget_simple_extent_ndims(space.id()), "reading the shape of a dataset");
    std::vector<hsize_t> size(static_cast<std::size_t>(rank));
    check(H5Sget_simple_extent_dims(space.id(), size.data(), nullptr), "reading the shape of a dataset");
    return {size.begin(), size.end()};
}

void write_all(const Dataset& dataset, hid_t memory_type, const void* data) {
    check(H5Dwrite(dataset.id(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), "writing a dataset");
}

void read_all(const Dataset& dataset, hid_t memory_type, void* data) {
    check(H5Dread(dataset.id(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), "reading a dataset");
}

std::vector<double> read_doubles(hid_t file, const std::string& path) {
    const Dataset dataset = open_dataset(file, path);
    const Type type(H5Dget_type(dataset.id()), "reading the type of a dataset");
    const H5T_class_t kind = H5Tget_class(type.id());
    if (kind != H5T_FLOAT && kind != H5T_INTEGER) {
        throw Error(fmt::format("the dataset {} does not hold numbers", path));
    }
    std::size_t count = 1;
    for (const std::uint64_t extent : extents(dataset)) count *= extent;
    std::vector<double> values(count);
    read_all(dataset, H5T_NATIVE_DOUBLE, values.data());
    return values;
}

namespace {

// Blocks of consecutive rows at equal distances.
struct Pattern {
    hsize_t start, stride, count, length;
};

// Rows that were dealt out evenly make few patterns, and uniting many selections takes the library long.
std::vector<Pattern> patterns_of(const std::vector<std::int64_t>& rows, std::uint64_t extent) {
    std::vector<Pattern> patterns;
    for (std::size_t first = 0; first < rows.size();) {
        std::size_t next = first + 1;
        while (next < rows.size() && rows[next] == rows[next - 1] + 1) ++next;
        if (rows[first] < 0 || static_cast<std::uint64_t>(rows[next - 1]) >= extent ||
            (next < rows.size() && rows[next] <= rows[next - 1])) {
            throw Error("rows of a dataset must be ascending, different and within its extent");
        }
        const hsize_t start = static_cast<hsize_t>(rows[first]), length = next - first;
        Pattern* last = patterns.empty() ? nullptr : &patterns.back();
        if (last != nullptr && last->length == length &&
            (last->count == 1 || start == last->start + last->count * last->stride)) {
            if (last->count == 1) last->stride = start - last->start;
            ++last->count;
        } else {
            patterns.push_back({start, length, 1, length});
        }
        first = next;
    }
    return patterns;
}

// Two selections of equal size: the rows within the file, and packed in memory.
std::pair<Dataspace, Dataspace> select_rows(const Dataset& dataset, const std::vector<std::int64_t>& rows) {
    const std::vector<std::uint64_t> shape = extents(dataset);
    if (shape.empty()) throw Error("a scalar dataset has no rows");
    Dataspace chosen(H5Dget_space(dataset.id()), "reading the shape of a dataset");
    check(H5Sselect_none(chosen.id()), "selecting rows");
    std::array<hsize_t, H5S_MAX_RANK> start{}, stride{}, count{}, block{};
    hsize_t elements = rows.size();
    for (std::size_t axis = 1; axis < shape.size(); ++axis) {
        elements *= shape[axis];
        stride[axis] = block[axis] = shape[axis];
        count[axis] = 1;
    }
    H5S_seloper_t unite = H5S_SELECT_SET;
    for (const Pattern& pattern : patterns_of(rows, shape[0])) {
        start[0] = pattern.start;
        stride[0] = pattern.stride;
        count[0] = pattern.count;
        block[0] = pattern.length;
        check(
            H5Sselect_hyperslab(chosen.id(), unite, start.data(), stride.data(), count.data(), block.data()),
            "selecting rows");
        unite = H5S_SELECT_OR;
    }
    Dataspace packed(H5Screate_simple(1, &elements, nullptr), "shaping rows in memory");
    if (elements == 0) check(H5Sselect_none(packed.id()), "selecting no rows");
    return {std::move(chosen), std::move(packed)};
}

}  // namespace

void write_rows(const Dataset& dataset, const std::vector<std::int64_t>& rows, hid_t memory_type,
                const void* data, hid_t transfer) {
    const auto [chosen, packed] = select_rows(dataset, rows);
    check(H5Dwrite(dataset.id(), memory_type, packed.id(), chosen.id(), transfer, data), "writing rows");
}

void read_rows(const Dataset& dataset, const std::vector<std::int64_t>& rows, hid_t memory_type, void* data) {
    const auto [chosen, packed] = select_rows(dataset, rows);
    check(H5Dread(dataset.id(), memory_type, packed.id(), chosen.id(), H5P_DEFAULT, data), "reading rows");
}

}  // namespace greenhalo::hdf5
