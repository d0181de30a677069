/// \file
/// What every file of the program says about the input it was made from.
#pragma once

#include <string>

#include "greenhalo/app/command_input.h"

namespace greenhalo {

/// Command, input and its files, provenance, energies, groups and their release. An ensemble adds its
/// realizations.
Description describe_input(const CommandInput& input);

/// The same of an ensemble, with its realizations and what is stored of each.
Description describe_ensemble(const CommandInput& input);

/// The name of this machine.
std::string host_name();

}  // namespace greenhalo
