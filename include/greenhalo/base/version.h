/// \file
/// What this program is and how it was built.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace greenhalo {

/// Release number, for instance "0.1.0".
std::string version();

/// Git revision the library was built from, "unknown" outside a checkout, with "-modified" for local changes.
std::string revision();

/// Compiler and its version.
std::string compiler();

/// Compiler flags and build type.
std::string compiler_flags();

/// Name and version of each library in use.
std::vector<std::pair<std::string, std::string>> library_versions();

}  // namespace greenhalo
