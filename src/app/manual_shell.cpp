// The man page and the completion: what a shell's users look for.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "app/manual.h"
#include "app/parameter_facts.h"
#include "app/wrapped_text.h"
#include "greenhalo/app/command_table.h"
#include "greenhalo/app/parameters.h"
#include "greenhalo/base/version.h"

namespace greenhalo {

namespace {

/// Text as roff takes it literally: hyphens that are typed, backslashes, and lines that begin with a control letter.
std::string roff(std::string_view text) {
    std::string result;
    for (const char letter : text) {
        switch (letter) {
            case '\\': result += "\\e"; break;
            case '-': result += "\\-"; break;
            case no_break: result += ' '; break;
            default: result += letter;
        }
    }
    if (!result.empty() && (result[0] == '.' || result[0] == '\'')) result.insert(0, "\\&");
    return result;
}

std::string tagged(std::string_view tag, std::string_view text) {
    return fmt::format(".TP\n\\fB{}\\fR\n{}\n", roff(tag), roff(text));
}

/// The keys of parameters that can be typed: those of the groups with each built-in name.
std::vector<std::string> typed_keys() {
    std::vector<std::string> keys;
    for (const ParameterSpec& spec : parameter_table()) {
        if (!spec.is_pattern()) {
            keys.emplace_back(spec.key);
            continue;
        }
        for (const BuiltInSpecies& species : built_in_species()) keys.push_back(key_of_species(spec, species.name));
    }
    return keys;
}

/// A case of the completion: words for what follows an option.
std::string value_case(const ParameterSpec& spec) {
    switch (spec.kind) {
        case Kind::choice:
            return fmt::format("        --{}) COMPREPLY=($(compgen -W \"{}\" -- \"$word\")); return ;;\n", spec.key,
                               fmt::join(spec.choices, " "));
        case Kind::boolean:
            return fmt::format("        --{}) COMPREPLY=($(compgen -W \"yes no\" -- \"$word\")); return ;;\n", spec.key);
        case Kind::input_file:
        case Kind::output_file:
            return fmt::format("        --{}) compopt -o default; return ;;\n", spec.key);
        default: return "";
    }
}

}  // namespace

std::string man_page() {
    std::string text = fmt::format(".TH GREENHALO 1 \"\" \"greenhalo {}\" \"User commands\"\n", version());
    text += ".SH NAME\ngreenhalo \\- cosmic rays from random supernova remnants by Green functions of the Galactic halo\n";
    text += ".SH SYNOPSIS\n";
    for (const CommandSpec& command : command_table()) {
        text += fmt::format(".B greenhalo {}\n{}\n.br\n", command.name,
                            command.arguments.empty() ? "\\&" : roff(command.arguments));
    }
    text += ".B greenhalo\n\\-\\-help | \\-\\-version\n";
    text += ".SH COMMANDS\n";
    for (const CommandSpec& command : command_table()) {
        text += fmt::format(".SS {}\n{}\n", roff(command.name), roff(command.text));
        for (const OptionSpec& option : command.options) text += tagged(option.text(), option.meaning);
    }
    text += ".SH PARAMETERS\n" +
            roff("In the input file as \"key = value\" below [section], on the command line as --section.key value, over "
                 "the file. A number is in the unit stated or carries its own (4 kpc, 80 Myr, 1 TeV); 1/30 is a number.") +
            "\n";
    std::string_view section;
    for (const ParameterSpec& spec : parameter_table()) {
        if (spec.section() != section) text += fmt::format(".SS {}\n", spec.section());
        section = spec.section();
        text += tagged(fmt::format("--{}", spec.key), fmt::format("{} [{}]", spec.meaning, parameter_facts(spec)));
    }
    text += ".SH ENVIRONMENT\n";
    for (const VariableSpec& variable : environment_variables()) text += tagged(variable.name, variable.meaning);
    text += ".SH EXIT STATUS\n";
    for (const ExitMeaning& exit : exit_meanings()) text += tagged(std::to_string(exit.status), exit.meaning);
    return text;
}

std::string bash_completion() {
    std::vector<std::string> names;
    for (const CommandSpec& command : command_table()) names.emplace_back(command.name);
    std::string text = fmt::format(
        "# bash completion for greenhalo {}; source it, or install it as greenhalo in bash-completion's folder\n"
        "# shellcheck shell=bash disable=SC2207\n"
        "_greenhalo() {{\n"
        "    local word=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}} keys=\"\" options=\"\" ending=\"\"\n"
        "    COMPREPLY=()\n"
        "    if ((COMP_CWORD == 1)); then\n"
        "        COMPREPLY=($(compgen -W \"{} --help --version\" -- \"$word\"))\n"
        "        return\n"
        "    fi\n"
        "    case $previous in\n"
        "        -o) compopt -o default; return ;;\n",
        version(), fmt::join(names, " "));
    for (const ParameterSpec& spec : parameter_table()) text += value_case(spec);
    std::vector<std::string> keys;
    for (const std::string& key : typed_keys()) keys.push_back("--" + key);
    text += fmt::format("    esac\n    keys=\"{}\"\n    case ${{COMP_WORDS[1]}} in\n", fmt::join(keys, " "));
    for (const CommandSpec& command : command_table()) {
        std::vector<std::string_view> options;
        for (const OptionSpec& option : command.options) options.push_back(option.name);
        options.emplace_back("--help");
        text += fmt::format("        {}) options=\"{}{}\" ending={} ;;\n", command.name, fmt::join(options, " "),
                            command.takes_parameters ? " $keys" : "",
                            command.file_ending.empty() ? std::string_view("\"\"") : command.file_ending);
    }
    text +=
        "    esac\n"
        "    if [[ ${COMP_WORDS[1]} == manual ]]; then\n"
        "        COMPREPLY=($(compgen -W \"parameters file-format man completion\" -- \"$word\"))\n"
        "    elif [[ $word == -* ]]; then\n"
        "        COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
        "    elif [[ -n $ending ]]; then\n"
        "        compopt -o filenames\n"
        "        COMPREPLY=($(compgen -f -X \"!*.$ending\" -- \"$word\") $(compgen -d -- \"$word\"))\n"
        "    fi\n"
        "}\n"
        "complete -F _greenhalo greenhalo\n";
    return text;
}

}  // namespace greenhalo
