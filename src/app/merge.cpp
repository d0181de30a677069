// greenhalo merge: joins ensembles that were computed as separate jobs. No MPI.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <numeric>
#include <optional>

#include "app/resume.h"
#include "app/summary.h"
#include "greenhalo/app/command_input.h"
#include "greenhalo/app/commands.h"
#include "greenhalo/app/log.h"
#include "greenhalo/app/parameter_table.h"
#include "greenhalo/base/isa.h"
#include "greenhalo/ensemble/statistics.h"
#include "greenhalo/ensemble/tail_index.h"
#include "greenhalo/storage/run_lock.h"

namespace greenhalo {

namespace {

/// Numbers of columns in memory at a time (2 GB).
constexpr std::size_t numbers_at_once = std::size_t{1} << 28;
constexpr std::size_t rows_at_once = 256;

struct MergeWords {
    std::string output;
    Overwrite overwrite = Overwrite::no;
    std::vector<std::string> parts;
};

MergeWords sort_words(const std::vector<std::string>& words) {
    constexpr std::string_view usage = "greenhalo merge -o ALL.h5 PART.h5 ...";
    MergeWords sorted;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        constexpr std::string_view assigned = "--output.file=";
        if (word == "-o" || word == "--output.file") {
            if (++i == words.size())
                throw InputError(fmt::format("command line: {} needs a file: {}", word, usage));
            sorted.output = words[i];
        } else if (word.starts_with(assigned)) {
            sorted.output = word.substr(assigned.size());
        } else if (word == "--overwrite") {
            sorted.overwrite = Overwrite::yes;
        } else if (word.starts_with('-')) {
            throw InputError(
                fmt::format("command line: unknown option {}: merge has -o FILE and --overwrite", word));
        } else {
            sorted.parts.push_back(word);
        }
    }
    if (sorted.output.empty())
        throw InputError(fmt::format("merge: the file to write is missing: {}", usage));
    if (sorted.parts.empty()) throw InputError(fmt::format("merge: the parts are missing: {}", usage));
    return sorted;
}

std::string range_text(const Description& d) {
    return d.count == 1 ? fmt::format("realization {}", d.first)
                        : fmt::format("realizations {} to {}", d.first, d.first + d.count - 1);
}

std::string fact(const Description& d, const std::string& name) {
    for (const auto& [key, value] : d.provenance) {
        if (key == name) return value;
    }
    return "unknown";
}

/// The parts, found to be of one model, whole, and one after the other.
std::vector<ResultFile> open_parts(const MergeWords& words, const Log& log) {
    std::vector<ResultFile> parts;
    for (const std::string& path : words.parts) {
        std::error_code ignored;
        if (std::filesystem::equivalent(path, words.output, ignored))
            throw InputError(
                fmt::format("merge: {} is a part and the file to write: name another with -o", path));
        parts.push_back(ResultFile::read(path));
        const Description& d = parts.back().description();
        if (d.kind != FileKind::ensemble) {
            throw InputError(
                fmt::format("merge: {} is not a result of greenhalo run ({})", path, file_format(d.kind)));
        }
        if (d.stored != Stored::all) {
            throw InputError(
                fmt::format("merge: {} does not store the density and current of each realization, which the "
                            "statistics need: compute the parts with output.realizations = all",
                            path));
        }
        if (!parts.back().model_is_sound()) {
            throw InputError(fmt::format("merge: energies, groups or input in {} are damaged: greenhalo run ... -o {} --resume "
                                         "writes them again",
                                         path, path));
        }
        const auto complete = static_cast<std::int64_t>(parts.back().complete_rows().size());
        if (complete != d.count) {
            throw InputError(fmt::format(
                "merge: {} of the {} realizations in {} are complete: finish it with greenhalo run ... -o {} "
                "--resume",
                complete, d.count, path, path));
        }
    }
    const ResultFile& first = parts.front();
    for (const ResultFile& part : parts) {
        const std::vector<std::string> lines = differences(first.description(), part.description(),
                                                           first.path(), part.path(), {"ensemble.first"});
        if (!lines.empty()) {
            throw InputError(fmt::format("merge: {} and {} are of different models:\n  {}", first.path(),
                                         part.path(), fmt::join(lines, "\n  ")));
        }
        for (const char* name : {"revision", "compiler", "instruction_set"}) {
            const std::string one = fact(first.description(), name), other = fact(part.description(), name);
            if (one == other) continue;
            const auto isa = isa_from_name(one), other_isa = isa_from_name(other);
            if (isa && other_isa && !gives_same_bits(*isa, *other_isa)) {
                throw InputError(fmt::format("merge: {} was computed with kernels for {}, {} with those for {}, which give other "
                                             "bits: compute one of them again with GREENHALO_ISA as in the other",
                                             first.path(), one, part.path(), other));
            }
            log.warning(fmt::format("{}: {} in {}, {} in {}", name, one, first.path(), other, part.path()));
        }
    }
    std::sort(parts.begin(), parts.end(), [](const ResultFile& a, const ResultFile& b) {
        return a.description().first < b.description().first;
    });
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const Description &before = parts[i - 1].description(), &after = parts[i].description();
        const std::int64_t end = before.first + before.count;
        if (after.first < end) {
            throw InputError(
                fmt::format("merge: {} ({}) and {} ({}) overlap: a realization may be in one part only",
                            parts[i - 1].path(), range_text(before), parts[i].path(), range_text(after)));
        }
        if (after.first > end) {
            Description gap;
            gap.first = end;
            gap.count = after.first - end;
            throw InputError(
                fmt::format("merge: {} are missing between {} and {}: compute them with --ensemble.first {} "
                            "--ensemble.realizations {}",
                            range_text(gap), parts[i - 1].path(), parts[i].path(), gap.first, gap.count));
        }
    }
    return parts;
}

/// The input of a single run that would have computed everything.
Parameters whole_input(const std::vector<ResultFile>& parts, const std::string& output) {
    const std::int64_t count =
        std::accumulate(parts.begin(), parts.end(), std::int64_t{0},
                        [](std::int64_t sum, const auto& p) { return sum + p.description().count; });
    const Description& first = parts.front().description();
    std::vector<std::string> words;
    for (const auto& [key, value] : first.config_entries) {
        std::string text = value;
        if (key == "ensemble.realizations") text = std::to_string(count);
        if (key == "output.file") text = output;
        if (!text.empty()) words.push_back(fmt::format("--{}={}", key, text));
    }
    return Parameters::read(std::nullopt, words, "run");
}

FileContents contents_of(const Parameters& parameters, const std::vector<InputFile>& files) {
    FileContents contents;
    for (const ParameterSpec& spec : parameter_table()) {
        if (spec.kind != Kind::input_file || !parameters.has_value(spec.key) || !parameters.is_used(spec.key))
            continue;
        for (const InputFile& file : files) {
            if (file.path == parameters.text(spec.key)) contents[std::string(spec.key)] = file.content;
        }
    }
    return contents;
}

/// Columns of a result by energy, as many at a time as fit into memory.
class Columns {
  public:
    explicit Columns(const ResultFile& file) : file_(file) {}

    EnergyColumn operator()(std::size_t energy) {
        if (energy >= first_ + columns_.size()) read(energy);
        return std::move(columns_[energy - first_]);
    }

  private:
    void read(std::size_t energy) {
        const Description& d = file_.description();
        const std::size_t species = d.species.size(), energies = d.energy.size(), width = 4 * species + 3;
        const std::size_t fitting = numbers_at_once / (width * static_cast<std::size_t>(d.count));
        first_ = energy;
        columns_.assign(std::clamp<std::size_t>(fitting, 1, energies - energy), {});
        for (EnergyColumn& column : columns_) column.species = species;
        for (std::int64_t row = 0; row < d.count; row += rows_at_once) {
            std::vector<std::int64_t> some(
                std::min<std::size_t>(rows_at_once, static_cast<std::size_t>(d.count - row)));
            std::iota(some.begin(), some.end(), row);
            const RealizationRows rows = file_.realizations(some);
            for (std::size_t i = 0; i < some.size(); ++i) {
                for (std::size_t c = 0; c < columns_.size(); ++c)
                    add(rows, i, species, energies, first_ + c, columns_[c]);
            }
        }
    }

    static void add(const RealizationRows& rows, std::size_t row, std::size_t species, std::size_t energies,
                    std::size_t e, EnergyColumn& column) {
        for (std::size_t s = 0; s < species; ++s)
            column.density.push_back(rows.density[(row * species + s) * energies + e]);
        for (std::size_t s = 0; s < species; ++s) {
            for (std::size_t k = 0; k < 3; ++k)
                column.current.push_back(rows.current[3 * ((row * species + s) * energies + e) + k]);
        }
        for (std::size_t k = 0; k < 3; ++k)
            column.anisotropy.push_back(rows.anisotropy[3 * (row * energies + e) + k]);
    }

    const ResultFile& file_;
    std::size_t first_ = 0;
    std::vector<EnergyColumn> columns_;
};

}  // namespace

ExitStatus command_merge(const std::vector<std::string>& words, const std::string& line) {
    const Log log;
    const MergeWords sorted = sort_words(words);
    check_output_path(sorted.output, sorted.overwrite);
    const std::string target = follow_links(sorted.output);
    const RunLock lock(target);
    if (lock.why_not().empty())
        remove_leftovers(target);
    else
        log.warning(fmt::format("nothing keeps two programs from writing {}: {}", target, lock.why_not()));
    const std::vector<ResultFile> parts = open_parts(sorted, log);
    const Parameters parameters = whole_input(parts, sorted.output);
    const Description& first = parts.front().description();
    const Model model = build_model(parameters, contents_of(parameters, first.input_files));

    Description description = first;
    description.command = line;
    description.config_text = parameters.effective_ini();
    description.config_entries = parameters.as_entries();
    description.count = model.realizations;
    const ResultFile file = ResultFile::join(sorted.output, description, sorted.overwrite, parts);
    Columns columns(file);
    Statistics statistics = ensemble_statistics(first.species.size(), first.energy.size(),
                                                [&](std::size_t energy) { return columns(energy); });
    statistics.merge(expected_tail_indices(Ranks::alone(), model.transport, model.law, model.selection,
                                           model.time_span, model.realizations));
    file.write_ensemble(MPI_COMM_NULL, model.realizations, statistics);
    std::fputs(fmt::format("{} part{} with {} merged\n", parts.size(), parts.size() == 1 ? "" : "s",
                           range_text(description))
                   .c_str(),
               stdout);
    print_summary(parameters, model, statistics, std::nullopt);
    return ExitStatus::done;
}

}  // namespace greenhalo
