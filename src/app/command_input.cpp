#include "greenhalo/app/command_input.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "app/model_text.h"
#include "app/parameter_checks.h"
#include "greenhalo/app/command_table.h"
#include "greenhalo/app/ini_reader.h"
#include "greenhalo/app/parameter_table.h"
#include "greenhalo/base/isa.h"
#include "greenhalo/base/version.h"
#include "greenhalo/parallel/agreement.h"
#include "greenhalo/storage/sha256.h"

namespace greenhalo {

namespace {

/// The words of the command line, sorted into their kinds.
struct SortedWords {
    std::string input;
    Overwrite overwrite = Overwrite::no;
    bool resume = false;
    std::vector<std::string> parameters;
};

/// "-o FILE, --overwrite, --resume".
std::string options_text(const CommandSpec& command) {
    std::vector<std::string> texts;
    for (const OptionSpec& option : command.options) {
        texts.push_back(fmt::format("{}{}{}", option.name, option.argument.empty() ? "" : " ", option.argument));
    }
    return fmt::format("{}", fmt::join(texts, ", "));
}

SortedWords sort_words(const std::string& command, const std::vector<std::string>& words) {
    const CommandSpec& spec = *find_command(command);
    const auto is_option = [&](std::string_view word) {
        return std::ranges::find(spec.options, word, &OptionSpec::name) != spec.options.end();
    };
    SortedWords sorted;
    bool value_follows = false;
    for (const std::string& word : words) {
        if (value_follows) {
            sorted.parameters.push_back(word);
            value_follows = false;
        } else if (word == "--overwrite" && is_option(word)) {
            sorted.overwrite = Overwrite::yes;
        } else if (word == "--resume" && is_option(word)) {
            sorted.resume = true;
        } else if (!word.starts_with('-') && sorted.input.empty()) {
            sorted.input = word;
        } else if (const std::string name = word.substr(0, word.find('='));
                   word.starts_with("--") && name.find('.') == std::string::npos) {
            if (is_option(name)) {
                throw InputError(fmt::format("command line: {}: {} stands without a value", word, name));
            }
            throw InputError(fmt::format(
                "command line: unknown option {}: the options of {} are {}; parameters are written --section.key value",
                word, command, options_text(spec)));
        } else {
            sorted.parameters.push_back(word);
            value_follows = word.starts_with('-') && word.find('=') == std::string::npos;
        }
    }
    if (sorted.resume && sorted.overwrite == Overwrite::yes) {
        throw InputError("command line: --resume goes on with a result and --overwrite replaces it: give one of them");
    }
    if (sorted.input.empty()) {
        throw InputError(fmt::format("{0}: the input file is missing: greenhalo {0} INPUT.ini (greenhalo "
                                     "input writes a template)",
                                     command));
    }
    return sorted;
}

void require_input_file(const std::string& command, const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) return;
    throw InputError(fmt::format("{}: the input file {} does not exist: check its name and the working folder, or make "
                                 "one with greenhalo input > MY.ini",
                                 command, path));
}

std::string read_named_file(const Parameters& parameters, const std::string& key) {
    try {
        return read_text_file(parameters.text(key));
    } catch (const InputError& error) {
        throw InputError(
            fmt::format("{}: {}: {}; name another file, or leave the key out", parameters.where(key), key, error.what()));
    }
}

/// A word as it would be typed into a shell.
std::string quoted(const std::string& word) {
    const bool plain = !word.empty() && word.find_first_of(" \t\n\"'\\$`*?[](){}<>|&;#~!") == std::string::npos;
    if (plain) return word;
    std::string text = "'";
    for (const char letter : word) text += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
    return text + "'";
}

/// Keys of all parameters that name a file to be read.
std::vector<std::string> file_keys() {
    std::vector<std::string> keys;
    for (const ParameterSpec& spec : parameter_table()) {
        if (spec.kind == Kind::input_file) keys.emplace_back(spec.key);
    }
    return keys;
}

}  // namespace

CommandInput read_command_input(const Ranks& ranks, const Log& log, const std::string& command,
                                const std::vector<std::string>& words) {
    std::optional<Parameters> parameters;
    FileContents files;
    Overwrite overwrite = Overwrite::no;
    bool resume = false;
    std::string effective;
    Ages ages = Ages::of_the_span;
    on_root(ranks, [&] {
        const SortedWords sorted = sort_words(command, words);
        overwrite = sorted.overwrite;
        resume = sorted.resume;
        require_input_file(command, sorted.input);
        parameters = Parameters::read(sorted.input, sorted.parameters, command);
        if (command == "expect" && parameters->text("expect.span") == "infinite") ages = Ages::all;
        if (ages == Ages::of_the_span) check_time_span(*parameters);
        const std::string& output = parameters->text("output.file");
        if (resume)
            check_resumable_path(output);
        else
            check_output_path(output, overwrite);
        for (const std::string& key : file_keys()) {
            if (parameters->has_value(key) && parameters->is_used(key)) {
                files[key] = read_named_file(*parameters, key);
            }
        }
        effective = parameters->effective_ini();
    });
    effective = ranks.broadcast(effective);
    overwrite = static_cast<Overwrite>(ranks.broadcast(static_cast<std::int64_t>(overwrite)));
    resume = ranks.broadcast(std::int64_t{resume}) != 0;
    for (const std::string& key : file_keys()) {
        if (ranks.broadcast(static_cast<std::int64_t>(files.count(key))) == 0) continue;
        const auto found = files.find(key);
        files[key] = ranks.broadcast(found == files.end() ? std::string() : found->second);
    }

    Model model;
    std::int64_t isa = 0;
    together(ranks, [&] {
        if (!parameters) parameters = Parameters::from_text(effective);
        isa = static_cast<std::int64_t>(active_isa());
    });
    // one instruction set for all, the least of theirs: sums round differently without fused operations
    set_active_isa(static_cast<Isa>(ranks.minimum(isa)));
    together(ranks, [&] { model = build_model(*parameters, files); });
    for (const std::string& warning : parameters->warnings()) log.warning(warning);
    if (ranks.is_root()) log.detail(model_text(*parameters, model, ages));
    return {command_line(command, words), std::move(*parameters), std::move(files), std::move(model), overwrite, resume};
}

std::string command_line(const std::string& command, const std::vector<std::string>& words) {
    std::string line = "greenhalo " + command;
    for (const std::string& word : words) line += " " + quoted(word);
    return line;
}

std::vector<InputFile> kept_files(const CommandInput& input) {
    std::vector<InputFile> kept;
    for (const auto& [key, content] : input.files) {
        kept.push_back({input.parameters.text(key), sha256(content), content});
    }
    return kept;
}

std::vector<std::pair<std::string, std::string>> build_facts() {
    std::vector<std::pair<std::string, std::string>> facts = {{"revision", revision()},
                                                              {"compiler", compiler()},
                                                              {"compiler_flags", compiler_flags()},
                                                              {"instruction_set", isa_name(active_isa())}};
    for (const auto& [name, number] : library_versions()) facts.emplace_back(name, number);
    return facts;
}

}  // namespace greenhalo
