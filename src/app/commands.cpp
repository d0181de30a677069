#include "greenhalo/app/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "app/launch.h"
#include "app/manual.h"
#include "greenhalo/app/command_input.h"
#include "greenhalo/app/command_table.h"
#include "greenhalo/app/log.h"
#include "greenhalo/app/parameters.h"
#include "greenhalo/base/version.h"

namespace greenhalo {

namespace {

void print(const std::string& text) { std::fputs(text.c_str(), stdout); }

bool asks_for_help(const std::vector<std::string>& words) {
    return std::any_of(words.begin(), words.end(), [](const auto& w) { return w == "--help" || w == "-h"; });
}

std::string version_text() {
    std::string text = fmt::format("greenhalo {} ({})\n{}\n", version(), revision(), compiler());
    for (const auto& [name, number] : library_versions()) text += fmt::format("{} {}\n", name, number);
    return text;
}

/// Takes a flag of the whole program out of the words.
bool take_out(std::vector<std::string>& words, const char* flag) { return std::erase(words, flag) > 0; }

void require_no_words(const std::string& command, const std::vector<std::string>& words) {
    if (!words.empty()) throw InputError(fmt::format("{}: surplus word '{}'; the command takes none", command, words[0]));
}

ExitStatus command_manual(const std::vector<std::string>& words) {
    const std::string page = words.size() == 1 ? words[0] : "";
    if (page == "parameters") {
        print(parameters_chapter());
    } else if (page == "file-format") {
        print(file_format_chapter());
    } else if (page == "man") {
        print(man_page());
    } else if (page == "completion") {
        print(bash_completion());
    } else {
        throw InputError("manual takes the name of one chapter: parameters, file-format, man or completion");
    }
    return ExitStatus::done;
}

ExitStatus dispatch(int argc, char** argv) {
    std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    if (words.empty()) throw InputError(fmt::format("a command is missing: {} (greenhalo --help tells more)", command_names()));
    const std::string command = words[0];
    words.erase(words.begin());
    if (command == "--help" || command == "-h" || command == "help") {
        print(usage_text());
        return ExitStatus::done;
    }
    if (command == "--version") {
        print(version_text());
        return ExitStatus::done;
    }
    const CommandSpec* spec = find_command(command);
    if (spec == nullptr) {
        const std::string nearest = nearest_command(command);
        throw InputError(fmt::format("unknown command '{}'; {}the commands are {}", command,
                                     nearest.empty() ? "" : fmt::format("the nearest is {}; ", nearest), command_names()));
    }
    if (asks_for_help(words)) {
        print(usage_text(*spec));
        return ExitStatus::done;
    }
    if (spec->takes_parameters) {
        const bool quiet = take_out(words, "--quiet"), verbose = take_out(words, "--verbose");
        if (quiet && verbose) throw InputError("--quiet and --verbose exclude each other");
        set_verbosity(quiet ? Verbosity::quiet : verbose ? Verbosity::verbose : Verbosity::normal);
    }
    if (command == "run" && take_out(words, "--dry-run")) return command_dry_run(words);
    if (command == "run") return command_run(argc, argv, words);
    if (command == "expect") return command_expect(argc, argv, words);
    if (command == "validate") return command_validate(argc, argv, words);
    if (command == "sources") return command_sources(argc, argv, words);
    if (command == "merge") return command_merge(words, command_line(command, words));
    if (command == "info") return command_info(words);
    if (command == "manual") return command_manual(words);
    require_no_words(command, words);
    print(template_ini());
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
        if (launch().rank == 0) print_error(error.what());
        return ExitStatus::input_error;
    } catch (const std::exception& error) {
        if (launch().rank == 0) print_error(error.what());
        return ExitStatus::failed;
    }
}

}  // namespace greenhalo
