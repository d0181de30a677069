/// \file
/// What help, template and manual say about a parameter beside its meaning.
#pragma once

#include <string>

#include "greenhalo/app/parameter_table.h"

namespace greenhalo {

/// Unit, allowed values, default and use in one line: "kpc; in (0, 1000]; default 4". Short ones hold together: their
/// blanks are no_break.
std::string parameter_facts(const ParameterSpec& spec);

}  // namespace greenhalo
