#include "greenhalo/storage/salvage.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "greenhalo/parallel/session.h"
#include "greenhalo/storage/hdf5.h"
#include "storage/agreement.h"
#include "storage/create.h"
#include "storage/durable.h"
#include "storage/stored_rows.h"

namespace greenhalo {

namespace {

constexpr std::int64_t rows_at_once = 256;

/// The bytes of a file, whatever they mean.
class Bytes {
  public:
    explicit Bytes(const std::string& path) : id_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
        if (id_ < 0) throw Error(fmt::format("cannot open {}: {}", path, std::strerror(errno)));
    }
    ~Bytes() { ::close(id_); }
    Bytes(const Bytes&) = delete;
    Bytes& operator=(const Bytes&) = delete;

    /// What is beyond the end, or cannot be read, stays zero.
    template <class Number>
    std::vector<Number> read(std::uint64_t offset, std::size_t count) const {
        std::vector<Number> values(count);
        auto* at = reinterpret_cast<char*>(values.data());
        std::size_t left = count * sizeof(Number);
        while (left > 0) {
            const ssize_t got = ::pread(id_, at, left, static_cast<off_t>(offset));
            if (got <= 0) break;
            at += got;
            offset += static_cast<std::uint64_t>(got);
            left -= static_cast<std::size_t>(got);
        }
        return values;
    }

  private:
    int id_;
};

std::uint64_t place_of(hid_t file, const std::string& path) {
    const haddr_t place = H5Dget_offset(hdf5::open_dataset(file, path).id());
    if (place == HADDR_UNDEF) throw Error(fmt::format("{} has no place in the file", path));
    return place;
}

/// Rows first .. end-1 that match their checksums, read at the places they have in `file`, which is laid out
/// alike.
RealizationRows sound_rows(const Bytes& bytes, hid_t file, const Description& description, std::int64_t first,
                           std::int64_t end) {
    const auto count = static_cast<std::size_t>(end - first), start = static_cast<std::size_t>(first);
    RealizationRows all;
    for (std::int64_t row = first; row < end; ++row) all.row.push_back(row);
    all.source_count = bytes.read<std::int64_t>(
        place_of(file, "/realizations/source_count") + start * sizeof(std::int64_t), count);
    const auto stored = bytes.read<std::uint64_t>(
        place_of(file, "/realizations/checksum") + start * sizeof(std::uint64_t), count);
    const auto quantities = storage::row_quantities(description);
    for (const storage::RowQuantity& quantity : quantities) {
        const std::size_t size = quantity.row_size;
        all.*quantity.values =
            bytes.read<double>(place_of(file, quantity.path) + start * size * sizeof(double), count * size);
    }
    const std::vector<std::uint64_t> computed = storage::row_checksums(description, all);
    std::vector<std::size_t> sound;
    for (std::size_t i = 0; i < count; ++i) {
        if (stored[i] == computed[i]) sound.push_back(i);
    }
    RealizationRows rows;
    rows.row = storage::reorder(all.row, sound, 1);
    rows.source_count = storage::reorder(all.source_count, sound, 1);
    for (const storage::RowQuantity& quantity : quantities)
        rows.*quantity.values = storage::reorder(all.*quantity.values, sound, quantity.row_size);
    return rows;
}

}  // namespace

void discard_if_unreadable(const std::string& companion) {
    try {
        ResultFile::read(companion);
    } catch (const Error&) {
        remove_companion(companion);
    }
}

std::string salvage_companion(const std::string& path) {
    return path + ".salvaged";
}

std::int64_t salvage_result(const std::string& path, const Description& description, MPI_Comm communicator) {
    std::int64_t found = 0;
    storage::by_rank_0(communicator, [&] {
        const Bytes bytes(path);
        const std::string companion = salvage_companion(path);
        discard_if_unreadable(companion);
        storage::create_file_whole(companion, description, Overwrite::yes, [&](hid_t file) {
            for (std::int64_t first = 0; first < description.count; first += rows_at_once) {
                const std::int64_t end = std::min(first + rows_at_once, description.count);
                const RealizationRows rows = sound_rows(bytes, file, description, first, end);
                storage::put_rows(file, description, rows);
                found += static_cast<std::int64_t>(rows.row.size());
            }
        });
        if (found == 0) remove_companion(companion);
    });
    return communicator == MPI_COMM_NULL ? found : Ranks(communicator).broadcast(found);
}

void accept_salvaged(const std::string& path, MPI_Comm communicator) {
    storage::by_rank_0(communicator,
                       [&] { storage::rename_durably(salvage_companion(path), follow_links(path), true); });
}

}  // namespace greenhalo
