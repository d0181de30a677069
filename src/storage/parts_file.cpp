#include "greenhalo/storage/parts_file.h"

#include <fmt/core.h>

#include "greenhalo/base/error.h"
#include "greenhalo/storage/hdf5.h"
#include "greenhalo/storage/salvage.h"
#include "storage/create.h"
#include "storage/digest.h"

namespace greenhalo {

namespace {

std::uint64_t checksum_of(const StoredPart& part) {
    storage::Digest digest;
    const std::int64_t head[] = {part.index, part.segment, part.source_count};
    digest.add(head, sizeof head);
    digest.add(part.density.data(), part.density.size() * sizeof(double));
    digest.add(part.current.data(), part.current.size() * sizeof(double));
    return digest.take();
}

template <class Number>
void append(std::vector<Number>& to, const std::vector<Number>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

void write_parts(const std::string& result, const Description& description,
                 const std::vector<StoredPart>& parts) {
    const std::string path = parts_companion(result);
    if (parts.empty()) {
        remove_companion(path);
        return;
    }
    Description own = description;
    own.kind = FileKind::parts;
    own.stored = Stored::all;
    own.parts = static_cast<std::int64_t>(parts.size());
    std::vector<std::int64_t> index, segment, source_count;
    std::vector<double> density, current;
    std::vector<std::uint64_t> checksum;
    for (const StoredPart& part : parts) {
        index.push_back(part.index);
        segment.push_back(part.segment);
        source_count.push_back(part.source_count);
        append(density, part.density);
        append(current, part.current);
        checksum.push_back(checksum_of(part));
    }
    const std::size_t pairs = own.species.size() * own.energy.size() * parts.size();
    if (density.size() != pairs || current.size() != 3 * pairs)
        throw Error("a part has numbers of another model");
    discard_if_unreadable(path);
    storage::create_file_whole(path, own, Overwrite::yes, [&](hid_t file) {
        const auto write = [&](const char* name, hid_t type, const void* data) {
            hdf5::write_all(hdf5::open_dataset(file, name), type, data);
        };
        write("/parts/index", H5T_NATIVE_INT64, index.data());
        write("/parts/segment", H5T_NATIVE_INT64, segment.data());
        write("/parts/source_count", H5T_NATIVE_INT64, source_count.data());
        write("/parts/density", H5T_NATIVE_DOUBLE, density.data());
        write("/parts/current", H5T_NATIVE_DOUBLE, current.data());
        write("/parts/checksum", H5T_NATIVE_UINT64, checksum.data());
    });
}

PartsFile read_parts(const std::string& result) {
    const std::string path = parts_companion(result);
    const ResultFile companion = ResultFile::read(path);
    PartsFile found;
    found.description = companion.description();
    if (found.description.kind != FileKind::parts)
        throw Error(fmt::format("{} holds no parts of realizations", path));
    const hdf5::File file = hdf5::open_file(path, hdf5::Access::read);
    const auto count = static_cast<std::size_t>(found.description.parts);
    const std::size_t pairs = found.description.species.size() * found.description.energy.size();
    const auto read = [&](const char* name, hid_t type, auto& values, std::size_t size) {
        values.resize(size);
        hdf5::read_all(hdf5::open_dataset(file.id(), name), type, values.data());
    };
    std::vector<std::int64_t> index, segment, source_count;
    std::vector<double> density, current;
    std::vector<std::uint64_t> checksum;
    read("/parts/index", H5T_NATIVE_INT64, index, count);
    read("/parts/segment", H5T_NATIVE_INT64, segment, count);
    read("/parts/source_count", H5T_NATIVE_INT64, source_count, count);
    read("/parts/density", H5T_NATIVE_DOUBLE, density, count * pairs);
    read("/parts/current", H5T_NATIVE_DOUBLE, current, 3 * count * pairs);
    read("/parts/checksum", H5T_NATIVE_UINT64, checksum, count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto n = density.begin() + static_cast<std::ptrdiff_t>(i * pairs);
        const auto j = current.begin() + static_cast<std::ptrdiff_t>(3 * i * pairs);
        StoredPart part{index[i],
                        segment[i],
                        source_count[i],
                        {n, n + static_cast<std::ptrdiff_t>(pairs)},
                        {j, j + static_cast<std::ptrdiff_t>(3 * pairs)}};
        if (checksum_of(part) == checksum[i])
            found.parts.push_back(std::move(part));
        else
            ++found.damaged;
    }
    return found;
}

}  // namespace greenhalo
