/// \file
/// The companion of a result that keeps finished segments of realizations that are not complete yet.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "greenhalo/storage/result_file.h"

namespace greenhalo {

/// What one segment of a realization gives, in the units of the computation, so that no bit is lost.
struct StoredPart {
    std::int64_t index = 0;         ///< global index of the realization
    std::int64_t segment = 0;       ///< number within the realization, from 0
    std::int64_t source_count = 0;  ///< within the span
    std::vector<double> density;    ///< [nS,nE] kpc^-3 GeV^-1
    std::vector<double> current;    ///< [nS,nE,3] kpc^-2 Myr^-1 GeV^-1
};

/// Replaces the companion of a result by one with these parts, by this process alone; the old one stays until
/// the new one is safe. Without parts there is none afterwards. Throws Error when the disc cannot take it.
void write_parts(const std::string& result, const Description& description,
                 const std::vector<StoredPart>& parts);

/// The parts of a companion that match their checksum.
struct PartsFile {
    Description description;        ///< of the result that they belong to
    std::vector<StoredPart> parts;  ///< in the order of the file
    std::int64_t damaged = 0;       ///< how many do not
};

/// Throws Error when the companion is missing or cannot be read.
PartsFile read_parts(const std::string& result);

}  // namespace greenhalo
