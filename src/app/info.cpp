#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "greenhalo/app/commands.h"
#include "greenhalo/storage/result_file.h"

namespace greenhalo {

namespace {

std::string config_value(const Description& description, const std::string& key) {
    for (const auto& [name, value] : description.config_entries) {
        if (name == key) return value;
    }
    return "-";
}

std::string realizations_text(const ResultFile& file) {
    const Description& d = file.description();
    const auto complete = static_cast<std::int64_t>(file.complete_rows().size());
    return fmt::format("  realizations {} of {} complete, indices {} to {}, seed {}\n", complete, d.count, d.first,
                       d.first + d.count - 1, config_value(d, "ensemble.seed"));
}

/// Every how many energies a table that is read by people has a row.
std::size_t table_step(std::size_t energies) { return std::max<std::size_t>(1, (energies + 5) / 10); }

std::string ensemble_text(const ResultFile& file) {
    const Description& d = file.description();
    if (static_cast<std::int64_t>(file.dataset("/ensemble/realizations").at(0)) != d.count) return "";
    const auto quantiles = file.dataset("/ensemble/amplitude_quantile");
    const std::size_t n = d.energy.size();
    std::string text = fmt::format("\n  {:>12} {:>14} {:>24}\n", "energy / GeV", "median |delta|", "68 % range");
    for (std::size_t e = 0; e < n; e += table_step(n)) {
        text += fmt::format("  {:>12.4g} {:>14.3e} {:>11.3e} .. {:>9.3e}\n", d.energy[e], quantiles[2 * n + e],
                            quantiles[n + e], quantiles[3 * n + e]);
    }
    return text;
}

std::string moments_text(const ResultFile& file) {
    const std::vector<double>& energy = file.description().energy;
    const auto large = file.dataset("/expect/large_scale"), small = file.dataset("/expect/small_scale");
    const auto age = file.dataset("/expect/minimum_age");
    std::string text = fmt::format("\n  {:>12} {:>10} {:>10} {:>10}\n", "energy / GeV", "delta_A1", "delta_A2", "T_min / yr");
    for (std::size_t e = 0; e < energy.size(); e += table_step(energy.size())) {
        text += fmt::format("  {:>12.4g} {:>10.3e} {:>10.3e} {:>10.4g}\n", energy[e], large[e], small[e], age[e]);
    }
    return text;
}

std::string catalogue_text(const ResultFile& file) {
    const Description& d = file.description();
    return fmt::format("\n  {} random sources of realization {}, seed {}, within {} Myr\n", d.sources,
                       config_value(d, "ensemble.first"), config_value(d, "ensemble.seed"),
                       config_value(d, "sources.time-span"));
}

std::string grid_text(const ResultFile& file) {
    const auto passed = file.dataset("/grid/comparison/passed");
    const auto names = file.texts("/grid/comparison/name");
    const auto good = std::count(passed.begin(), passed.end(), 1.0);
    std::string text = fmt::format("\n  {} of {} comparisons passed ({})\n", good, passed.size(),
                                   config_value(file.description(), "grid.problem"));
    for (std::size_t i = 0; i < passed.size(); ++i) {
        if (passed[i] != 1.0) text += fmt::format("  FAILED {}\n", names[i]);
    }
    return text;
}

const char* noun(FileKind kind) {
    switch (kind) {
        case FileKind::ensemble: break;
        case FileKind::moments: return "moments";
        case FileKind::catalogue: return "sources";
        case FileKind::grid: return "grid solution";
    }
    return "result";
}

std::string describe_file(const ResultFile& file) {
    const Description& d = file.description();
    const bool is_ensemble = d.kind == FileKind::ensemble;
    std::string text = fmt::format("{}: {} of greenhalo {}, created {}\n  {}\n\n", file.path(),
                                   noun(d.kind), file.attribute("greenhalo_version"),
                                   file.attribute("created"), d.command);
    text += fmt::format("  model        {}, H = {} kpc, delta = {}, {} release\n", config_value(d, "sources.model"),
                        config_value(d, "halo.half-height"), config_value(d, "diffusion.slope"),
                        config_value(d, "injection.mode"));
    text += "  groups      ";
    for (const auto& species : d.species) text += " " + species.name;
    text += fmt::format("\n  energies     {}, {:g} to {:g} GeV\n", d.energy.size(), d.energy.front(), d.energy.back());
    if (is_ensemble) text += realizations_text(file);
    for (const auto& [fact, value] : d.provenance) text += fmt::format("  {:<20} {}\n", fact, value);
    for (const auto& input : d.input_files) text += fmt::format("  read {} (SHA-256 {})\n", input.path, input.sha256);
    for (const Start& start : file.starts()) {
        text += fmt::format("  started {} on {} with {} rank{}: {}\n", start.started, start.host, start.ranks,
                            start.ranks == 1 ? "" : "s",
                            start.ended.empty() ? "running or killed" : start.reason + " " + start.ended);
    }
    switch (d.kind) {
        case FileKind::ensemble: break;
        case FileKind::moments: return text + moments_text(file);
        case FileKind::catalogue: return text + catalogue_text(file);
        case FileKind::grid: return text + grid_text(file);
    }
    return text + ensemble_text(file);
}

}  // namespace

ExitStatus command_info(const std::vector<std::string>& words) {
    if (words.size() != 1) throw InputError("info takes one file: greenhalo info FILE.h5");
    std::fputs(describe_file(ResultFile::read(words[0])).c_str(), stdout);
    return ExitStatus::done;
}

}  // namespace greenhalo
