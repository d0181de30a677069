/// \file
/// How far a word is from another: for messages that name what was meant.
#pragma once

#include <cstddef>
#include <string_view>

namespace greenhalo {

/// What edit_distance() counts for a letter that is wrong, missing, too many or exchanged with its neighbour.
inline constexpr std::size_t one_letter = 2;

/// Levenshtein's distance with neighbours exchanged (optimal string alignment), counted twice; another case of a letter counts
/// once.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace greenhalo
