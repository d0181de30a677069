/// \file
/// Listed sources: a CSV file of individual remnants.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "greenhalo/galaxy/catalogue.h"

namespace greenhalo {

/// Sources with their names (empty where none is given).
struct ListedSources {
    SourceBuffer sources;            ///< in the order of the file
    std::vector<std::string> names;  ///< one for each source
};

/// Reads CSV text with the columns x_kpc, y_kpc, z_kpc, age_yr and optionally energy (relative to the standard
/// remnant, default 1) and name; in this order, or as a header line names them. Lines starting with # and empty
/// lines are skipped. Throws InputError naming `file` and the line: a number that is none, a missing column, an age or
/// an energy that is not positive, a source at or beyond |z| = half_height (kpc), a file without any source.
ListedSources read_catalogue(std::string_view text, const std::string& file, double half_height);

}  // namespace greenhalo
