/// \file
/// The commands of the program. Each returns when its work is done and throws InputError or Error otherwise.
#pragma once

#include <string>
#include <vector>

#include "greenhalo/base/error.h"

namespace greenhalo {

/// Parses the command line, does what it says and returns the exit status. Errors are printed, not thrown.
ExitStatus run_program(int argc, char** argv);

/// `greenhalo run`: the Monte Carlo ensemble. `words` is the command line after the command.
ExitStatus command_run(int argc, char** argv, const std::vector<std::string>& words);

/// `greenhalo run --dry-run`: what would be computed and what it costs. `words` is the command line after the command,
/// without --dry-run. No MPI.
ExitStatus command_dry_run(const std::vector<std::string>& words);

/// `greenhalo expect`: ensemble moments by integration.
ExitStatus command_expect(int argc, char** argv, const std::vector<std::string>& words);

/// `greenhalo validate`: grid solutions with PETSc against the Green functions; failed where a comparison is.
ExitStatus command_validate(int argc, char** argv, const std::vector<std::string>& words);

/// `greenhalo sources`: the catalogue of one realization.
ExitStatus command_sources(int argc, char** argv, const std::vector<std::string>& words);

/// `greenhalo merge`: joins ensembles that were computed as separate jobs. No MPI. `line` is the whole command line.
ExitStatus command_merge(const std::vector<std::string>& words, const std::string& line);

/// `greenhalo info`: what a file is and says. No MPI.
ExitStatus command_info(const std::vector<std::string>& words);

}  // namespace greenhalo
