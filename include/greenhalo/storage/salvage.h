/// \file
/// What can be saved of a result that HDF5 cannot read any more: it was truncated, or its structure is
/// damaged.
#pragma once

#include <mpi.h>

#include <cstdint>
#include <string>

#include "greenhalo/base/error.h"
#include "greenhalo/storage/result_file.h"

namespace greenhalo {

/// A file that was a result, to all appearances, and cannot be read.
class DamagedFile : public Error {
  public:
    using Error::Error;
};

/// Removes a companion that cannot be read, so that a new one can take its place.
void discard_if_unreadable(const std::string& companion);

/// Where salvage_result() puts what it finds: RESULT.salvaged.
std::string salvage_companion(const std::string& path);

/// Looks for realizations in the bytes of the file at \p path, at the places where a file of this description
/// has them, and writes those that match their checksums into the companion, a result of its own. The file
/// itself stays as it is. Rows of another model (model_fact) do not match; whether the same program computed
/// them must be found out from the numbers. Returns how many were found; without any there is no companion.
std::int64_t salvage_result(const std::string& path, const Description& description,
                            MPI_Comm communicator = MPI_COMM_NULL);

/// Puts the companion in the place of the result.
void accept_salvaged(const std::string& path, MPI_Comm communicator = MPI_COMM_NULL);

}  // namespace greenhalo
