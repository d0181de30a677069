#include "greenhalo/app/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "greenhalo/app/log.h"
#include "greenhalo/app/parameters.h"
#include "greenhalo/base/version.h"

namespace greenhalo {

namespace {

constexpr const char* usage =
    R"(greenhalo - Green functions in the Galactic halo: cosmic rays from random supernova remnants

Usage:
  greenhalo run INPUT.ini [-o RESULT.h5] [--overwrite] [--section.key value ...]
                                   the Monte Carlo ensemble; mpirun -n N greenhalo run ...
  greenhalo expect INPUT.ini [-o MOMENTS.h5] [--overwrite] [--section.key value ...]
                                   ensemble moments by integration, no Monte Carlo: <n>, <J>, delta_A1, delta_A2
  greenhalo validate INPUT.ini [-o GRID.h5] [--overwrite] [--petsc "OPTIONS"] [--section.key value ...]
                                   grid solutions with PETSc against the Green functions; fails where they differ
  greenhalo sources INPUT.ini [-o SOURCES.h5] [--overwrite] [--section.key value ...]
                                   draw a catalogue only: the random sources of the realization ensemble.first
  greenhalo info FILE.h5           what a result file is, how complete, and what it says
  greenhalo input                  a commented input with every key, its unit, default and meaning
  greenhalo --help | --version
  greenhalo COMMAND --help

Exit status: 0 done; 1 failed; 2 usage or input error, nothing was started.
GREENHALO_ISA=x86-64-v2, -v3 or -v4 overrides the choice of the instruction set.
)";

constexpr const char* run_usage =
    R"(Usage: greenhalo run INPUT.ini [-o RESULT.h5] [--overwrite] [--section.key value ...]

Draws realizations of the supernova history, superposes the Green functions of all sources for every nuclear
group and energy, and writes densities, currents, anisotropies and their distributions. Run it under mpirun or
srun for more ranks: the numbers do not depend on how many.

  -o, --output.file FILE   where the result goes (result.h5); an existing file is never touched ...
  --overwrite              ... unless this is given
  --section.key value      any parameter of the input, over the file

)";

constexpr const char* expect_usage =
    R"(Usage: greenhalo expect INPUT.ini [-o MOMENTS.h5] [--overwrite] [--section.key value ...]

Integrates over all histories of axisymmetric random sources instead of drawing them: mean density and current of
every nuclear group and energy, the anisotropy delta_A1 of the mean current, and delta_A2 of its fluctuations from
sources older than a minimum age. Run it under mpirun or srun for more ranks.

  -o, --output.file FILE   where the moments go (moments.h5); an existing file is never touched ...
  --overwrite              ... unless this is given
  --section.key value      any parameter of the input, over the file; expect.* belong to this command

)";

constexpr const char* validate_usage =
    R"(Usage: greenhalo validate INPUT.ini [-o GRID.h5] [--overwrite] [--petsc "OPTIONS"] [--section.key value ...]

Solves the transport equation on a grid and holds the Green functions against it, or goes where they cannot
(grid.problem). Prints every comparison with its tolerance; the exit status is 1 when one is missed. Run it under
mpirun or srun for more ranks.

  -o, --output.file FILE   where table and curves go (grid.h5); an existing file is never touched ...
  --overwrite              ... unless this is given
  --petsc "OPTIONS"        options for PETSc, for instance "-ksp_monitor -pc_type gamg"; may be repeated
  --section.key value      any parameter of the input, over the file; grid.* belong to this command

)";

constexpr const char* sources_usage =
    R"(Usage: greenhalo sources INPUT.ini [-o SOURCES.h5] [--overwrite] [--section.key value ...]

Draws the random sources of one realization, ensemble.first: positions and ages, the same that run superposes.

  -o, --output.file FILE   where the catalogue goes (sources.h5); an existing file is never touched ...
  --overwrite              ... unless this is given
  --section.key value      any parameter of the input, over the file

)";

void print(const std::string& text) { std::fputs(text.c_str(), stdout); }

bool asks_for_help(const std::vector<std::string>& words) {
    return std::any_of(words.begin(), words.end(), [](const auto& w) { return w == "--help" || w == "-h"; });
}

std::string version_text() {
    std::string text = fmt::format("greenhalo {} ({})\n{}\n", version(), revision(), compiler());
    for (const auto& [name, number] : library_versions()) text += fmt::format("{} {}\n", name, number);
    return text;
}

/// Whether this process is the first, or the only one, that mpirun or srun started: what is wrong on a command line
/// is wrong in all of them and said once. MPI itself must not be asked: the commands here do without.
bool speaks_for_launch() {
    for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"}) {
        const char* rank = std::getenv(name);
        if (rank != nullptr) return std::string(rank) == "0";
    }
    return true;
}

ExitStatus dispatch(int argc, char** argv) {
    const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    if (words.empty()) throw InputError("a command is missing: run, expect, validate, sources, info or input (greenhalo --help tells more)");
    const std::string& command = words[0];
    const std::vector<std::string> rest(words.begin() + 1, words.end());
    if (command == "--help" || command == "-h" || command == "help") {
        print(usage);
    } else if (command == "--version") {
        print(version_text());
    } else if (command == "run") {
        if (!asks_for_help(rest)) return command_run(argc, argv, rest);
        print(run_usage + help_text());
    } else if (command == "expect") {
        if (!asks_for_help(rest)) return command_expect(argc, argv, rest);
        print(expect_usage + help_text());
    } else if (command == "validate") {
        if (!asks_for_help(rest)) return command_validate(argc, argv, rest);
        print(validate_usage + help_text());
    } else if (command == "sources") {
        if (!asks_for_help(rest)) return command_sources(argc, argv, rest);
        print(sources_usage + help_text());
    } else if (command == "info") {
        if (!asks_for_help(rest)) return command_info(rest);
        print("Usage: greenhalo info FILE.h5\n\nTells what a result file is, how complete it is and what it says.\n");
    } else if (command == "input") {
        if (asks_for_help(rest)) {
            print("Usage: greenhalo input > MY.ini\n\nWrites a commented input with every key.\n");
        } else if (!rest.empty()) {
            throw InputError(fmt::format("input: surplus word '{}'; the command takes none", rest[0]));
        } else {
            print(template_ini());
        }
    } else {
        throw InputError(fmt::format("unknown command '{}'; the commands are run, expect, validate, sources, info and input", command));
    }
    return ExitStatus::done;
}

}  // namespace

ExitStatus run_program(int argc, char** argv) {
    try {
        const ExitStatus status = dispatch(argc, argv);
        if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
            throw Error("standard output could not be written: is the disc full?");
        }
        return status;
    } catch (const InputError& error) {
        if (speaks_for_launch()) print_error(error.what());
        return ExitStatus::input_error;
    } catch (const std::exception& error) {
        if (speaks_for_launch()) print_error(error.what());
        return ExitStatus::failed;
    }
}

}  // namespace greenhalo
