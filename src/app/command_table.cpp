#include "greenhalo/app/command_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "app/edit_distance.h"
#include "app/wrapped_text.h"
#include "greenhalo/app/parameters.h"
#include "greenhalo/base/error.h"

namespace greenhalo {

namespace {

constexpr OptionSpec output_option = {
    "-o", "FILE", "where it goes; an existing file is never touched unless told otherwise", "--output.file"};
constexpr OptionSpec overwrite_option = {"--overwrite", "", "replace an existing file"};
constexpr OptionSpec resume_option = {
    "--resume", "",
    "go on with an existing result, on any number of ranks: the numbers are those of a run without interruption. Without a "
    "result it starts one, on a finished one it only prints the summary, with a larger ensemble.realizations it adds to it"};
constexpr OptionSpec quiet_option = {"--quiet", "", "only warnings and errors on stderr; tables go to stdout as ever"};
constexpr OptionSpec verbose_option = {"--verbose", "", "also say what the model is, in words"};

constexpr std::string_view program_text = "Green functions in the Galactic halo: cosmic rays from random supernova remnants";

std::string synopsis(const CommandSpec& command) {
    return fmt::format("greenhalo {}{}{}", command.name, command.arguments.empty() ? "" : " ", command.arguments);
}

}  // namespace

std::string OptionSpec::text() const {
    return fmt::format("{}{}{}{}{}", name, other_name.empty() ? "" : ", ", other_name, argument.empty() ? "" : " ", argument);
}

const std::vector<CommandSpec>& command_table() {
    static const std::vector<CommandSpec> table = {
        {.name = "run",
         .arguments = "INPUT.ini [-o RESULT.h5] [--resume | --overwrite] [--dry-run] [--section.key value ...]",
         .summary = "the Monte Carlo ensemble; mpirun -n N greenhalo run ...",
         .text = "Draws realizations of the supernova history, superposes the Green functions of all sources for every "
                 "nuclear group and energy, and writes densities, currents, anisotropies and their distributions. Run "
                 "it under mpirun or srun for more ranks: the numbers do not depend on how many. Signals: USR1 and TERM save "
                 "and stop (again: without finishing what is being computed), USR2 saves. A file STOP.RESULT.h5 or STOP beside "
                 "the result stops as well. A run that was stopped has the exit status 85.",
         .options = {output_option,
                     overwrite_option,
                     resume_option,
                     {"--dry-run", "",
                      "say what would be computed, how long it takes, how much memory and disc it needs, and "
                      "end; works without MPI"},
                     quiet_option,
                     verbose_option},
         .takes_parameters = true,
         .file_ending = "ini"},
        {.name = "expect",
         .arguments = "INPUT.ini [-o MOMENTS.h5] [--overwrite] [--section.key value ...]",
         .summary = "ensemble moments by integration, no Monte Carlo: <n>, <J>, delta_A1, delta_A2",
         .text = "Integrates over all histories of axisymmetric random sources instead of drawing them: mean "
                 "density and current of every nuclear group and energy, the anisotropy delta_A1 of the mean "
                 "current, and delta_A2 of its fluctuations from sources older than a minimum age. Run it "
                 "under mpirun or srun for more ranks.",
         .options = {output_option, overwrite_option, quiet_option, verbose_option},
         .takes_parameters = true,
         .file_ending = "ini"},
        {.name = "validate",
         .arguments = "INPUT.ini [-o GRID.h5] [--overwrite] [--petsc OPTIONS] [--section.key value ...]",
         .summary = "grid solutions with PETSc against the Green functions; fails where they differ",
         .text = "Solves the transport equation on a grid and holds the Green functions against it, or goes where they cannot "
                 "(grid.problem). Prints every comparison with its tolerance; the exit status is 1 when one is missed. Run it "
                 "under mpirun or srun for more ranks. The parameters grid.* belong to this command.",
         .options = {output_option,
                     overwrite_option,
                     {"--petsc", "OPTIONS",
                      "options for PETSc in quotes, for instance \"-ksp_monitor -pc_type gamg\"; may be repeated"},
                     quiet_option,
                     verbose_option},
         .takes_parameters = true,
         .file_ending = "ini"},
        {.name = "sources",
         .arguments = "INPUT.ini [-o SOURCES.h5] [--overwrite] [--section.key value ...]",
         .summary = "draw a catalogue only: the random sources of the realization ensemble.first",
         .text = "Draws the random sources of one realization, ensemble.first: positions and ages, the same "
                 "that run superposes.",
         .options = {output_option, overwrite_option, quiet_option, verbose_option},
         .takes_parameters = true,
         .file_ending = "ini"},
        {.name = "merge",
         .arguments = "-o ALL.h5 [--overwrite] PART.h5 ...",
         .summary = "join ensembles of one model that were run as separate jobs",
         .text = "Joins ensembles of one model that were run as separate jobs with adjoining ranges of realizations "
                 "(ensemble.first, ensemble.realizations): the realizations and statistics are those of the single run, bit "
                 "for bit. The parts must be finished and store all of each realization (output.realizations = all).",
         .options = {{"-o", "FILE", "where the whole goes"}, overwrite_option},
         .file_ending = "h5"},
        {.name = "info",
         .arguments = "FILE.h5 [--verify] [--json]",
         .summary = "what a result file is, how complete, and what it says",
         .text = "Tells what a result file is, how complete it is, whether it is sound, the model in words "
                 "and the summary. Never needs MPI.",
         .options = {{"--verify", "", "read every number and compare each checksum; exit status 1 when one is wrong"},
                     {"--json", "", "the same for programs, as one JSON object on stdout"}},
         .file_ending = "h5"},
        {.name = "input",
         .arguments = "",
         .summary = "a commented input with every key, its unit, default and meaning",
         .text = "Writes a commented input with every key to stdout: greenhalo input > my.ini. Keys without a default "
                 "are commented out, so it runs as it is."},
        {.name = "manual",
         .arguments = "parameters | file-format | man | completion",
         .summary = "a chapter of the manual: Markdown, a man page, or completion for bash",
         .text = "Writes to stdout what follows from the tables of this program: doc/parameters.md, "
                 "doc/file-format.md, the man page greenhalo(1), or completion for bash: "
                 "source <(greenhalo manual completion)."},
    };
    return table;
}

const CommandSpec* find_command(std::string_view name) {
    for (const CommandSpec& command : command_table()) {
        if (command.name == name) return &command;
    }
    return nullptr;
}

std::string nearest_command(std::string_view name) {
    std::string nearest;
    std::size_t least = std::max(name.size(), std::size_t{2});  // half of the letters, or one
    for (const CommandSpec& command : command_table()) {
        const std::size_t distance = edit_distance(name, command.name);
        if (distance > least || (distance == least && !nearest.empty())) continue;
        least = distance;
        nearest = command.name;
    }
    return nearest;
}

std::string command_names() {
    std::string text;
    const auto& table = command_table();
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (i > 0) text += i + 1 == table.size() ? " and " : ", ";
        text += table[i].name;
    }
    return text;
}

const std::vector<ExitMeaning>& exit_meanings() {
    static const std::vector<ExitMeaning> meanings = {
        {static_cast<int>(ExitStatus::done), "done"},
        {static_cast<int>(ExitStatus::failed), "failed"},
        {static_cast<int>(ExitStatus::input_error), "usage or input error, nothing was started"},
        {static_cast<int>(ExitStatus::stopped), "stopped early with everything saved: run the same command with --resume"},
    };
    return meanings;
}

const std::vector<VariableSpec>& environment_variables() {
    static const std::vector<VariableSpec> variables = {
        {"GREENHALO_ISA", "x86-64-v2, -v3 or -v4 overrides the choice of the instruction set"},
        {"NO_COLOR", "when set, messages have no colours, not even on a terminal"},
    };
    return variables;
}

std::string usage_text() {
    std::string text = fmt::format("greenhalo - {}\n\nUsage:\n", program_text);
    const std::string indent(35, ' ');
    for (const CommandSpec& command : command_table()) {
        text += wrapped(synopsis(command), "  ", "      ");
        text += wrapped(command.summary, indent, indent);
    }
    text += "  greenhalo --help | --version\n  greenhalo COMMAND --help\n\nExit status: ";
    for (const ExitMeaning& exit : exit_meanings()) {
        text += fmt::format("{}{} {}", exit.status == 0 ? "" : "; ", exit.status, exit.meaning);
    }
    text += ".\n";
    for (const VariableSpec& variable : environment_variables()) {
        text += fmt::format("{}: {}.\n", variable.name, variable.meaning);
    }
    return text;
}

std::string usage_text(const CommandSpec& command) {
    constexpr std::size_t indent = 27;
    std::string text = wrapped(synopsis(command), "Usage: ", "           ") + "\n" + wrapped(command.text, "", "");
    if (!command.options.empty()) text += "\n";
    for (const OptionSpec& option : command.options) {
        text += wrapped(option.meaning, fmt::format("  {:<{}}", option.text(), indent - 2), std::string(indent, ' '));
    }
    if (command.takes_parameters) {
        text += wrapped("any parameter of the input, over the file", fmt::format("{:<{}}", "  --section.key value", indent),
                        std::string(indent, ' '));
        text += "\n" + help_text();
    }
    return text;
}

}  // namespace greenhalo
