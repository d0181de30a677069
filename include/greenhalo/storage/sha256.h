/// \file
/// The fingerprint by which a result file names the inputs it was made from.
#pragma once

#include <string>
#include <string_view>

namespace greenhalo {

/// SHA-256 of \p data as 64 lower-case hexadecimal digits, what the program sha256sum prints.
/// Throws Error when the cryptographic library refuses.
std::string sha256(std::string_view data);

}  // namespace greenhalo
