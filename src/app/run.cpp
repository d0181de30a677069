// greenhalo run: the Monte Carlo ensemble.
#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "app/ensemble_run.h"
#include "app/file_description.h"
#include "app/model_warnings.h"
#include "app/resume.h"
#include "app/summary.h"
#include "greenhalo/app/command_input.h"
#include "greenhalo/app/commands.h"
#include "greenhalo/storage/run_lock.h"
#include "greenhalo/storage/salvage.h"

namespace greenhalo {

namespace {

Description describe(const CommandInput& input, const SourceSum& sum) {
    Description d = describe_ensemble(input);
    d.provenance.emplace_back(model_fact, model_digest(input));
    d.provenance.emplace_back("superposition_method", sum.description());
    d.provenance.emplace_back("superposition_error_estimate", fmt::format("{:.2e}", sum.error_estimate()));
    return d;
}

/// Collective. Nobody else writes the result from now on, under whichever name; what a killed run left half
/// made is removed.
void take_lock(const Ranks& ranks, const Log& log, const std::string& given, const std::string& path,
               std::optional<RunLock>& lock) {
    on_root(ranks, [&] {
        require_no_stop_file(given);
        lock.emplace(path);
        if (lock->why_not().empty())
            remove_leftovers(path);
        else
            log.warning(fmt::format("nothing keeps two runs from writing {}: {}", path, lock->why_not()));
    });
}

/// Collective. The result to go on with, found to be one of this input; none when there is no file, or one
/// that cannot be read: then `damage` says why.
std::optional<ResultFile> existing_result(const Ranks& ranks, const Log& log, const CommandInput& input,
                                          const std::string& path, std::string& damage) {
    std::int64_t there = 0;
    on_root(ranks, [&] {
        there = input.resume && std::filesystem::exists(path);
        try {
            if (there != 0) ResultFile::read(path);
        } catch (const DamagedFile& error) {
            damage = error.what();
            there = 0;
        }
    });
    damage = ranks.broadcast(damage);
    if (ranks.broadcast(there) == 0) return std::nullopt;
    ResultFile file = ResultFile::read(path, ranks.communicator());
    on_root(ranks, [&] { require_same_ensemble(input, file.description(), path); });
    adopt_instruction_set(ranks, log, file.description(), path);
    return file;
}

/// Collective. What is sound in a result that cannot be read, as a file of its own.
ResultFile salvaged_result(const Ranks& ranks, const Log& log, const std::string& path,
                           const Description& description, const std::string& damage) {
    const std::int64_t found = salvage_result(path, description, ranks.communicator());
    if (found == 0) {
        throw Error(
            fmt::format("{}; no realization of this input was found in it: try the input and the "
                        "ensemble.realizations that it was begun with, restore it from a copy, or remove it "
                        "and compute it again",
                        damage));
    }
    log.warning(fmt::format("{}; {} realizations were found in it", damage, found));
    return ResultFile::read(salvage_companion(path), ranks.communicator());
}

}  // namespace

ExitStatus command_run(int argc, char** argv, const std::vector<std::string>& words) {
    const auto begin = EnsembleRun::Clock::now();
    install_stop_signals();
    return run_under_mpi(argc, argv, [&](const Ranks& ranks, const Log& log) {
        const CommandInput input = read_command_input(ranks, log, "run", words);
        const Model& model = input.model;
        std::optional<RunLock> lock;
        const std::string& given = input.parameters.text("output.file");
        // found once: a link that is changed meanwhile must not lead the run to another file
        const std::string path = ranks.broadcast(ranks.is_root() ? follow_links(given) : std::string());
        take_lock(ranks, log, given, path, lock);
        std::string damage;
        std::optional<ResultFile> existing = existing_result(ranks, log, input, path, damage);
        on_root(ranks, [&] { say_about_model(log, model); });
        log.info(opening_text(input.parameters, model, ranks.count()));
        Realizer realizer(model.transport, model.law, model.time_span, model.selection, model.listed,
                          model.seed, model.superposition, &ranks);
        log.info("superposition: " + realizer.source_sum().description());
        const Description description = describe(input, realizer.source_sum());
        if (!damage.empty()) {
            existing = salvaged_result(ranks, log, path, description, damage);
        }
        EnsembleRun run(ranks, log, input, path, realizer, begin);
        return run(description, existing, !damage.empty());
    });
}

}  // namespace greenhalo
