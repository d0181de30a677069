#include "greenhalo/app/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>

#include "app/parameter_checks.h"
#include "greenhalo/base/error.h"

namespace greenhalo {
namespace {

namespace po = boost::program_options;

constexpr std::string_view command_line = "command line";
constexpr std::string_view by_default = "default";

// A value as the user wrote it.
struct Written {
    std::string key;
    std::string text;
    std::string where;
    std::filesystem::path folder;  // where relative paths start
};

po::options_description describe_options() {
    po::options_description description;
    for (const ParameterSpec& spec : parameter_table()) {
        if (spec.is_pattern()) continue;
        auto* value = po::value<std::string>();
        if (!spec.default_text.empty()) value->default_value(std::string(spec.default_text));
        const std::string name = std::string(spec.key) + (spec.kind == Kind::output_file ? ",o" : "");
        description.add_options()(name.c_str(), value, "");
    }
    description.add_options()("species.*", po::value<std::string>(), "");
    return description;
}

std::string without_dashes(std::string_view name) {
    return std::string(name.substr(std::min(name.find_first_not_of('-'), name.size())));
}

[[noreturn]] void refuse_word(std::string_view what) {
    throw InputError(fmt::format("{}: {}", command_line, what));
}

// Splits the command line into keys and values; keys that nobody knows come along to be refused with the
// others.
po::parsed_options parse_command_line(const std::vector<std::string>& words,
                                      const po::options_description& description) {
    using namespace po::command_line_style;
    constexpr int style = allow_long | long_allow_adjacent | long_allow_next | allow_short |
                          short_allow_next | allow_dash_for_short;
    try {
        return po::command_line_parser(words).options(description).style(style).allow_unregistered().run();
    } catch (const po::error_with_option_name& error) {
        refuse_word(fmt::format("--{} needs a value", without_dashes(error.get_option_name())));
    } catch (const po::error& error) {
        refuse_word(error.what());
    }
}

std::vector<Written> written_on_command_line(const po::parsed_options& parsed) {
    std::vector<Written> result;
    std::set<std::string> seen;
    bool takes_next = false;  // an unknown key: the word behind it was meant as its value
    for (const po::option& option : parsed.options) {
        const std::string value = option.value.empty() ? "" : option.value.front();
        if (option.position_key >= 0) {
            if (!takes_next)
                refuse_word(
                    fmt::format("surplus word \"{}\": keys are written --section.key, and a value with "
                                "blanks needs quotes",
                                value));
            result.back().text = value;
            takes_next = false;
            continue;
        }
        const std::string token = option.original_tokens.empty() ? "" : option.original_tokens.front();
        if (!token.starts_with("--") && token != "-o")
            refuse_word(fmt::format(
                "\"{}\" is no key: keys are written --section.key, the output file -o FILE", token));
        // Boost hands the next word over as the value even where it is a key.
        if (value.starts_with("--"))
            refuse_word(fmt::format("{} needs a value, \"{}\" is a key", option.string_key, value));
        if (!seen.insert(option.string_key).second)
            refuse_word(fmt::format("{} is given twice: remove one of them", option.string_key));
        result.push_back({option.string_key, value, std::string(command_line), {}});
        takes_next = option.unregistered && value.empty();
    }
    return result;
}

// Every group that the user named anywhere, also in a list that was overridden, and the built-in ones.
std::vector<std::string> declared_species(const std::vector<Written>& written) {
    std::vector<std::string> names;
    for (const BuiltInSpecies& species : built_in_species()) names.emplace_back(species.name);
    for (const Written& entry : written) {
        if (entry.key != "species.names") continue;
        for (const std::string& name : parse_words(entry.text)) names.push_back(name);
    }
    return names;
}

void refuse_unknown_keys(const std::vector<Written>& written) {
    std::vector<std::string> names;
    try {
        names = declared_species(written);
    } catch (const InputError&) {
        // the list itself is refused later, with its place
    }
    for (const Written& entry : written) {
        const std::string species(species_of_key(entry.key));
        const bool undeclared = !species.empty() && std::ranges::find(names, species) == names.end();
        if (find_parameter(entry.key) != nullptr && (!undeclared || names.empty())) continue;
        const std::string nearest = nearest_key(entry.key, names);
        throw InputError(fmt::format(
            "{}: unknown key {}{}{}; {}", entry.where, entry.key,
            entry.text.empty() ? "" : fmt::format(" = {}", entry.text),
            undeclared ? fmt::format(" ({} is not in species.names)", species) : "",
            nearest.empty() ? "\"greenhalo input\" lists all keys" : "the nearest valid name is " + nearest));
    }
}

ParameterValue read_value(const ParameterSpec& spec, const Written& entry) {
    try {
        if (trim(entry.text).empty())
            throw InputError("the value is empty; leave the key out to take the default");
        ParameterValue value = parse_value(spec, entry.text);
        if (spec.kind == Kind::input_file)
            value = std::filesystem::absolute(entry.folder / std::get<std::string>(value))
                        .lexically_normal()
                        .string();
        return value;
    } catch (const InputError& error) {
        throw InputError(fmt::format("{}: {} = {}: {}", entry.where, entry.key, entry.text, error.what()));
    }
}

bool is_species_name(std::string_view name) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto is_other = [](char c) { return (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '+'; };
    return !name.empty() && is_letter(name[0]) &&
           std::ranges::all_of(name, [&](char c) { return is_letter(c) || is_other(c); });
}

void set_property(Parameters::Species& species, std::string_view property, double value) {
    if (property == "charge")
        species.charge = value;
    else if (property == "mass-number")
        species.mass_number = value;
    else if (property == "flux")
        species.flux = value;
    else
        throw std::logic_error(fmt::format("groups of nuclei have no {}", property));
}

}  // namespace

Parameters Parameters::read(const std::optional<std::filesystem::path>& file,
                            const std::vector<std::string>& words, std::string_view command) {
    if (!file) return compose({}, "", {}, words, command);
    return compose(read_ini(read_text_file(*file), file->string()), file->string(), file->parent_path(),
                   words, command);
}

Parameters Parameters::from_text(std::string_view text, std::string_view name) {
    return compose(read_ini(text, name), name, {}, {}, "run");
}

Parameters Parameters::compose(const std::vector<IniEntry>& file_entries, std::string_view file_name,
                               const std::filesystem::path& folder, const std::vector<std::string>& words,
                               std::string_view command) {
    const po::options_description description = describe_options();
    const po::parsed_options on_command_line = parse_command_line(words, description);
    std::vector<Written> written = written_on_command_line(on_command_line);
    for (const IniEntry& entry : file_entries)
        written.push_back(
            {entry.key, entry.value, fmt::format("{}, line {}", file_name, entry.line), folder});
    refuse_unknown_keys(written);

    // What is stored first wins, for Boost and for the places alike: the command line.
    po::parsed_options in_file(&description);
    for (const IniEntry& entry : file_entries)
        in_file.options.emplace_back(entry.key, std::vector{entry.value});
    po::variables_map stored;
    po::store(on_command_line, stored);
    po::store(in_file, stored);
    std::map<std::string, const Written*> by_user;
    for (const Written& entry : written) by_user.emplace(entry.key, &entry);

    Parameters result;
    for (const auto& [key, variable] : stored) {
        const auto user = by_user.find(key);
        const bool given = user != by_user.end();
        Written entry{key, variable.as<std::string>(), std::string(by_default), {}};
        if (given) {
            entry.where = user->second->where;
            entry.folder = user->second->folder;
        }
        result.entries_[key] = {read_value(*find_parameter(key), entry), entry.where, given};
    }
    result.read_species();
    result.derive_values(command);
    check_parameters(result);
    result.warn_of_unused();
    return result;
}

void Parameters::read_species() {
    for (const std::string& name : words("species.names")) {
        const auto refuse = [&](std::string_view what) -> InputError {
            return InputError(fmt::format("{}: species.names = {}: {}", where("species.names"),
                                          value_text("species.names"), what));
        };
        if (!is_species_name(name))
            throw refuse(fmt::format("\"{}\" is not a name: a letter, then letters, digits, - _ +", name));
        if (std::ranges::find(species_, name, &Species::name) != species_.end())
            throw refuse(fmt::format("{} is named twice", name));

        const BuiltInSpecies* built_in = find_built_in_species(name);
        Species species{.name = name, .flux = std::numeric_limits<double>::quiet_NaN()};
        for (const ParameterSpec& spec : parameter_table()) {
            if (!spec.is_pattern()) continue;
            const std::string key = key_of_species(spec, name);
            if (built_in != nullptr)
                entries_.try_emplace(key,
                                     Entry{built_in->get(spec.property()), std::string(by_default), false});
            const bool needed = spec.used.holds == nullptr || spec.used.holds(*this);
            if (has_value(key))
                set_property(species, spec.property(), number(key));
            else if (needed)
                throw refuse(fmt::format("{} is not built in and needs {} ({})", name, key, spec.meaning));
        }
        species_.push_back(std::move(species));
    }
}

void Parameters::derive_values(std::string_view command) {
    if (!has_value("output.file"))
        entries_["output.file"] = {default_output_file(command), std::string(by_default), false};

    // The measured ratio of boron to carbon fixes D/H for each slope; the two of the paper are known.
    Entry& normalization = entries_.at("diffusion.normalization");
    if (std::holds_alternative<std::string>(normalization.value) && !has_value("diffusion.coefficient")) {
        constexpr double written_in_decimals = 1e-6;
        const double slope = number("diffusion.slope");
        if (std::abs(slope - 1.0 / 3.0) < written_in_decimals)
            normalization.value = 1.33;
        else if (std::abs(slope - 0.6) < written_in_decimals)
            normalization.value = 0.55;
        else
            throw InputError(
                fmt::format("{}: diffusion.normalization = auto is known for the slopes 1/3 and 0.6 "
                            "only: state diffusion.normalization or diffusion.coefficient",
                            describe_parameter(*this, "diffusion.slope")));
    }

    if (has_value("injection.efficiency")) {
        auto& efficiency = std::get<std::vector<double>>(entries_.at("injection.efficiency").value);
        if (efficiency.size() == 1) efficiency.assign(species_.size(), efficiency.front());
    }
}

void Parameters::warn_of_unused() {
    for (const auto& [key, entry] : entries_) {
        if (!entry.given || is_used(key)) continue;
        const std::string species(species_of_key(key));
        const bool not_named =
            !species.empty() && std::ranges::find(species_, species, &Species::name) == species_.end();
        warnings_.push_back(fmt::format("{}: {} = {} is not used: it is used only {}", entry.where, key,
                                        greenhalo::value_text(entry.value),
                                        not_named ? fmt::format("with {} in species.names", species)
                                                  : std::string(find_parameter(key)->used.phrase)));
    }
}

const Parameters::Entry* Parameters::find(std::string_view key) const {
    if (find_parameter(key) == nullptr) throw std::logic_error(fmt::format("there is no parameter {}", key));
    const auto entry = entries_.find(key);
    return entry == entries_.end() ? nullptr : &entry->second;
}

template <class Value>
const Value& Parameters::get(std::string_view key) const {
    const Entry* entry = find(key);
    const Value* value = entry == nullptr ? nullptr : std::get_if<Value>(&entry->value);
    if (value == nullptr)
        throw std::logic_error(fmt::format("the parameter {} has no value of this kind", key));
    return *value;
}

double Parameters::number(std::string_view key) const {
    return get<double>(key);
}
std::uint64_t Parameters::integer(std::string_view key) const {
    return get<std::uint64_t>(key);
}
bool Parameters::boolean(std::string_view key) const {
    return get<bool>(key);
}
const std::string& Parameters::text(std::string_view key) const {
    return get<std::string>(key);
}
const std::vector<double>& Parameters::numbers(std::string_view key) const {
    return get<std::vector<double>>(key);
}
const std::vector<std::string>& Parameters::words(std::string_view key) const {
    return get<std::vector<std::string>>(key);
}

bool Parameters::is_given(std::string_view key) const {
    const Entry* entry = find(key);
    return entry != nullptr && entry->given;
}

bool Parameters::has_value(std::string_view key) const {
    const Entry* entry = find(key);
    if (entry == nullptr) return false;
    const bool is_word = std::holds_alternative<std::string>(entry->value);
    return !(is_word && find_parameter(key)->kind == Kind::number);
}

bool Parameters::is_used(std::string_view key) const {
    const std::string_view species = species_of_key(key);
    if (!species.empty() && std::ranges::find(species_, species, &Species::name) == species_.end())
        return false;
    const ParameterSpec* spec = find_parameter(key);
    if (spec == nullptr) throw std::logic_error(fmt::format("there is no parameter {}", key));
    return spec->used.holds == nullptr || spec->used.holds(*this);
}

std::string Parameters::where(std::string_view key) const {
    const Entry* entry = find(key);
    return entry == nullptr ? std::string(by_default) : entry->where;
}

std::string Parameters::value_text(std::string_view key) const {
    const Entry* entry = find(key);
    return entry == nullptr ? "" : greenhalo::value_text(entry->value);
}

}  // namespace greenhalo
