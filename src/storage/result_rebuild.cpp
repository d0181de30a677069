// A result that grows, or gets rid of damage: a new file is made beside it and takes over what is sound.
#include <fmt/core.h>

#include <algorithm>

#include "greenhalo/base/error.h"
#include "greenhalo/storage/hdf5.h"
#include "greenhalo/storage/result_file.h"
#include "storage/agreement.h"
#include "storage/create.h"
#include "storage/start_row.h"
#include "storage/stored_rows.h"

namespace greenhalo {

namespace {

constexpr std::size_t rows_at_once = 256;

void write_starts(hid_t file, const std::vector<Start>& starts) {
    const hdf5::Dataset dataset = hdf5::open_dataset(file, "/provenance/starts");
    std::vector<storage::StartRow> table(hdf5::extents(dataset).at(0));
    // the latest where there is no room for all
    const std::size_t skipped = starts.size() - std::min(starts.size(), table.size());
    for (std::size_t i = skipped; i < starts.size(); ++i) table[i - skipped] = storage::pack(starts[i]);
    hdf5::write_all(dataset, storage::start_row_type().id(), table.data());
}

/// Calls `take` with the sound rows of a file, piece by piece.
template <class Take>
void for_sound_rows(const ResultFile& file, Take take) {
    const std::vector<std::int64_t> complete = file.complete_rows();
    for (std::size_t first = 0; first < complete.size(); first += rows_at_once) {
        const std::size_t end = std::min(first + rows_at_once, complete.size());
        take(file.sound_realizations({complete.begin() + static_cast<std::ptrdiff_t>(first),
                                      complete.begin() + static_cast<std::ptrdiff_t>(end)}));
    }
}

}  // namespace

namespace storage {

void put_rows(hid_t file, const Description& description, const RealizationRows& rows) {
    if (rows.row.empty()) return;
    check_rows(description, rows);
    const auto write = [&](const std::string& path, hid_t type, const void* data) {
        hdf5::write_rows(hdf5::open_dataset(file, path), rows.row, type, data);
    };
    const std::vector<std::uint64_t> checksums = row_checksums(description, rows);
    const std::vector<std::uint8_t> marks(rows.row.size(), 1);
    write("/realizations/source_count", H5T_NATIVE_INT64, rows.source_count.data());
    write("/realizations/checksum", H5T_NATIVE_UINT64, checksums.data());
    for (const RowQuantity& quantity : row_quantities(description))
        write(quantity.path, H5T_NATIVE_DOUBLE, (rows.*quantity.values).data());
    write("/realizations/complete", H5T_NATIVE_UINT8, marks.data());
}

}  // namespace storage

ResultFile ResultFile::rebuild(const std::string& path, const Description& description,
                               MPI_Comm communicator) {
    storage::by_rank_0(communicator, [&] {
        ResultFile old = read(path);
        // the checksums of rows know the index, and the copy of it in the file may be what is damaged
        old.description_.first = description.first;
        if (old.description_.stored != description.stored || old.description_.kind != description.kind)
            throw Error(path + " stores something else of each realization");
        storage::create_file_whole(path, description, Overwrite::yes, [&](hid_t file) {
            write_starts(file, old.starts());
            for_sound_rows(old,
                           [&](const RealizationRows& rows) { storage::put_rows(file, description, rows); });
        });
    });
    return ResultFile(path, description);
}

ResultFile ResultFile::join(const std::string& path, const Description& description, Overwrite overwrite,
                            const std::vector<ResultFile>& parts) {
    storage::create_file_whole(path, description, overwrite, [&](hid_t file) {
        std::vector<Start> starts;
        std::int64_t joined = 0;
        for (const ResultFile& part : parts) {
            const std::vector<Start> more = part.starts();
            starts.insert(starts.end(), more.begin(), more.end());
            const std::int64_t offset = part.description().first - description.first;
            std::int64_t sound = 0;
            for_sound_rows(part, [&](RealizationRows rows) {
                for (std::int64_t& row : rows.row) row += offset;
                sound += static_cast<std::int64_t>(rows.row.size());
                storage::put_rows(file, description, rows);
            });
            if (sound != part.description().count) {
                throw Error(fmt::format(
                    "{} of the {} realizations in {} are missing or do not match their checksums: "
                    "compute them with greenhalo run ... -o {} --resume",
                    part.description().count - sound, part.description().count, part.path(), part.path()));
            }
            joined += sound;
        }
        if (joined != description.count) throw Error("the parts do not make up the whole");
        write_starts(file, starts);
    });
    return ResultFile(path, description);
}

}  // namespace greenhalo
