#include <fmt/format.h>

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

std::string describe_file(const ResultFile& file) {
    const Description& d = file.description();
    const auto complete = static_cast<std::int64_t>(file.complete_rows().size());
    std::string text = fmt::format("{}: result of greenhalo {}, created {}\n  {}\n\n", file.path(),
                                   file.attribute("greenhalo_version"), file.attribute("created"), d.command);
    text += fmt::format("  model        {}, H = {} kpc, delta = {}, {} release\n", config_value(d, "sources.model"),
                        config_value(d, "halo.half-height"), config_value(d, "diffusion.slope"),
                        config_value(d, "injection.mode"));
    text += "  groups      ";
    for (const auto& species : d.species) text += " " + species.name;
    text += fmt::format("\n  energies     {}, {:g} to {:g} GeV\n", d.energy.size(), d.energy.front(), d.energy.back());
    text += fmt::format("  realizations {} of {} complete, indices {} to {}, seed {}\n", complete, d.count, d.first,
                        d.first + d.count - 1, config_value(d, "ensemble.seed"));
    for (const auto& [fact, value] : d.provenance) text += fmt::format("  {:<20} {}\n", fact, value);
    for (const auto& input : d.input_files) text += fmt::format("  read {} (SHA-256 {})\n", input.path, input.sha256);
    for (const Start& start : file.starts()) {
        text += fmt::format("  started {} on {} with {} rank{}: {}\n", start.started, start.host, start.ranks,
                            start.ranks == 1 ? "" : "s",
                            start.ended.empty() ? "running or killed" : start.reason + " " + start.ended);
    }
    const auto covered = static_cast<std::int64_t>(file.dataset("/ensemble/realizations").at(0));
    if (covered == d.count) {
        const auto quantiles = file.dataset("/ensemble/amplitude_quantile");
        const std::size_t n = d.energy.size();
        text += fmt::format("\n  {:>12} {:>14} {:>24}\n", "energy / GeV", "median |delta|", "68 % range");
        const std::size_t step = std::max<std::size_t>(1, (n + 5) / 10);
        for (std::size_t e = 0; e < n; e += step) {
            text += fmt::format("  {:>12.4g} {:>14.3e} {:>11.3e} .. {:>9.3e}\n", d.energy[e], quantiles[2 * n + e],
                                quantiles[n + e], quantiles[3 * n + e]);
        }
    }
    return text;
}

}  // namespace

ExitStatus command_info(const std::vector<std::string>& words) {
    if (words.size() != 1) throw InputError("info takes one file: greenhalo info FILE.h5");
    std::fputs(describe_file(ResultFile::read(words[0])).c_str(), stdout);
    return ExitStatus::done;
}

}  // namespace greenhalo
