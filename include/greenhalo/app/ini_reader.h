/// \file
/// The line reader in front of Boost.Program_options: it knows where each value stands.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace greenhalo {

/// One "key = value" of an input file.
struct IniEntry {
    std::string key;    ///< with its section: "halo.half-height"
    std::string value;  ///< without comment, surrounding blanks and quotes; never empty
    int line = 0;       ///< from 1
};

/// Reads "[section]" and "key = value" lines. A comment begins with # at the start of a line or after a
/// blank; a value may stand in single or double quotes (a doubled quote inside stands for one), in which # is
/// itself. Line ends may be CRLF, and a byte-order mark is skipped.
/// \param text the content of the file
/// \param name what messages call it
/// \throws InputError naming the line: no "=", an empty key or value, an unfinished quote or section, a key
///         given twice (both lines are named), bytes that are no text
std::vector<IniEntry> read_ini(std::string_view text, std::string_view name);

/// The value written so that read_ini gives it back, in quotes only where that is necessary. The value must
/// not contain line ends.
std::string quote_ini(std::string_view value);

/// The content of a file (or pipe).
/// \throws InputError when it is missing, unreadable or a folder
std::string read_text_file(const std::filesystem::path& path);

}  // namespace greenhalo
