/// \file
/// Text in lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace greenhalo {

/// A blank at which wrapped() does not end a line; it becomes an ordinary one.
inline constexpr char no_break = '\x01';

/// Words of the text in lines of at most `width` columns, each behind the indent (the first behind its own). A word
/// that is longer than that has a line for itself.
std::string wrapped(std::string_view text, std::string_view first_indent, std::string_view indent,
                    std::size_t width = 100);

}  // namespace greenhalo
