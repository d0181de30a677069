// Looking rows up, and reading a value by its row.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "app/edit_distance.h"
#include "greenhalo/app/parameter_table.h"
#include "greenhalo/base/error.h"

namespace greenhalo {
namespace {

constexpr std::string_view species_prefix = "species.";
constexpr std::string_view placeholder = "NAME";

std::string_view name_of_key(std::string_view key) {
    return key.substr(key.find('.') + 1);
}

void check_range(const ParameterSpec& spec, double value) {
    if (spec.range.contains(value)) return;
    const std::string unit = spec.unit.name.empty() ? "" : fmt::format(", in {}", spec.unit.name);
    throw InputError(fmt::format("{} is out of range: allowed is {}{} (meaning: {})", number_text(value),
                                 spec.range.text(), unit, spec.meaning));
}

ParameterValue parse_numeric(const ParameterSpec& spec, std::string_view text) {
    for (std::string_view word : spec.choices)
        if (trim(text) == word) return std::string(word);
    const auto allowed_words = [&]() -> std::string {
        return spec.choices.empty() ? "" : fmt::format(", or {}", fmt::join(spec.choices, ", "));
    };
    double value = 0;
    try {
        value = parse_number(text, spec.unit);
    } catch (const InputError& error) {
        throw InputError(error.what() + allowed_words());
    }
    check_range(spec, value);
    return value;
}

ParameterValue parse_count(const ParameterSpec& spec, std::string_view text) {
    const std::uint64_t value = parse_integer(text);
    // Bounds of integer rows are far below 2^53, so the comparison with a double is exact where it matters.
    check_range(spec, static_cast<double>(value));
    return value;
}

ParameterValue parse_choice(const ParameterSpec& spec, std::string_view text) {
    const std::string_view word = trim(text);
    for (std::string_view choice : spec.choices)
        if (word == choice) return std::string(word);
    throw InputError(
        fmt::format("\"{}\" is not possible: allowed are {}", word, fmt::join(spec.choices, ", ")));
}

ParameterValue parse_path(std::string_view text) {
    for (char c : text)
        if (static_cast<unsigned char>(c) < 0x20)
            throw InputError("the path contains a control character (tab, line end, ...)");
    return std::string(text);
}

ParameterValue parse_list(const ParameterSpec& spec, std::string_view text) {
    std::vector<double> values = parse_numbers(text, spec.unit);
    if (spec.count != 0 && values.size() != spec.count)
        throw InputError(fmt::format("{} numbers are wanted, these are {}", spec.count, values.size()));
    for (double value : values) check_range(spec, value);
    return values;
}

}  // namespace

bool Range::contains(double value) const {
    return (min_open ? value > min : value >= min) && (max_open ? value < max : value <= max);
}

std::string Range::text() const {
    const bool below = std::isfinite(min);
    const bool above = std::isfinite(max);
    if (below && above)
        return fmt::format("in {}{}, {}{}", min_open ? "(" : "[", number_text(min), number_text(max),
                           max_open ? ")" : "]");
    if (below) return fmt::format("{} {}", min_open ? ">" : ">=", number_text(min));
    if (above) return fmt::format("{} {}", max_open ? "<" : "<=", number_text(max));
    return "";
}

double BuiltInSpecies::get(std::string_view property) const {
    if (property == "charge") return charge;
    if (property == "mass-number") return mass_number;
    if (property == "flux") return flux;
    throw std::logic_error(fmt::format("groups of nuclei have no {}", property));
}

const BuiltInSpecies* find_built_in_species(std::string_view name) {
    for (const BuiltInSpecies& species : built_in_species())
        if (species.name == name) return &species;
    return nullptr;
}

std::string_view species_of_key(std::string_view key) {
    if (!key.starts_with(species_prefix)) return {};
    const std::string_view rest = key.substr(species_prefix.size());
    const std::size_t dot = rest.find('.');
    return dot == std::string_view::npos ? std::string_view() : rest.substr(0, dot);
}

std::string key_of_species(const ParameterSpec& pattern, std::string_view species) {
    std::string key(pattern.key);
    return key.replace(key.find(placeholder), placeholder.size(), species);
}

const ParameterSpec* find_parameter(std::string_view key) {
    const std::string_view species = species_of_key(key);
    for (const ParameterSpec& spec : parameter_table()) {
        if (spec.is_pattern()) {
            if (!species.empty() && key_of_species(spec, species) == key) return &spec;
        } else if (spec.key == key) {
            return &spec;
        }
    }
    return nullptr;
}

std::string nearest_key(std::string_view key, const std::vector<std::string>& species) {
    struct Nearest {
        std::string key;
        std::size_t distance = std::string_view::npos;
    };
    Nearest anywhere, in_section;
    const std::string_view section = key.substr(0, key.find('.') + 1);  // empty when the key has none
    const auto consider = [&](const std::string& candidate) {
        const std::string_view compared =
            section.empty() ? name_of_key(candidate) : std::string_view(candidate);
        std::size_t distance = edit_distance(key, compared);
        if (name_of_key(candidate) == name_of_key(key)) distance = std::min(distance, one_letter);
        if (distance > std::max(key.size(), compared.size()))
            return;  // half of the letters: not what was meant
        if (distance < anywhere.distance) anywhere = {candidate, distance};
        const bool same_section = !section.empty() && compared.starts_with(section);
        if (same_section && distance < in_section.distance) in_section = {candidate, distance};
    };
    for (const ParameterSpec& spec : parameter_table()) {
        if (!spec.is_pattern())
            consider(std::string(spec.key));
        else
            for (const std::string& name : species) consider(key_of_species(spec, name));
    }
    return in_section.key.empty() || anywhere.distance <= one_letter ? anywhere.key : in_section.key;
}

ParameterValue parse_value(const ParameterSpec& spec, std::string_view text) {
    switch (spec.kind) {
        case Kind::number:
            return parse_numeric(spec, text);
        case Kind::integer:
            return parse_count(spec, text);
        case Kind::boolean:
            return parse_boolean(text);
        case Kind::choice:
            return parse_choice(spec, text);
        case Kind::input_file:
        case Kind::output_file:
            return parse_path(text);
        case Kind::numbers:
            return parse_list(spec, text);
        case Kind::words:
            return parse_words(text);
    }
    throw std::logic_error("parse_value: no such kind");
}

std::string value_text(const ParameterValue& value) {
    struct Writer {
        std::string operator()(std::monostate) const { return ""; }
        std::string operator()(double number) const { return number_text(number); }
        std::string operator()(std::uint64_t number) const { return fmt::format("{}", number); }
        std::string operator()(bool flag) const { return flag ? "yes" : "no"; }
        std::string operator()(const std::string& text) const { return text; }
        std::string operator()(const std::vector<double>& numbers) const {
            std::vector<std::string> texts;
            for (double number : numbers) texts.push_back(number_text(number));
            return fmt::format("{}", fmt::join(texts, " "));
        }
        std::string operator()(const std::vector<std::string>& words) const {
            return fmt::format("{}", fmt::join(words, " "));
        }
    };
    return std::visit(Writer{}, value);
}

std::string allowed_text(const ParameterSpec& spec) {
    std::vector<std::string> parts;
    switch (spec.kind) {
        case Kind::boolean:
            return "yes, no";
        case Kind::choice:
            return fmt::format("{}", fmt::join(spec.choices, ", "));
        case Kind::input_file:
        case Kind::output_file:
            return "path";
        case Kind::words:
            return "list of words";
        case Kind::integer:
            parts.push_back("integer");
            break;
        case Kind::numbers:
            parts.push_back(spec.count == 0 ? "list of numbers" : fmt::format("{} numbers", spec.count));
            break;
        case Kind::number:
            break;
    }
    if (const std::string range = spec.range.text(); !range.empty()) parts.push_back(range);
    std::string text = fmt::format("{}", fmt::join(parts, " "));
    if (!spec.choices.empty()) text += fmt::format(" or {}", fmt::join(spec.choices, ", "));
    return text;
}

std::string default_output_file(std::string_view command) {
    if (command == "run") return "result.h5";
    if (command == "expect") return "moments.h5";
    if (command == "validate") return "grid.h5";
    if (command == "sources") return "sources.h5";
    throw std::logic_error(fmt::format("default_output_file: {} writes no file", command));
}

}  // namespace greenhalo
