/// \file
/// JSON as text, as much of it as `greenhalo info --json` needs.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace greenhalo::json {

/// A text in quotes, with everything escaped that must be.
std::string quoted(std::string_view text);

/// A number that reads back exactly; null for one that JSON does not know (NaN, infinity).
std::string number(double value);

/// [a, b, ...] of values that are JSON already.
std::string array(const std::vector<std::string>& values);
std::string array(const std::vector<double>& values);

/// {"key": value, ...} of values that are JSON already, in their order, a line for each.
std::string object(const std::vector<std::pair<std::string, std::string>>& members, int depth = 0);

}  // namespace greenhalo::json
