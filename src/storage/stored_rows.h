/// \file
/// The quantities that every row of /realizations holds, in the order in which its checksum takes them.
/// Shared by the writer and the reader, so that both mean the same.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "greenhalo/storage/hdf5.h"
#include "greenhalo/storage/result_file.h"

namespace greenhalo::storage {

/// A vector of numbers per row: the dataset it goes to and where RealizationRows keeps it.
struct RowQuantity {
    std::string path;
    std::vector<double> RealizationRows::*values;
    std::uint64_t row_size;  ///< numbers per row
};

/// Those that a file with this description stores.
std::vector<RowQuantity> row_quantities(const Description& description);

/// The checksum of each row as it is stored; the sizes of \p rows must be right.
std::vector<std::uint64_t> row_checksums(const Description& description, const RealizationRows& rows);

/// Throws Error when a row is outside the file or named twice, or when a stored quantity has a wrong size.
void check_rows(const Description& description, const RealizationRows& rows);

/// Writes complete rows, ascending, into a file that is being created, marked.
void put_rows(hid_t file, const Description& description, const RealizationRows& rows);

/// Positions of \p rows in ascending order of the rows.
std::vector<std::size_t> ascending_order(const std::vector<std::int64_t>& rows);

/// \p values, \p size numbers for each row, with the rows taken in the given order.
template <class Number>
std::vector<Number> reorder(const std::vector<Number>& values, const std::vector<std::size_t>& order,
                            std::size_t size) {
    std::vector<Number> result;
    result.reserve(order.size() * size);
    for (const std::size_t position : order) {
        const auto first = values.begin() + static_cast<std::ptrdiff_t>(position * size);
        result.insert(result.end(), first, first + static_cast<std::ptrdiff_t>(size));
    }
    return result;
}

}  // namespace greenhalo::storage
