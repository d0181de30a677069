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

namespace greenhalo {

namespace {

Description describe(const CommandInput& input, const SourceSum& sum) {
    Description d = describe_ensemble(input);
    d.provenance.emplace_back("superposition_method", sum.description());
    d.provenance.emplace_back("superposition_error_estimate", fmt::format("{:.2e}", sum.error_estimate()));
    return d;
}

/// Collective. Nobody else writes the result from now on; what a killed run left half made is removed.
void take_lock(const Ranks& ranks, const Log& log, const std::string& path, std::optional<RunLock>& lock) {
    on_root(ranks, [&] {
        require_no_stop_file(path);
        lock.emplace(path);
        if (lock->why_not().empty())
            remove_leftovers(path);
        else
            log.warning(fmt::format("nothing keeps two runs from writing {}: {}", path, lock->why_not()));
    });
}

/// Collective. The result to go on with, found to be one of this input; none when there is no file.
std::optional<ResultFile> existing_result(const Ranks& ranks, const Log& log, const CommandInput& input) {
    const std::string& path = input.parameters.text("output.file");
    std::int64_t there = 0;
    on_root(ranks, [&] { there = input.resume && std::filesystem::exists(path); });
    if (ranks.broadcast(there) == 0) return std::nullopt;
    ResultFile file = ResultFile::read(path, ranks.communicator());
    on_root(ranks, [&] { require_same_ensemble(input, file.description(), path); });
    adopt_instruction_set(ranks, log, file.description(), path);
    return file;
}

}  // namespace

ExitStatus command_run(int argc, char** argv, const std::vector<std::string>& words) {
    const auto begin = EnsembleRun::Clock::now();
    install_stop_signals();
    return run_under_mpi(argc, argv, [&](const Ranks& ranks, const Log& log) {
        const CommandInput input = read_command_input(ranks, log, "run", words);
        const Model& model = input.model;
        std::optional<RunLock> lock;
        take_lock(ranks, log, input.parameters.text("output.file"), lock);
        const std::optional<ResultFile> existing = existing_result(ranks, log, input);
        on_root(ranks, [&] { say_about_model(log, model); });
        log.info(opening_text(input.parameters, model, ranks.count()));
        Realizer realizer(model.transport, model.law, model.time_span, model.selection, model.listed, model.seed,
                          model.superposition, &ranks);
        log.info("superposition: " + realizer.source_sum().description());
        EnsembleRun run(ranks, log, input, realizer, begin);
        return run(describe(input, realizer.source_sum()), existing);
    });
}

}  // namespace greenhalo
