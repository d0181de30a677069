/// \file
/// The compound of /provenance/starts.
#pragma once

#include <cstdint>
#include <string>

#include "greenhalo/storage/hdf5.h"
#include "greenhalo/storage/result_file.h"

namespace greenhalo::storage {

/// One row as it lies in memory and in the file.
struct StartRow {
    char host[64];
    std::int64_t ranks;
    char started[32];
    char ended[32];
    char reason[256];
    char revision[64];
    char instruction_set[16];
    std::uint64_t checksum;  ///< of the bytes before it
};

hdf5::Type start_row_type();
StartRow pack(const Start& start);
Start unpack(const StartRow& row);
std::uint64_t checksum_of(const StartRow& row);

/// Puts \p text into \p field of \p size bytes, cut between characters of UTF-8 and ended by a zero.
void put_text(char* field, std::size_t size, const std::string& text);

}  // namespace greenhalo::storage
