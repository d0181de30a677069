/// \file
/// Chapters of the manual that follow from the tables of commands, parameters and files.
#pragma once

#include <string>

namespace greenhalo {

/// doc/parameters.md, from the table of parameters.
std::string parameters_chapter();

/// doc/file-format.md, from the tables that the writer of files uses.
std::string file_format_chapter();

/// The man page greenhalo(1), in roff.
std::string man_page();

/// Completion for bash.
std::string bash_completion();

}  // namespace greenhalo
