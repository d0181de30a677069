// The table as text: effective input, commented template, help.
#include <fmt/format.h>

#include <algorithm>

#include "app/parameter_facts.h"
#include "app/wrapped_text.h"
#include "greenhalo/app/parameters.h"

namespace greenhalo {
namespace {

// "H 1, He 2, ..." for a row of the groups of nuclei.
std::string built_in_values(const ParameterSpec& spec) {
    std::vector<std::string> values;
    for (const BuiltInSpecies& species : built_in_species()) {
        values.push_back(fmt::format("{} {}", species.name, number_text(species.get(spec.property()))));
    }
    return fmt::format("{}", fmt::join(values, ", "));
}

std::string default_phrase(const ParameterSpec& spec) {
    if (spec.is_pattern()) return fmt::format("built in: {}", built_in_values(spec));
    if (!spec.default_note.empty()) return fmt::format("default: {}", spec.default_note);
    if (spec.default_text.empty()) return "no default";
    return fmt::format("default {}", spec.default_text);
}

// "\n[section]\n" in front of the first key of each section.
class SectionWriter {
  public:
    std::string enter(std::string_view section) {
        if (section == current_) return "";
        const std::string gap = current_.empty() ? "" : "\n";
        current_ = section;
        return fmt::format("{}[{}]\n", gap, section);
    }

  private:
    std::string current_;
};

}  // namespace

std::string parameter_facts(const ParameterSpec& spec) {
    std::vector<std::string> parts;
    if (!spec.unit.name.empty()) parts.emplace_back(spec.unit.name);
    if (std::string allowed = allowed_text(spec); !allowed.empty()) parts.push_back(std::move(allowed));
    parts.push_back(default_phrase(spec));
    if (!spec.used.phrase.empty()) parts.push_back(fmt::format("only {}", spec.used.phrase));
    if (spec.on_resume == OnResume::grows) parts.emplace_back("may grow with --resume");
    if (spec.on_resume == OnResume::free) parts.emplace_back("may change with --resume");
    constexpr std::size_t kept_together = 30;
    for (std::string& part : parts)
        if (part.size() <= kept_together) std::ranges::replace(part, ' ', no_break);
    return fmt::format("{}", fmt::join(parts, "; "));
}

std::vector<std::string> Parameters::keys_in_use() const {
    std::vector<std::string> keys;
    bool species_done = false;
    for (const ParameterSpec& row : parameter_table()) {
        if (!row.is_pattern()) {
            if (is_used(row.key) && find(row.key) != nullptr) keys.emplace_back(row.key);
        } else if (!species_done) {
            // group by group rather than property by property
            species_done = true;
            for (const Species& group : species_)
                for (const ParameterSpec& pattern : parameter_table())
                    if (pattern.is_pattern() && is_used(key_of_species(pattern, group.name)))
                        keys.push_back(key_of_species(pattern, group.name));
        }
    }
    return keys;
}

std::vector<std::pair<std::string, std::string>> Parameters::as_entries() const {
    std::vector<std::pair<std::string, std::string>> entries;
    for (const std::string& key : keys_in_use()) entries.emplace_back(key, value_text(key));
    return entries;
}

std::string Parameters::effective_ini() const {
    std::string text = "# effective input of greenhalo, complete: it runs again as it is\n\n";
    SectionWriter sections;
    for (const auto& [key, value] : as_entries()) {
        const ParameterSpec& spec = *find_parameter(key);
        text += sections.enter(spec.section());
        text += fmt::format("{} = {}", key.substr(key.find('.') + 1), quote_ini(value));
        if (!spec.unit.name.empty()) text += fmt::format("  # {}", spec.unit.name);
        text += "\n";
    }
    return text;
}

std::string template_ini() {
    std::string text = wrapped(
        "An input of greenhalo with every key: its meaning, unit, allowed values, default and where that "
        "comes from. A value is a number in the unit stated, or carries its own (4 kpc, 80 Myr, 1 TeV); 1/30 "
        "is a number. On the command line the same keys are --section.key value, and the command line wins.",
        "# ", "# ");
    text += "\n";
    const Parameters defaults = Parameters::from_text("");
    SectionWriter sections;
    for (const ParameterSpec& spec : parameter_table()) {
        text += sections.enter(spec.section());
        text += wrapped(fmt::format("{} [{}]", spec.meaning, parameter_facts(spec)), "# ", "#     ");
        text += wrapped(fmt::format("origin: {}", spec.origin), "#     ", "#     ");
        const bool active = !spec.default_text.empty() && defaults.is_used(spec.key);
        text += fmt::format("{}{} ={}{}\n", active ? "" : "# ", spec.name(),
                            spec.default_text.empty() ? "" : " ", spec.default_text);
    }
    return text;
}

std::string help_text() {
    std::string text = wrapped(
        "Parameters, in the input file as \"key = value\" below [section], on the command line as "
        "--section.key value. A number is in the unit stated or carries its own (4 kpc, 80 Myr, 1 TeV); 1/30 "
        "is a number; lists take blanks or commas.",
        "", "");
    constexpr std::size_t indent = 34;
    std::string_view section;
    for (const ParameterSpec& spec : parameter_table()) {
        if (spec.section() != section) text += "\n";
        section = spec.section();
        const std::string key =
            fmt::format("  {}--{}", spec.kind == Kind::output_file ? "-o, " : "", spec.key);
        text += wrapped(fmt::format("{} [{}]", spec.meaning, parameter_facts(spec)), fmt::format("{:<{}}", key, indent),
                        std::string(indent, ' '));
    }
    return text;
}

}  // namespace greenhalo
