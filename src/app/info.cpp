#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/file_summary.h"
#include "app/json.h"
#include "app/wrapped_text.h"
#include "greenhalo/app/commands.h"
#include "greenhalo/base/printable.h"
#include "greenhalo/storage/result_file.h"

namespace greenhalo {

namespace {

constexpr std::size_t most_starts = 3;  // of the newest, on one screen

/// Every how many energies a table that is read by people has a row.
std::size_t table_step(std::size_t energies) { return std::max<std::size_t>(1, (energies + 5) / 10); }

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string provenance_value(const Description& d, const std::string& fact) {
    for (const auto& [name, value] : d.provenance) {
        if (name == fact) return value;
    }
    return "";
}

std::string start_text(const Start& start) {
    return fmt::format("  started       {} on {} with {} rank{}: {}\n", start.started, start.host, start.ranks,
                       start.ranks == 1 ? "" : "s",
                       start.ended.empty() ? "running or killed" : start.reason + " " + start.ended);
}

std::string table_text(const std::vector<SummaryColumn>& table) {
    std::string text = "\n ";
    for (const SummaryColumn& column : table) text += fmt::format(" {:>15}", column.heading);
    text += "\n";
    const std::size_t energies = table[0].values.size();
    for (std::size_t e = 0; e < energies; e += table_step(energies)) {
        text += " ";
        for (const SummaryColumn& column : table) {
            const double value = column.values[e];
            const bool whole = column.units != "1" || value == 0.0;
            text += fmt::format(" {:>15}", whole ? fmt::format("{:.4g}", value) : fmt::format("{:.3e}", value));
        }
        text += "\n";
    }
    for (const SummaryColumn& column : table) {
        if (!column.caution.empty()) text += wrapped(column.heading + ": " + column.caution, "  ", "  ");
    }
    return text;
}

std::string verification_text(const Verification& v, FileKind kind) {
    if (v.sound()) {
        return kind == FileKind::ensemble
                   ? fmt::format("  sound         all {} complete realizations match their checksums\n", v.checked_rows)
                   : std::string("  sound         everything matches its checksum\n");
    }
    std::string text;
    if (!v.damaged.empty()) {
        std::string list;
        constexpr std::size_t shown = 10;
        for (std::size_t i = 0; i < std::min(shown, v.damaged.size()); ++i) list += fmt::format(" {}", v.damaged[i]);
        if (v.damaged.size() > shown) list += " ...";
        text += fmt::format("  DAMAGED       {} of {} realizations do not match their checksums:{}\n", v.damaged.size(),
                            v.checked_rows, list);
    }
    for (const std::string& problem : v.problems) text += fmt::format("  DAMAGED       {}\n", problem);
    return text;
}

const char* noun(FileKind kind) {
    switch (kind) {
        case FileKind::ensemble: break;
        case FileKind::moments: return "moments";
        case FileKind::catalogue: return "sources";
        case FileKind::grid: return "grid solution";
        case FileKind::parts: return "parts of unfinished realizations";
    }
    return "result";
}

std::string text_of(const ResultFile& file, const FileSummary& s) {
    const Description& d = file.description();
    std::string text = fmt::format("{}: {} of greenhalo {}, created {}\n  {}\n\n", file.path(), noun(d.kind),
                                   file.attribute("greenhalo_version"), file.attribute("created"), d.command);
    if (d.kind == FileKind::ensemble) {
        text += fmt::format("  realizations  {} of {} complete, indices {} to {}, seed {}\n", s.complete, d.count, d.first,
                            d.first + d.count - 1, config_value(d, "ensemble.seed"));
    } else if (d.kind == FileKind::catalogue) {
        text += fmt::format("  catalogue     {} random sources of realization {}, seed {}, within {} Myr\n", d.sources,
                            config_value(d, "ensemble.first"), config_value(d, "ensemble.seed"),
                            config_value(d, "sources.time-span"));
    }
    if (d.kind == FileKind::ensemble && s.table.empty()) {
        text += wrapped(s.complete < d.count
                            ? "are made when all realizations are complete: the command above goes on with --resume instead of --overwrite"
                            : "are missing: the command above makes them with --resume instead of --overwrite",
                        "  statistics    ", std::string(16, ' '));
    }
    if (!s.span.empty()) text += fmt::format("  expect.span   {}\n", s.span);
    if (s.comparisons) {
        text += fmt::format("  {} of {} comparisons passed ({})\n", s.comparisons->count - s.comparisons->failed.size(),
                            s.comparisons->count, s.comparisons->problem);
        for (const std::string& name : s.comparisons->failed) text += fmt::format("  FAILED        {}\n", name);
    }
    if (s.verification) text += verification_text(*s.verification, d.kind);
    const std::size_t hidden = s.starts.size() > most_starts ? s.starts.size() - most_starts : 0;
    if (hidden > 0) text += fmt::format("  started       {} times before\n", hidden);
    for (std::size_t i = hidden; i < s.starts.size(); ++i) text += start_text(s.starts[i]);
    text += fmt::format("  built         revision {}, {}, kernels for {}\n", provenance_value(d, "revision"),
                        provenance_value(d, "compiler"), provenance_value(d, "instruction_set"));
    if (const std::string sum = provenance_value(d, "superposition_method"); !sum.empty()) {
        text += wrapped(sum, "  superposition ", std::string(16, ' '));
    }
    for (const InputFile& input : d.input_files) {
        text += fmt::format("  read          {} (SHA-256 {}...)\n", file_name(input.path), input.sha256.substr(0, 12));
    }
    for (const std::string& companion : s.companions) text += fmt::format("  companion     {}\n", companion);
    text += "\n";
    text += s.model.empty() ? wrapped("model: written by another release, see the attribute `text` of /config", "  ", "  ")
                            : s.model;
    if (!s.table.empty()) text += table_text(s.table);
    if (!s.warnings.empty()) text += "\n";
    for (const std::string& warning : s.warnings) text += wrapped("warning: " + warning, "  ", "    ");
    return text;
}

using Members = std::vector<std::pair<std::string, std::string>>;

Members quoted_members(const std::vector<std::pair<std::string, std::string>>& entries) {
    Members members;
    for (const auto& [key, value] : entries) members.emplace_back(key, json::quoted(value));
    return members;
}

std::string json_of(const ResultFile& file, const FileSummary& s) {
    const Description& d = file.description();
    Members top = {{"path", json::quoted(file.path())},
                   {"format", json::quoted(file_format(d.kind))},
                   {"written_by", json::quoted("greenhalo " + s.command)},
                   {"greenhalo_version", json::quoted(file.attribute("greenhalo_version"))},
                   {"created", json::quoted(file.attribute("created"))},
                   {"command", json::quoted(d.command)}};
    if (d.kind == FileKind::ensemble) {
        top.emplace_back("realizations", json::object({{"first", std::to_string(d.first)},
                                                       {"planned", std::to_string(d.count)},
                                                       {"complete", std::to_string(s.complete)}},
                                                      1));
    }
    if (d.kind == FileKind::catalogue) top.emplace_back("sources", std::to_string(d.sources));
    if (s.comparisons) {
        std::vector<std::string> failed;
        for (const std::string& name : s.comparisons->failed) failed.push_back(json::quoted(name));
        top.emplace_back("comparisons", json::object({{"problem", json::quoted(s.comparisons->problem)},
                                                      {"count", std::to_string(s.comparisons->count)},
                                                      {"failed", json::array(failed)}},
                                                     1));
    }
    if (s.verification) {
        std::vector<std::string> damaged, problems;
        for (const std::int64_t index : s.verification->damaged) damaged.push_back(std::to_string(index));
        for (const std::string& problem : s.verification->problems) problems.push_back(json::quoted(problem));
        top.emplace_back("verification", json::object({{"sound", s.verification->sound() ? "true" : "false"},
                                                       {"checked", std::to_string(s.verification->checked_rows)},
                                                       {"damaged", json::array(damaged)},
                                                       {"problems", json::array(problems)}},
                                                      1));
    }
    std::vector<std::string> starts, files, names, companions, warnings;
    for (const std::string& companion : s.companions) companions.push_back(json::quoted(companion));
    for (const Start& start : s.starts) {
        starts.push_back(json::object({{"host", json::quoted(start.host)},
                                       {"ranks", std::to_string(start.ranks)},
                                       {"started", json::quoted(start.started)},
                                       {"ended", json::quoted(start.ended)},
                                       {"reason", json::quoted(start.reason)}},
                                      1));
    }
    for (const InputFile& input : d.input_files) {
        files.push_back(json::object({{"path", json::quoted(input.path)}, {"sha256", json::quoted(input.sha256)}}, 1));
    }
    for (const auto& species : d.species) names.push_back(json::quoted(species.name));
    for (const std::string& warning : s.warnings) warnings.push_back(json::quoted(warning));
    Members table, units, cautions;
    for (const SummaryColumn& column : s.table) {
        table.emplace_back(column.name, json::array(column.values));
        units.emplace_back(column.name, json::quoted(column.units));
        if (!column.caution.empty()) cautions.emplace_back(column.name, json::quoted(column.caution));
    }
    top.emplace_back("starts", json::array(starts));
    top.emplace_back("input_files", json::array(files));
    top.emplace_back("companions", json::array(companions));
    top.emplace_back("species", json::array(names));
    top.emplace_back("config", json::object(quoted_members(d.config_entries), 1));
    top.emplace_back("provenance", json::object(quoted_members(d.provenance), 1));
    top.emplace_back("summary", json::object(table, 1));
    top.emplace_back("summary_units", json::object(units, 1));
    top.emplace_back("summary_cautions", json::object(cautions, 1));
    top.emplace_back("warnings", json::array(warnings));
    return json::object(top) + "\n";
}

}  // namespace

ExitStatus command_info(const std::vector<std::string>& words) {
    std::string path;
    bool verify = false, as_json = false;
    for (const std::string& word : words) {
        if (word == "--verify") {
            verify = true;
        } else if (word == "--json") {
            as_json = true;
        } else if (word.starts_with("-")) {
            throw InputError("info: unknown option " + word + "; its options are --verify and --json");
        } else if (path.empty()) {
            path = word;
        } else {
            throw InputError("info takes one file: greenhalo info FILE.h5 [--verify] [--json]");
        }
    }
    if (path.empty()) throw InputError("info takes one file: greenhalo info FILE.h5 [--verify] [--json]");
    const ResultFile file = ResultFile::read(path);
    const FileSummary summary = summarize(file, verify);
    // a file may quote anything
    std::fputs((as_json ? json_of(file, summary) : printable(text_of(file, summary))).c_str(), stdout);
    const bool damaged = summary.verification && !summary.verification->sound();
    return damaged ? ExitStatus::failed : ExitStatus::done;
}

}  // namespace greenhalo
