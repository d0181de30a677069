/// \file
/// What single values cannot show: keys that exclude or need each other, and combinations without meaning.
#pragma once

#include <string>
#include <string_view>

namespace greenhalo {

class Parameters;

/// \throws InputError naming the keys, their values, where they were given and what would be right
void check_parameters(const Parameters& parameters);

/// That the time span holds random sources older than the minimum age; for commands in which the span plays a part.
/// \throws InputError as above
void check_time_span(const Parameters& parameters);

/// "halo.half-height = 4 kpc (model.ini, line 12)"
std::string describe_parameter(const Parameters& parameters, std::string_view key);

}  // namespace greenhalo
