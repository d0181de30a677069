/// \file
/// Checksums of whole blocks of a file, from what is in it.
#pragma once

#include <cstdint>

#include "greenhalo/storage/hdf5.h"
#include "greenhalo/storage/result_file.h"

namespace greenhalo::storage {

/// What /provenance/checksum holds: of everything that is complete when a file is created.
std::uint64_t model_checksum(hid_t file, const Description& description);

/// What /ensemble/checksum holds, for statistics of that many realizations.
std::uint64_t ensemble_checksum(hid_t file, const Description& description, std::int64_t realizations);

/// A stored checksum.
std::uint64_t read_checksum(hid_t file, const std::string& path);
void write_checksum(hid_t file, const std::string& path, std::uint64_t value);

}  // namespace greenhalo::storage
