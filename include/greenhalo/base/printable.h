/// \file
/// Text from files, made fit for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace greenhalo {

/// The text with control characters and bytes that are no UTF-8 written as `\xNN` (line ends stay), and with
/// the middle of overlong lines left out.
std::string printable(std::string_view text);

}  // namespace greenhalo
