/// \file
/// The one table of commands. The help, the man page and the shell completion come from its rows, as those of the
/// parameters come from the table of parameters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace greenhalo {

/// An option that belongs to a command itself; parameters of the model are in the table of parameters.
struct OptionSpec {
    std::string_view name;             ///< "--overwrite"
    std::string_view argument = "";    ///< what follows it, "FILE"; empty for nothing
    std::string_view meaning;          ///< one line or two
    std::string_view other_name = "";  ///< "--output.file" beside "-o"

    /// "-o, --output.file FILE".
    std::string text() const;
};

/// One command.
struct CommandSpec {
    std::string_view name;                 ///< "run"
    std::string_view arguments;            ///< behind the name, "INPUT.ini [-o RESULT.h5] ..."
    std::string_view summary;              ///< half a line, for the list of commands
    std::string_view text;                 ///< one paragraph, for its own help
    std::vector<OptionSpec> options = {};  ///< of its own
    bool takes_parameters = false;         ///< --section.key value
    std::string_view file_ending = "";     ///< of the files it reads, for the completion: "ini", "h5"
};

/// All commands in the order of the help.
const std::vector<CommandSpec>& command_table();

/// The row of a command, or null.
const CommandSpec* find_command(std::string_view name);

/// "run, expect, ... and input", for messages.
std::string command_names();

/// The command that a word comes nearest to; empty when more than half of the letters differ.
std::string nearest_command(std::string_view name);

/// What `greenhalo --help` prints.
std::string usage_text();

/// What `greenhalo COMMAND --help` prints, with the parameters where it takes them.
std::string usage_text(const CommandSpec& command);

/// An exit status.
struct ExitMeaning {
    int status;                ///< 0 to 255
    std::string_view meaning;  ///< half a line
};
/// All exit statuses.
const std::vector<ExitMeaning>& exit_meanings();

/// An environment variable that matters.
struct VariableSpec {
    std::string_view name;     ///< "GREENHALO_ISA"
    std::string_view meaning;  ///< one line
};
/// All of them.
const std::vector<VariableSpec>& environment_variables();

}  // namespace greenhalo
