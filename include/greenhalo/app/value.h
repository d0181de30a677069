/// \file
/// The one grammar of values, for input files and the command line alike. A number is plain and then in the
/// documented unit of its key, or carries a unit of its own: "4", "4 kpc", "4kpc", "1/30", "1/30 1/yr".
/// Messages say what is wrong and what is allowed; whoever knows the key and its place puts them in front.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace greenhalo {

/// Families of units that convert into each other. A run's wall-clock times (duration) and explosion energies
/// keep to units of their own, so that "10 Myr" is no checkpoint interval and "1e51 GeV" no supernova.
enum class Dimension {
    none,
    length,
    time,
    duration,
    energy,
    explosion_energy,
    rigidity,
    rate,
    number_density,
    diffusion,
    diffusion_per_height,
    flux,
    velocity
};

/// The documented unit of a quantity: its family and the name in it ("" for dimensionless).
struct Unit {
    Dimension dimension = Dimension::none;  ///< family of the unit
    std::string_view name = "";             ///< "kpc", "Myr", ...
};

/// Primary names of the units of a family, in order of size as far as that makes sense.
std::vector<std::string_view> unit_names(Dimension dimension);

/// A number in the given unit. Units are case-sensitive; fractions a/b are of plain numbers.
/// \throws InputError for anything else: nan, inf, hexadecimal, decimal commas, trailing characters,
///         a unit of another family, a number that a double cannot hold.
double parse_number(std::string_view text, Unit unit);

/// Numbers separated by blanks or commas. A unit behind the last one holds for all, or each has its own
/// ("8.5 0 0 kpc", "8.5 kpc 0 kpc 0 kpc"); in lists a unit must not begin with a digit (yr-1, not 1/yr).
/// \throws InputError as parse_number, and for an empty element
std::vector<double> parse_numbers(std::string_view text, Unit unit);

/// An integer without sign below 2^64; "1e3" and "2.5e3" are integers too, converted exactly.
/// \throws InputError for a sign, a fraction, an overflow, anything else
std::uint64_t parse_integer(std::string_view text);

/// yes, true, on or no, false, off.
/// \throws InputError for anything else
bool parse_boolean(std::string_view text);

/// Words separated by blanks or commas.
/// \throws InputError for an empty element
std::vector<std::string> parse_words(std::string_view text);

/// The shortest decimal text that parse_number reads back as exactly this double ("1e8",
/// "0.3333333333333333").
std::string number_text(double value);

/// The text without blanks (space, tab) at both ends.
std::string_view trim(std::string_view text);

}  // namespace greenhalo
