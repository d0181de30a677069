// Writes numbers into the space that a result file has had since it was created.
#include <fmt/core.h>

#include <algorithm>

#include "greenhalo/base/error.h"
#include "greenhalo/base/isa.h"
#include "greenhalo/base/version.h"
#include "greenhalo/parallel/session.h"
#include "greenhalo/storage/hdf5.h"
#include "greenhalo/storage/result_file.h"
#include "storage/agreement.h"
#include "storage/block_checksums.h"
#include "storage/durable.h"
#include "storage/start_row.h"
#include "storage/stored_rows.h"

namespace greenhalo {

namespace {

using storage::by_rank_0;
using storage::together;

// The rows of all ranks, ascending, on every rank.
std::vector<std::int64_t> gather(MPI_Comm communicator, const std::vector<std::int64_t>& rows) {
    std::vector<std::int64_t> all =
        communicator == MPI_COMM_NULL ? rows : Ranks(communicator).gather_everywhere(rows);
    std::sort(all.begin(), all.end());
    return all;
}

void check_set(const std::vector<std::int64_t>& ascending, std::int64_t count) {
    if (ascending.empty()) return;
    if (ascending.front() < 0 || ascending.back() >= count) {
        throw Error(fmt::format("row {} is outside the result file, which has rows 0 to {}",
                                ascending.front() < 0 ? ascending.front() : ascending.back(), count - 1));
    }
    const auto twice = std::adjacent_find(ascending.begin(), ascending.end());
    if (twice != ascending.end()) throw Error(fmt::format("row {} is written twice at once", *twice));
}

// This process's part of the datasets of /realizations, in ascending order of its rows.
struct Part {
    std::vector<std::int64_t> row, source_count;
    std::vector<std::uint64_t> checksum;
    std::vector<std::pair<std::string, std::vector<double>>> quantities;
};

Part prepare(const Description& description, const RealizationRows& rows) {
    const std::vector<std::size_t> order = storage::ascending_order(rows.row);
    Part part;
    part.row = storage::reorder(rows.row, order, 1);
    part.source_count = storage::reorder(rows.source_count, order, 1);
    part.checksum = storage::reorder(storage::row_checksums(description, rows), order, 1);
    for (const storage::RowQuantity& quantity : storage::row_quantities(description)) {
        part.quantities.emplace_back(quantity.path,
                                     storage::reorder(rows.*quantity.values, order, quantity.row_size));
    }
    return part;
}

hdf5::Properties transfer_properties(MPI_Comm communicator) {
    hdf5::Properties transfer(H5Pcreate(H5P_DATASET_XFER), "creating HDF5 transfer properties");
    if (communicator != MPI_COMM_NULL) {
        hdf5::check(H5Pset_dxpl_mpio(transfer.id(), H5FD_MPIO_COLLECTIVE), "choosing collective transfer");
    }
    return transfer;
}

// Opens the file for one process, lets it write, and waits until that is safe.
template <class Writing>
void write_alone(const std::string& path, Writing writing) {
    const storage::FileSizeSignalIgnored ignored;
    hdf5::File file = hdf5::open_file(path, hdf5::Access::write);
    writing(file.id());
    file.close(fmt::format("closing {}", path));
    storage::sync_file(path);
}

}  // namespace

ResultFile::ResultFile(std::string path, Description description)
    : path_(std::move(path)),
      description_(std::move(description)),
      file_number_(storage::file_number(path_)) {}

void ResultFile::require_unreplaced() const {
    if (file_number_ == storage::file_number(path_)) return;
    throw Error(
        fmt::format("{} was removed or replaced by another run while this one was working: nothing more is "
                    "written; give each run a result of its own with -o",
                    path_));
}

void ResultFile::write_realizations(MPI_Comm communicator, const RealizationRows& rows) const {
    write_rows(communicator, rows);
    mark_complete(communicator, rows.row);
}

void ResultFile::write_rows(MPI_Comm communicator, const RealizationRows& rows) const {
    const storage::FileSizeSignalIgnored ignored;
    Part part;
    hdf5::Properties transfer;
    by_rank_0(communicator, [&] { require_unreplaced(); });
    together(communicator, [&] {
        storage::check_rows(description_, rows);
        part = prepare(description_, rows);
        // A rank that cannot open the file must say so before the others open it together.
        storage::require_writable(path_);
        transfer = transfer_properties(communicator);
    });
    const std::vector<std::int64_t> all = gather(communicator, rows.row);
    check_set(all, description_.count);  // the same on all ranks
    if (all.empty()) return;

    hdf5::File file;
    together(communicator, [&] {
        file = communicator == MPI_COMM_NULL ? hdf5::open_file(path_, hdf5::Access::write)
                                             : hdf5::open_file_parallel(path_, communicator);
    });
    const auto write = [&](const std::string& path, hid_t type, const void* data) {
        hdf5::Dataset dataset;
        together(communicator, [&] { dataset = hdf5::open_dataset(file.id(), path); });
        together(communicator, [&] { hdf5::write_rows(dataset, part.row, type, data, transfer.id()); });
    };
    write("/realizations/source_count", H5T_NATIVE_INT64, part.source_count.data());
    write("/realizations/checksum", H5T_NATIVE_UINT64, part.checksum.data());
    for (const auto& [path, values] : part.quantities) write(path, H5T_NATIVE_DOUBLE, values.data());
    together(communicator, [&] { file.close(fmt::format("closing {}", path_)); });
    together(communicator, [&] { storage::sync_file(path_); });
}

void ResultFile::mark_complete(MPI_Comm communicator, const std::vector<std::int64_t>& rows) const {
    const std::vector<std::int64_t> all = gather(communicator, rows);
    check_set(all, description_.count);
    if (all.empty()) return;
    by_rank_0(communicator, [&] {
        require_unreplaced();
        const std::vector<std::uint8_t> marks(all.size(), 1);
        write_alone(path_, [&](hid_t file) {
            hdf5::write_rows(hdf5::open_dataset(file, "/realizations/complete"), all, H5T_NATIVE_UINT8,
                             marks.data());
        });
    });
}

void ResultFile::write_ensemble(MPI_Comm communicator, std::int64_t realizations,
                                const std::map<std::string, std::vector<double>>& values) const {
    by_rank_0(communicator, [&] {
        require_unreplaced();
        for (const auto& [name, numbers] : values) {
            const LayoutItem& item = layout_item("/ensemble/" + name);
            const std::uint64_t right = layout_elements(item, description_.dimensions());
            if (name == "realizations" || name == "checksum" || numbers.size() != right) {
                throw Error(
                    fmt::format("{} cannot take {} values: its shape {} holds {}", item.path, numbers.size(),
                                item.shape.empty() ? "of one number, written apart," : item.shape, right));
            }
        }
        const auto write_count = [&](std::int64_t count) {
            write_alone(path_, [&](hid_t file) {
                hdf5::write_all(hdf5::open_dataset(file, "/ensemble/realizations"), H5T_NATIVE_INT64, &count);
            });
        };
        write_count(0);
        write_alone(path_, [&](hid_t file) {
            for (const auto& [name, numbers] : values) {
                hdf5::write_all(hdf5::open_dataset(file, "/ensemble/" + name), H5T_NATIVE_DOUBLE,
                                numbers.data());
            }
            storage::write_checksum(file, "/ensemble/checksum",
                                    storage::ensemble_checksum(file, description_, realizations));
        });
        write_count(realizations);
    });
}

std::int64_t ResultFile::append_start(MPI_Comm communicator, const Start& start) const {
    std::int64_t number = 0;
    by_rank_0(communicator, [&] {
        if (start.started.empty()) throw Error("a start needs the time at which it started");
        require_unreplaced();
        Start complete = start;
        if (complete.revision.empty()) complete.revision = revision();
        if (complete.instruction_set.empty()) complete.instruction_set = isa_name(active_isa());
        const storage::StartRow row = storage::pack(complete);
        const std::int64_t used = static_cast<std::int64_t>(starts().size());
        write_alone(path_, [&](hid_t file) {
            const hdf5::Dataset dataset = hdf5::open_dataset(file, "/provenance/starts");
            number = std::min(used, static_cast<std::int64_t>(hdf5::extents(dataset).at(0)) - 1);
            hdf5::write_rows(dataset, {number}, storage::start_row_type().id(), &row);
        });
    });
    return communicator == MPI_COMM_NULL ? number : Ranks(communicator).broadcast(number);
}

void ResultFile::finish_start(MPI_Comm communicator, std::int64_t number, const std::string& ended,
                              const std::string& reason) const {
    by_rank_0(communicator, [&] {
        require_unreplaced();
        write_alone(path_, [&](hid_t file) {
            const hdf5::Dataset dataset = hdf5::open_dataset(file, "/provenance/starts");
            const hdf5::Type type = storage::start_row_type();
            storage::StartRow row{};
            hdf5::read_rows(dataset, {number}, type.id(), &row);
            if (row.started[0] == '\0')
                throw Error(fmt::format("start {} was never recorded in {}", number, path_));
            storage::put_text(row.ended, sizeof row.ended, ended);
            storage::put_text(row.reason, sizeof row.reason, reason);
            row.checksum = storage::checksum_of(row);
            hdf5::write_rows(dataset, {number}, type.id(), &row);
        });
    });
}

}  // namespace greenhalo
