/// \file
/// The one table of input parameters. Parsing, checks, warnings, the help, the commented template and the
/// effective input all come from its rows: a new key is one more row, and its use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "greenhalo/app/value.h"

namespace greenhalo {

class Parameters;

/// What a value is.
enum class Kind {
    number,      ///< with a unit, where the parameter has one
    integer,     ///< not negative; may be written 1e3
    boolean,     ///< yes, no, true, false, on, off
    choice,      ///< one word of several
    input_file,  ///< path, relative to the file it is written in (on the command line: to the working folder)
    output_file,  ///< path, always relative to the working folder
    numbers,      ///< list with blanks or commas
    words,        ///< the same of words
};

/// Allowed numbers, in the documented unit; for lists, of each element.
struct Range {
    double min = -std::numeric_limits<double>::infinity();  ///< smallest
    double max = std::numeric_limits<double>::infinity();   ///< largest
    bool min_open = false;                                  ///< min itself is not allowed
    bool max_open = false;                                  ///< max itself is not allowed

    /// False for NaN.
    bool contains(double value) const;
    /// "> 0", ">= 1", "in (0, 1]"; empty when everything is allowed.
    std::string text() const;
};

/// When a parameter matters; without a predicate always.
struct Usage {
    std::string_view phrase = "";                ///< "with sources.model = uniform-disc"
    bool (*holds)(const Parameters&) = nullptr;  ///< may ask for every value that has been read
};

/// What a run that goes on with --resume may do with a parameter.
enum class OnResume {
    fixed,  ///< it changes the numbers, or what is stored of them
    grows,  ///< it may become larger
    free,
};

/// One parameter.
struct ParameterSpec {
    /// "section.name"; in "species.NAME.charge" NAME stands for every group of nuclei.
    std::string_view key;
    Kind kind = Kind::number;            ///< of the value
    Unit unit = {};                      ///< documented unit of numbers without one
    std::string_view default_text = "";  ///< as a user would write it; empty: none
    Range range = {};                    ///< of numbers
    /// The choices of a choice; for a number, words that may stand in its place (auto).
    std::vector<std::string_view> choices = {};
    std::size_t count = 0;                 ///< length of a list, 0 for any
    std::string_view meaning;              ///< one line
    std::string_view origin;               ///< where the default or the rule comes from
    std::string_view default_note = "";    ///< what holds instead of a default
    Usage used = {};                       ///< with which models
    OnResume on_resume = OnResume::fixed;  ///< what may change in a run that goes on

    std::string_view section() const { return key.substr(0, key.find('.')); }  ///< before the first point
    std::string_view name() const { return key.substr(key.find('.') + 1); }  ///< the key without its section
    std::string_view property() const { return key.substr(key.rfind('.') + 1); }  ///< behind the last point
    /// Whether the key stands for one of every group of nuclei.
    bool is_pattern() const { return key.find(".NAME.") != std::string_view::npos; }
};

/// What a parameter's text means: the alternative follows the kind; a word in place of a number, a choice and
/// a path are strings; monostate is "no value".
using ParameterValue = std::variant<std::monostate, double, std::uint64_t, bool, std::string,
                                    std::vector<double>, std::vector<std::string>>;

/// A group of nuclei that needs no charge, mass number and flux from the user.
struct BuiltInSpecies {
    std::string_view name;   ///< as in species.names
    double charge = 0;       ///< Z
    double mass_number = 0;  ///< A
    double flux = 0;         ///< E^2.7 J at 1 TeV per particle, m^-2 s^-1 sr^-1 GeV^1.7

    /// The value of "charge", "mass-number" or "flux".
    double get(std::string_view property) const;
};

/// All parameters, section by section.
const std::vector<ParameterSpec>& parameter_table();
/// H, He, CNO, MgAlSi and Fe.
const std::vector<BuiltInSpecies>& built_in_species();

/// The built-in group of this name, or null.
const BuiltInSpecies* find_built_in_species(std::string_view name);

/// The row of a key, or null; "species.He.charge" finds the row of "species.NAME.charge".
const ParameterSpec* find_parameter(std::string_view key);

/// The NAME in "species.NAME.property"; empty when the key is not of this form.
std::string_view species_of_key(std::string_view key);

/// The row's key with a group's name in place of NAME.
std::string key_of_species(const ParameterSpec& pattern, std::string_view species);

/// The valid key closest to a mistyped one: smallest number of changed letters, where a wrong section counts
/// as one letter, and in the same section if there is one close enough; a key without a section is compared
/// without sections. Each of the given groups stands in place of NAME. Empty when more than half of the
/// letters would have to change.
std::string nearest_key(std::string_view key, const std::vector<std::string>& species);

/// Reads a value and checks its range, choices and length.
/// \throws InputError saying what is wrong and what is allowed
ParameterValue parse_value(const ParameterSpec& spec, std::string_view text);

/// The value as text that parse_value reads back exactly, numbers in the documented unit.
std::string value_text(const ParameterValue& value);

/// What may be written, for help and messages: "> 0", "cylindrical, uniform-disc, none", "3 numbers".
std::string allowed_text(const ParameterSpec& spec);

/// Where a command writes unless told otherwise: result.h5 for run.
std::string default_output_file(std::string_view command);

}  // namespace greenhalo
