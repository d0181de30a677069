#include "app/file_summary.h"

#include <fmt/format.h>

#include <cmath>

#include "app/ensemble_warnings.h"
#include "app/model_text.h"
#include "app/model_warnings.h"
#include "greenhalo/base/error.h"
#include "greenhalo/storage/sha256.h"

namespace greenhalo {

namespace {

/// The contents of the input files by the keys that named them.
FileContents contents_of(const Parameters& parameters, const Description& description) {
    FileContents contents;
    for (const ParameterSpec& spec : parameter_table()) {
        if (spec.kind != Kind::input_file || !parameters.has_value(spec.key) || !parameters.is_used(spec.key)) continue;
        for (const InputFile& file : description.input_files) {
            if (file.path == parameters.text(spec.key)) contents[std::string(spec.key)] = file.content;
        }
    }
    return contents;
}

/// The model in words and what physics says against it, from the input that the file keeps.
void describe_model(const Description& description, FileSummary& summary) {
    try {
        const Parameters parameters = Parameters::from_text(description.config_text, "the input in the file");
        const Model model = build_model(parameters, contents_of(parameters, description));
        const bool all = description.kind == FileKind::moments && parameters.text("expect.span") == "infinite";
        const Ages ages = all ? Ages::all : Ages::of_the_span;
        summary.model = model_text(parameters, model, ages);
        if (description.kind == FileKind::ensemble) summary.warnings = model_warnings(model);
        if (description.kind == FileKind::moments) {
            summary.span = all ? "infinite: sources of all times, the steady state"
                               : fmt::format("finite: sources within {:g} Myr", model.time_span);
            summary.warnings = model_warnings(model, ages);
        }
    } catch (const InputError&) {
        // an input of another release: its text is in the file, its meaning is that release's
    }
}

std::vector<double> row(const std::vector<double>& values, std::size_t number, std::size_t length) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(number * length);
    return {begin, begin + static_cast<std::ptrdiff_t>(length)};
}

std::vector<SummaryColumn> ensemble_table(const ResultFile& file) {
    const Description& d = file.description();
    if (static_cast<std::int64_t>(file.dataset("/ensemble/realizations").at(0)) != d.count) return {};
    const auto quantiles = file.dataset("/ensemble/amplitude_quantile");
    const std::size_t n = d.energy.size();
    return {{"energy", "energy / GeV", "GeV", d.energy},
            {"amplitude_median", "median |delta|", "1", row(quantiles, 2, n)},
            {"amplitude_16", "16 %", "1", row(quantiles, 1, n)},
            {"amplitude_84", "84 %", "1", row(quantiles, 3, n)},
            {"phase_resultant", "phase resultant", "1", file.dataset("/ensemble/phase_resultant")},
            {"undefined_fraction", "undefined", "1", file.dataset("/ensemble/undefined_fraction")}};
}

std::vector<SummaryColumn> moments_table(const ResultFile& file) {
    return {{"energy", "energy / GeV", "GeV", file.description().energy},
            {"large_scale", "delta_A1", "1", file.dataset("/expect/large_scale")},
            {"small_scale", "delta_A2", "1", file.dataset("/expect/small_scale"),
             layout_item("/expect/small_scale").caution},
            {"minimum_age", "T_min / yr", "yr", file.dataset("/expect/minimum_age")}};
}

GridComparisons grid_comparisons(const ResultFile& file) {
    const std::vector<double> passed = file.dataset("/grid/comparison/passed");
    const std::vector<std::string> names = file.texts("/grid/comparison/name");
    GridComparisons found{config_value(file.description(), "grid.problem"), passed.size(), {}};
    for (std::size_t i = 0; i < passed.size(); ++i) {
        if (passed[i] != 1.0) found.failed.push_back(names.at(i));
    }
    return found;
}

/// Every dataset of numbers of the layout can be read and has its shape.
void verify_datasets(const ResultFile& file, Verification& found) {
    const Description& d = file.description();
    Dimensions dimensions = d.dimensions();
    for (const LayoutItem& item : layout_of(d.kind)) {
        const bool numbers = item.type == ItemType::float64 || item.type == ItemType::int64;
        if (!numbers || item.per_input_file || !d.has(item)) continue;
        if (item.path.starts_with("/realizations/")) continue;  // they have checksums
        try {
            if (file.dataset(item.path).size() != layout_elements(item, dimensions)) {
                found.problems.push_back(fmt::format("{} has not the shape {}", item.path, item.shape));
            }
        } catch (const Error& error) {
            found.problems.emplace_back(error.what());
        }
    }
}

Verification verify_file(const ResultFile& file) {
    const Description& d = file.description();
    Verification found;
    if (d.kind == FileKind::ensemble) found.checked_rows = static_cast<std::int64_t>(file.complete_rows().size());
    const Damage damage = file.damage();
    for (const std::int64_t row : damage.rows) found.damaged.push_back(d.first + row);
    for (const std::string& block : damage.blocks) found.problems.push_back(block + " does not match its checksum");
    for (const InputFile& input : d.input_files) {
        if (sha256(input.content) != input.sha256) {
            found.problems.push_back(fmt::format("the copy of {} does not match its SHA-256", input.path));
        }
    }
    verify_datasets(file, found);
    return found;
}

const char* command_of(FileKind kind) {
    switch (kind) {
        case FileKind::ensemble: break;
        case FileKind::moments: return "expect";
        case FileKind::catalogue: return "sources";
        case FileKind::grid: return "validate";
        case FileKind::parts: break;
    }
    return "run";
}

}  // namespace

std::string config_value(const Description& description, const std::string& key) {
    for (const auto& [name, value] : description.config_entries) {
        if (name == key) return value;
    }
    return "-";
}

FileSummary summarize(const ResultFile& file, bool verify) {
    const Description& d = file.description();
    FileSummary summary;
    summary.command = command_of(d.kind);
    summary.starts = file.starts();
    summary.companions = companions_of(file.path());
    describe_model(d, summary);
    if (verify) summary.verification = verify_file(file);
    switch (d.kind) {
        case FileKind::ensemble:
            summary.complete = static_cast<std::int64_t>(file.complete_rows().size());
            summary.table = ensemble_table(file);
            for (std::string& warning : ensemble_warnings(file)) summary.warnings.push_back(std::move(warning));
            break;
        case FileKind::moments: summary.table = moments_table(file); break;
        case FileKind::grid: summary.comparisons = grid_comparisons(file); break;
        case FileKind::catalogue:
        case FileKind::parts: break;
    }
    return summary;
}

}  // namespace greenhalo
