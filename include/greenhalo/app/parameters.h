/// \file
/// The complete, checked input of a command. It is made once and never changes: command line over file over
/// default, every value read by one grammar and checked, alone and against the others.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "greenhalo/app/ini_reader.h"
#include "greenhalo/app/parameter_table.h"

namespace greenhalo {

/// The values of all parameters, checked, with their defaults.
class Parameters {
  public:
    /// One group of nuclei.
    struct Species {
        std::string name;        ///< one of species.names
        double charge = 0;       ///< Z
        double mass_number = 0;  ///< A
        double flux = 0;  ///< E^2.7 J at 1 TeV per particle, m^-2 s^-1 sr^-1 GeV^1.7; NaN when not stated
    };

    /// Reads a file, if any, and the parameter words of a command line ("--halo.half-height", "1", "-o",
    /// "r.h5", "--energy.min=1e4"). Flags that belong to a command itself (--resume, ...) must be taken out
    /// before.
    /// \param command the command whose default output.file is meant: run, expect, validate, sources
    /// \throws InputError naming file and line (or the command line), key, value and what is allowed
    static Parameters read(const std::optional<std::filesystem::path>& file,
                           const std::vector<std::string>& words, std::string_view command = "run");

    /// Reads INI text, for instance what effective_ini wrote in another process. Relative paths in it belong
    /// to the working folder.
    /// \param name what messages call the text
    static Parameters from_text(std::string_view text, std::string_view name = "input");

    /// \{
    /// Values by key, numbers in the documented unit of the key. Asking for a key that does not exist, is of
    /// another kind or has no value is a mistake of the program: std::logic_error.
    double number(std::string_view key) const;
    std::uint64_t integer(std::string_view key) const;
    bool boolean(std::string_view key) const;
    const std::string& text(std::string_view key) const;  ///< choice, path, or the word in place of a number
    const std::vector<double>& numbers(std::string_view key) const;
    const std::vector<std::string>& words(std::string_view key) const;
    /// \}

    /// Whether the user gave the key, in the file or on the command line.
    bool is_given(std::string_view key) const;

    /// Whether there is a value of the key's kind: given, default or derived. A word that stands in place of
    /// a number ("none") is not a value.
    bool has_value(std::string_view key) const;

    /// Whether the chosen model makes use of the key.
    bool is_used(std::string_view key) const;

    /// Where the value comes from: "model.ini, line 12", "command line" or "default".
    std::string where(std::string_view key) const;

    /// The value as text, numbers in the documented unit; empty without one.
    std::string value_text(std::string_view key) const;

    /// Values that are there but have no effect, and other things worth a second look; with place and key.
    const std::vector<std::string>& warnings() const { return warnings_; }

    /// The groups of nuclei in the order of species.names.
    const std::vector<Species>& species() const { return species_; }

    /// Every key in use with its value as text, in the order of the table.
    std::vector<std::pair<std::string, std::string>> as_entries() const;

    /// The complete input as INI text, keys without use left out: it runs again from anywhere without a
    /// warning and gives the same value, to the last bit, for every key in use.
    std::string effective_ini() const;

  private:
    struct Entry {
        ParameterValue value;
        std::string where;
        bool given = false;
    };

    Parameters() = default;
    static Parameters compose(const std::vector<IniEntry>& file_entries, std::string_view file_name,
                              const std::filesystem::path& folder, const std::vector<std::string>& words,
                              std::string_view command);

    const Entry* find(std::string_view key) const;
    template <class Value>
    const Value& get(std::string_view key) const;

    void read_species();
    void derive_values(std::string_view command);
    void warn_of_unused();
    std::vector<std::string> keys_in_use() const;

    std::map<std::string, Entry, std::less<>> entries_;
    std::vector<Species> species_;
    std::vector<std::string> warnings_;
};

/// A commented input with every key, its unit, default, meaning and origin. Keys without a default and keys
/// that the default model does not use are commented out, so it runs as it is.
std::string template_ini();

/// The parameters as a section of a command's help, at most 100 columns wide.
std::string help_text();

}  // namespace greenhalo
