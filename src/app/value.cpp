#include "greenhalo/app/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include "greenhalo/base/error.h"
#include "greenhalo/base/units.h"

namespace greenhalo {
namespace {

struct UnitEntry {
    Dimension dimension;
    std::string_view name;
    double scale;  // in the family's common unit; powers of ten stay exact
    std::vector<std::string_view> aliases = {};
};

const std::vector<UnitEntry>& unit_table() {
    using enum Dimension;
    static const std::vector<UnitEntry> table = {
        {length, "pc", 1.0},
        {length, "kpc", 1e3},
        {length, "Mpc", 1e6},
        {length, "cm", 1.0 / units::parsec_in_cm},
        {time, "s", 1.0},
        {time, "yr", units::year_in_s},
        {time, "kyr", 1e3 * units::year_in_s},
        {time, "Myr", 1e6 * units::year_in_s},
        {time, "Gyr", 1e9 * units::year_in_s},
        {duration, "s", 1.0},
        {duration, "min", 60.0},
        {duration, "h", 3600.0},
        {duration, "d", 86400.0},
        {energy, "eV", 1.0},
        {energy, "keV", 1e3},
        {energy, "MeV", 1e6},
        {energy, "GeV", 1e9},
        {energy, "TeV", 1e12},
        {energy, "PeV", 1e15},
        {energy, "EeV", 1e18},
        {explosion_energy, "erg", 1.0},
        {explosion_energy, "J", 1e7},
        {rigidity, "MV", 1.0},
        {rigidity, "GV", 1e3},
        {rigidity, "TV", 1e6},
        {rigidity, "PV", 1e9},
        {rate, "1/yr", 1e6, {"yr-1", "yr^-1", "/yr"}},
        {rate, "1/kyr", 1e3, {"kyr-1", "kyr^-1", "/kyr"}},
        {rate, "1/Myr", 1.0, {"Myr-1", "Myr^-1", "/Myr"}},
        {number_density, "cm-3", 1.0, {"cm^-3", "1/cm3", "1/cm^3", "/cm3", "/cm^3"}},
        {diffusion, "cm2/s", 1.0, {"cm^2/s", "cm2 s-1", "cm^2 s^-1"}},
        {diffusion, "m2/s", 1e4, {"m^2/s", "m2 s-1", "m^2 s^-1"}},
        {diffusion, "kpc2/Myr", 1.0 / units::cm2_per_s, {"kpc^2/Myr", "kpc2 Myr-1", "kpc^2 Myr^-1"}},
        {diffusion_per_height, "1e28 cm2/s per kpc", 1e28, {"1e28 cm^2/s per kpc"}},
        {diffusion_per_height, "cm2/s per kpc", 1.0, {"cm^2/s per kpc"}},
        {flux, "m-2 s-1 sr-1 GeV1.7", 1.0, {"m^-2 s^-1 sr^-1 GeV^1.7"}},
        {velocity, "km/s", 1.0, {"km s-1", "km s^-1"}},
    };
    return table;
}

std::string_view dimension_name(Dimension dimension) {
    switch (dimension) {
        case Dimension::none:
            return "a plain number";
        case Dimension::length:
            return "a length";
        case Dimension::time:
            return "a time";
        case Dimension::duration:
            return "a duration of the run";
        case Dimension::energy:
            return "an energy";
        case Dimension::explosion_energy:
            return "an explosion energy";
        case Dimension::rigidity:
            return "a rigidity";
        case Dimension::rate:
            return "a rate";
        case Dimension::number_density:
            return "a number density";
        case Dimension::diffusion:
            return "a diffusion coefficient";
        case Dimension::diffusion_per_height:
            return "a diffusion coefficient per height";
        case Dimension::flux:
            return "a flux normalization";
        case Dimension::velocity:
            return "a velocity";
    }
    throw std::logic_error("dimension_name: no such dimension");
}

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool has_name(const UnitEntry& entry, std::string_view name) {
    return entry.name == name || std::ranges::find(entry.aliases, name) != entry.aliases.end();
}

const UnitEntry* find_unit(Dimension dimension, std::string_view name) {
    for (const UnitEntry& entry : unit_table())
        if (entry.dimension == dimension && has_name(entry, name)) return &entry;
    return nullptr;
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

[[noreturn]] void refuse_unit(std::string_view name, Unit wanted) {
    if (wanted.dimension == Dimension::none)
        throw InputError(
            fmt::format("\"{}\" behind the number: a plain number without a unit is wanted", name));
    std::string hint;
    for (const UnitEntry& entry : unit_table()) {
        if (entry.dimension == wanted.dimension && lower(entry.name) == lower(name))
            hint = fmt::format("; units are case-sensitive: {}?", entry.name);
        else if (hint.empty() && entry.dimension != wanted.dimension && has_name(entry, name))
            hint = fmt::format("; \"{}\" is the unit of {}", name, dimension_name(entry.dimension));
    }
    throw InputError(fmt::format("unknown unit \"{}\" for {}: allowed are {} (without a unit: {}){}", name,
                                 dimension_name(wanted.dimension),
                                 fmt::join(unit_names(wanted.dimension), ", "), wanted.name, hint));
}

std::string single_blanks(std::string_view text) {
    std::string result;
    for (char c : text) {
        if (!is_blank(c))
            result += c;
        else if (!result.empty() && result.back() != ' ')
            result += ' ';
    }
    return result;
}

double converted(double value, std::string_view name, Unit wanted) {
    const UnitEntry* to = find_unit(wanted.dimension, wanted.name);
    if (wanted.dimension != Dimension::none && to == nullptr)
        throw std::logic_error(
            fmt::format("\"{}\" is not {}", wanted.name, dimension_name(wanted.dimension)));
    if (name.empty()) return value;
    const UnitEntry* from = find_unit(wanted.dimension, single_blanks(name));
    if (from == nullptr) refuse_unit(name, wanted);
    // Dividing or multiplying by the larger of the two ratios keeps powers of ten exact.
    const double result =
        from->scale >= to->scale ? value * (from->scale / to->scale) : value / (to->scale / from->scale);
    if (!std::isfinite(result) || (result == 0 && value != 0))
        throw InputError(fmt::format("too large or too small in {}", wanted.name));
    return result;
}

// One decimal number at the start of text, which is shortened by it.
double take_decimal(std::string_view& text, bool sign_allowed) {
    std::string_view rest = text;
    if (sign_allowed && !rest.empty() && rest.front() == '+') {
        rest.remove_prefix(1);
        sign_allowed = false;
    }
    const std::string_view digits =
        sign_allowed && !rest.empty() && rest.front() == '-' ? rest.substr(1) : rest;
    const bool starts = !digits.empty() && (is_digit(digits[0]) ||
                                            (digits.size() > 1 && digits[0] == '.' && is_digit(digits[1])));
    if (!starts) throw InputError(fmt::format("\"{}\" is not a number", text));
    if (digits.size() > 1 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X'))
        throw InputError(fmt::format("\"{}\" is not a decimal number", text));

    double value = 0;
    const auto [end, code] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (code == std::errc::result_out_of_range)
        throw InputError(fmt::format("\"{}\" is too large or too small for a double-precision number", text));
    if (code != std::errc()) throw InputError(fmt::format("\"{}\" is not a number", text));
    text = rest.substr(static_cast<std::size_t>(end - rest.data()));
    return value;
}

// The number, or fraction, at the start of text; what is left of the text is the unit.
double take_number(std::string_view& text) {
    double value = take_decimal(text, true);
    if (text.size() > 1 && text[0] == '/' && (is_digit(text[1]) || text[1] == '.')) {
        text.remove_prefix(1);
        const double denominator = take_decimal(text, false);
        if (denominator == 0) throw InputError("division by zero");
        value /= denominator;
        if (!std::isfinite(value)) throw InputError("the fraction is too large");
    }
    if (!text.empty() && text[0] == ',')
        throw InputError(
            fmt::format("\"{}\" behind the number: one number with a decimal point is wanted", text));
    return value;
}

// Parts between commas, none of them empty, and their words.
std::vector<std::vector<std::string_view>> split_list(std::string_view text) {
    std::vector<std::vector<std::string_view>> parts;
    for (std::size_t start = 0; start <= text.size();) {
        const std::size_t end = std::min(text.find(',', start), text.size());
        std::string_view part = trim(text.substr(start, end - start));
        if (part.empty()) throw InputError("empty element in the list");
        auto& words = parts.emplace_back();
        while (!part.empty()) {
            const std::string_view word = part.substr(0, part.find_first_of(" \t"));
            words.push_back(word);
            part = trim(part.substr(word.size()));
        }
        start = end + 1;
    }
    return parts;
}

}  // namespace

std::string_view trim(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> unit_names(Dimension dimension) {
    std::vector<std::string_view> names;
    for (const UnitEntry& entry : unit_table())
        if (entry.dimension == dimension) names.push_back(entry.name);
    return names;
}

double parse_number(std::string_view text, Unit unit) {
    std::string_view rest = trim(text);
    const double value = take_number(rest);
    return converted(value, trim(rest), unit);
}

std::vector<double> parse_numbers(std::string_view text, Unit unit) {
    std::vector<double> values;
    std::vector<std::string> names;
    for (const auto& part : split_list(text)) {
        const std::size_t first = values.size();
        for (std::string_view word : part) {
            const bool begins_number =
                is_digit(word[0]) || word[0] == '.' || word[0] == '-' || word[0] == '+';
            if (begins_number) {
                std::string_view rest = word;
                values.push_back(take_number(rest));
                names.emplace_back(rest);
            } else if (values.size() == first) {
                throw InputError(fmt::format("\"{}\" is not a number", word));
            } else {
                if (!names.back().empty()) names.back() += ' ';
                names.back() += word;
            }
        }
    }
    const auto with_unit = static_cast<std::size_t>(
        std::ranges::count_if(names, [](const std::string& name) { return !name.empty(); }));
    if (with_unit == 1 && !names.back().empty())
        std::ranges::fill(names, std::string(names.back()));
    else if (with_unit != 0 && with_unit != names.size())
        throw InputError(
            "some numbers of the list have a unit and some have none: a unit behind the last one "
            "holds for all, or each has its own");
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = converted(values[i], names[i], unit);
    return values;
}

std::uint64_t parse_integer(std::string_view text) {
    const std::string_view given = trim(text);
    const auto refuse = [&](std::string_view why) -> InputError {
        return InputError(fmt::format("\"{}\" {}: an integer without sign below 2^64 is wanted", given, why));
    };
    // mantissa digits, how many of them stand before the point, and the exponent
    std::string digits;
    std::size_t before_point = 0;
    std::size_t at = 0;
    bool point = false;
    for (; at < given.size() && (is_digit(given[at]) || (given[at] == '.' && !point)); ++at) {
        if (given[at] == '.')
            point = true;
        else
            digits += given[at];
        if (!point) before_point = digits.size();
    }
    if (!given.empty() && (given[0] == '-' || given[0] == '+')) throw refuse("has a sign");
    if (digits.empty()) throw refuse("is not an integer");
    long exponent = 0;
    if (at < given.size()) {
        std::string_view rest = given.substr(at + 1);
        if ((given[at] != 'e' && given[at] != 'E') || rest.empty()) throw refuse("is not an integer");
        if (rest[0] == '+' && rest.size() > 1 && is_digit(rest[1])) rest.remove_prefix(1);
        const auto [end, code] = std::from_chars(rest.data(), rest.data() + rest.size(), exponent);
        if (code == std::errc::result_out_of_range) throw refuse("has too large an exponent");
        if (code != std::errc() || end != rest.data() + rest.size()) throw refuse("is not an integer");
    }
    // The point moves by the exponent; what remains behind it must be zeros.
    if (digits.find_first_not_of('0') == std::string::npos) return 0;
    constexpr long far = 1000000;
    exponent = std::clamp(exponent, -far, far);
    const long point_at = static_cast<long>(before_point) + exponent;
    const auto length = static_cast<long>(digits.size());
    const std::string behind = digits.substr(static_cast<std::size_t>(std::clamp(point_at, 0L, length)));
    if (behind.find_first_not_of('0') != std::string::npos) throw refuse("is not integral");
    std::string whole = digits.substr(0, digits.size() - behind.size());
    if (point_at > length) whole.append(static_cast<std::size_t>(point_at - length), '0');
    std::uint64_t value = 0;
    if (std::from_chars(whole.data(), whole.data() + whole.size(), value).ec != std::errc())
        throw refuse("is too large");
    return value;
}

bool parse_boolean(std::string_view text) {
    const std::string_view word = trim(text);
    for (std::string_view yes : {"yes", "true", "on"})
        if (word == yes) return true;
    for (std::string_view no : {"no", "false", "off"})
        if (word == no) return false;
    throw InputError(fmt::format("\"{}\" is neither yes, true, on nor no, false, off", word));
}

std::vector<std::string> parse_words(std::string_view text) {
    std::vector<std::string> words;
    for (const auto& part : split_list(text)) words.insert(words.end(), part.begin(), part.end());
    return words;
}

std::string number_text(double value) {
    std::array<char, 32> buffer;
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    std::string text(buffer.data(), result.ptr);
    // 1e+08 is written 1e8
    const std::size_t exponent = text.find('e');
    if (exponent != std::string::npos) {
        std::size_t digits = exponent + 1;
        if (text[digits] == '+')
            text.erase(digits, 1);
        else
            ++digits;
        while (text[digits] == '0' && digits + 1 < text.size()) text.erase(digits, 1);
    }
    return text;
}

}  // namespace greenhalo
