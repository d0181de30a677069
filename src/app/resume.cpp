#include "app/resume.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <set>

#include "greenhalo/app/parameter_table.h"
#include "greenhalo/base/isa.h"
#include "greenhalo/storage/sha256.h"

namespace greenhalo {

namespace {

using Entries = std::map<std::string, std::string>;

Entries as_map(const std::vector<std::pair<std::string, std::string>>& entries) {
    return {entries.begin(), entries.end()};
}

std::string found(const Entries& entries, const std::string& key, const std::string& otherwise) {
    const auto at = entries.find(key);
    return at == entries.end() ? otherwise : at->second;
}

/// Keys of which the content of the file counts, not its name.
bool names_a_file(const std::string& key) {
    const ParameterSpec* spec = find_parameter(key);
    return spec != nullptr && spec->kind == Kind::input_file;
}

/// The keys of other commands have no part in an ensemble.
bool matters(const std::string& key) {
    const ParameterSpec* spec = find_parameter(key);
    if (spec == nullptr) return true;
    return spec->on_resume == OnResume::fixed && spec->section() != "grid";
}

std::string checksum_of(const std::vector<InputFile>& files, const std::string& path) {
    for (const InputFile& file : files) {
        if (file.path == path) return file.sha256;
    }
    return "none";
}

constexpr const char* unused = "not used";

/// One side of a comparison.
struct Side {
    std::string name;
    std::vector<std::pair<std::string, std::string>> entries;
    std::vector<InputFile> files;
    std::function<std::string(const std::string& key)> where = {};  ///< a key was given
};

std::string shown(const std::string& value) {
    return value.empty() ? "none" : value;
}

std::vector<std::string> compare(const Side& one, const Side& other, const std::set<std::string>& ignored) {
    const Entries before = as_map(one.entries), now = as_map(other.entries);
    std::vector<std::string> keys;
    for (const auto& [key, value] : other.entries) keys.push_back(key);
    for (const auto& [key, value] : one.entries) {
        if (now.count(key) == 0) keys.push_back(key);
    }
    std::vector<std::string> lines;
    for (const std::string& key : keys) {
        if (!matters(key) || ignored.count(key) != 0) continue;
        const std::string where =
            other.where && now.count(key) != 0 ? fmt::format(" ({})", other.where(key)) : "";
        const std::string was = found(before, key, unused), is = found(now, key, unused);
        const bool both_name_files =
            names_a_file(key) && before.count(key) != 0 && now.count(key) != 0 && !was.empty() && !is.empty();
        if (both_name_files) {
            const std::string old_sum = checksum_of(one.files, was), new_sum = checksum_of(other.files, is);
            if (old_sum == new_sum) continue;
            lines.push_back(fmt::format(
                "{}: the content of {} (SHA-256 {}...) {}, that of {} (SHA-256 {}...) {}{}", key, was,
                old_sum.substr(0, 12), one.name, is, new_sum.substr(0, 12), other.name, where));
        } else if (was != is) {
            lines.push_back(
                fmt::format("{}: {} {}, {} {}{}", key, shown(was), one.name, shown(is), other.name, where));
        }
    }
    return lines;
}

}  // namespace

std::vector<std::string> differences(const CommandInput& input, const Description& file) {
    return compare({"in the file", file.config_entries, file.input_files},
                   {"now", input.parameters.as_entries(), kept_files(input),
                    [&](const std::string& key) { return input.parameters.where(key); }},
                   {});
}

std::vector<std::string> differences(const Description& one, const Description& other,
                                     const std::string& one_name, const std::string& other_name,
                                     const std::set<std::string>& ignored) {
    return compare({"in " + one_name, one.config_entries, one.input_files},
                   {"in " + other_name, other.config_entries, other.input_files}, ignored);
}

std::string model_digest(const CommandInput& input) {
    const std::vector<InputFile> files = kept_files(input);
    std::string text;
    for (const auto& [key, value] : as_map(input.parameters.as_entries())) {
        if (!matters(key) || key == "ensemble.first") continue;
        const bool is_content = names_a_file(key) && !value.empty();
        text += fmt::format("{}={}\n", key, is_content ? checksum_of(files, value) : value);
    }
    return sha256(text);
}

void require_same_ensemble(const CommandInput& input, const Description& file, const std::string& path) {
    if (file.kind != FileKind::ensemble) {
        throw InputError(fmt::format("{} is not a result of greenhalo run ({}): name another with -o", path,
                                     file_format(file.kind)));
    }
    const std::vector<std::string> lines = differences(input, file);
    if (!lines.empty()) {
        throw InputError(fmt::format(
            "{} was computed with other input, and nothing of it was touched:\n  {}\nTo go on with "
            "it give the same input (it is in the file: h5dump -a /config/text), to compute "
            "another ensemble name another result with -o",
            path, fmt::join(lines, "\n  ")));
    }
    if (input.model.realizations < file.count) {
        throw InputError(fmt::format(
            "{} has room for {} realizations and ensemble.realizations = {} ({}) asks for less: a result "
            "only grows",
            path, file.count, input.model.realizations, input.parameters.where("ensemble.realizations")));
    }
}

void adopt_instruction_set(const Ranks& ranks, const Log& log, const Description& file,
                           const std::string& path) {
    const std::string name = found(as_map(file.provenance), "instruction_set", "");
    const std::optional<Isa> wanted = isa_from_name(name);
    if (!wanted || gives_same_bits(*wanted, active_isa())) return;
    const char* demanded = std::getenv("GREENHALO_ISA");
    const bool free = demanded == nullptr || *demanded == '\0';
    const bool everywhere = ranks.minimum(free && isa_is_available(*wanted) ? 1 : 0) != 0;
    if (!everywhere) {
        throw InputError(
            fmt::format("{} was begun with kernels for {}, here they are for {}{}: the last bits of its "
                        "numbers would differ; go on with it on processors that have {}, or compute another "
                        "result with -o",
                        path, name, isa_name(active_isa()), free ? "" : " (GREENHALO_ISA)", name));
    }
    log.warning(
        fmt::format("kernels for {} instead of {}: {} was begun with them, and the bits of others differ",
                    name, isa_name(active_isa()), path));
    set_active_isa(*wanted);
}

std::vector<std::string> build_differences(const Description& file) {
    const Entries before = as_map(file.provenance);
    std::vector<std::string> lines;
    for (const auto& [fact, value] : build_facts()) {
        const std::string old_value = found(before, fact, "unknown");
        if (old_value != value) lines.push_back(fmt::format("{}: {} -> {}", fact, old_value, value));
    }
    return lines;
}

void require_equal_bits(const std::vector<double>& stored, const std::vector<double>& computed,
                        const std::string& what, const std::vector<std::string>& why) {
    double largest = 0.0;
    bool equal = stored.size() == computed.size();
    for (std::size_t i = 0; i < stored.size() && i < computed.size(); ++i) {
        if (std::bit_cast<std::uint64_t>(stored[i]) == std::bit_cast<std::uint64_t>(computed[i])) continue;
        equal = false;
        const double scale = std::max(std::abs(stored[i]), std::abs(computed[i]));
        if (scale > 0.0) largest = std::max(largest, std::abs(stored[i] - computed[i]) / scale);
    }
    if (equal) return;
    const std::string reason =
        why.empty() ? "the same program on another machine" : fmt::format("{}", fmt::join(why, "; "));
    throw InputError(fmt::format(
        "{} comes out differently now, by up to {:.1e} of its numbers ({}): the ensemble would be a mixture; "
        "go on with the program and on the kind of machine that began it, or compute another result with -o",
        what, largest, reason));
}

}  // namespace greenhalo
