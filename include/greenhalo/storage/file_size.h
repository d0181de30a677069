/// \file
/// How large a file will be.
#pragma once

#include <cstdint>

#include "greenhalo/storage/result_file.h"

namespace greenhalo {

/// Bytes that the file of a description takes, or a little less. Throws Error when the description
/// contradicts itself.
std::uint64_t estimated_file_size(const Description& description);

}  // namespace greenhalo
