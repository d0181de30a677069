#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "app/ensemble_warnings.h"
#include "app/file_description.h"
#include "app/model_warnings.h"
#include "app/summary.h"
#include "greenhalo/app/command_input.h"
#include "greenhalo/app/commands.h"
#include "greenhalo/app/log.h"
#include "greenhalo/app/progress.h"
#include "greenhalo/ensemble/realizer.h"
#include "greenhalo/ensemble/statistics.h"
#include "greenhalo/ensemble/tail_index.h"
#include "greenhalo/parallel/agreement.h"
#include "greenhalo/parallel/blocks.h"
#include "greenhalo/parallel/session.h"
#include "greenhalo/storage/result_file.h"

namespace greenhalo {

namespace {

/// Realizations a rank takes at a time.
constexpr std::int64_t block_size = 1;
/// Seconds of work between two moments at which the ranks meet.
constexpr double turn_length = 2.0;
/// Seconds between two writes of what is finished.
constexpr double save_interval = 600.0;

Description describe(const CommandInput& input, const SourceSum& sum) {
    Description d = describe_ensemble(input);
    d.provenance.emplace_back("superposition_method", sum.description());
    d.provenance.emplace_back("superposition_error_estimate", fmt::format("{:.2e}", sum.error_estimate()));
    return d;
}

/// Realizations of this rank that are finished, and the rows among them that are not in the file yet.
struct Finished {
    std::vector<std::int64_t> row;  ///< within the file
    std::vector<Realization> realization;
    std::size_t saved = 0;

    RealizationRows unsaved(Stored stored) {
        RealizationRows rows;
        for (; saved < row.size(); ++saved) {
            const Realization& r = realization[saved];
            rows.row.push_back(row[saved]);
            rows.source_count.push_back(r.source_count);
            const auto append = [](std::vector<double>& to, const std::vector<double>& from) {
                to.insert(to.end(), from.begin(), from.end());
            };
            if (stored != Stored::none) {
                append(rows.anisotropy, r.anisotropy);
                for (std::size_t e = 0; e < r.anisotropy.size(); e += 3) {
                    const RightAscensionDipole dipole = right_ascension_dipole(&r.anisotropy[e]);
                    rows.projected_amplitude.push_back(dipole.amplitude);
                    rows.projected_phase.push_back(dipole.phase);
                }
                append(rows.dominant_distance, r.dominant.distance);
                append(rows.dominant_age, r.dominant.age);
                append(rows.dominant_longitude, r.dominant.longitude);
                append(rows.dominant_latitude, r.dominant.latitude);
                append(rows.dominant_share_current, r.dominant.share_current);
                append(rows.dominant_share_density, r.dominant.share_density);
                append(rows.dominant_listed, r.dominant.listed);
            }
            if (stored == Stored::all) {
                append(rows.density, r.density);
                append(rows.current, r.current);
            }
        }
        return rows;
    }
};

/// Everything after the input has been found sound on every rank.
class EnsembleRun {
  public:
    EnsembleRun(const Ranks& ranks, const Log& log, const Parameters& parameters, const Model& model,
                Realizer& realizer)
        : ranks_(ranks), log_(log), parameters_(parameters), model_(model), realizer_(realizer) {}

    void operator()(const Description& description, Overwrite overwrite) {
        const ResultFile file = ResultFile::create(parameters_.text("output.file"), description, overwrite,
                                                   ranks_.communicator());
        const std::int64_t start =
            file.append_start(ranks_.communicator(), {host_name(), ranks_.count(), utc_now(), "", ""});
        try {
            compute_and_write(file, description.stored);
        } catch (const Error& error) {
            // every rank is here; what the file says about this start is worth a try, not a second error
            try {
                file.finish_start(ranks_.communicator(), start, utc_now(), fmt::format("failed: {}", error.what()));
            } catch (const Error&) {
            }
            throw;
        }
        file.finish_start(ranks_.communicator(), start, utc_now(), "finished");
    }

  private:
    void compute_and_write(const ResultFile& file, Stored stored) {
        compute(file, stored);
        Statistics statistics;
        const std::size_t species = model_.transport.nuclei.size(), energies = model_.transport.energies.size();
        statistics = ensemble_statistics(ranks_, finished_.row, finished_.realization, species, energies);
        statistics.merge(expected_tail_indices(ranks_, model_.transport, model_.law, model_.selection,
                                               model_.time_span, model_.realizations));
        file.write_ensemble(ranks_.communicator(), model_.realizations, statistics);

        on_root(ranks_, [&] {
            for (const std::string& warning : ensemble_warnings(file)) log_.warning(warning);
        });
        std::int64_t sources = 0;
        for (const Realization& r : finished_.realization) sources += r.source_count;
        const RunFigures figures{ranks_.sum(sources), ranks_.maximum(seconds_), ranks_.count()};
        if (ranks_.is_root()) print_summary(parameters_, model_, statistics, figures);
    }

    void compute(const ResultFile& file, Stored stored) {
        const auto rounds = deal(model_.realizations, block_size, ranks_.rank(), ranks_.count());
        Progress progress("realizations", model_.realizations, log_.silent());
        double last_save = 0.0;
        std::size_t turn = 1;  // rounds between two meetings of the ranks
        for (std::size_t next = 0; next < rounds.size();) {
            const std::size_t end = std::min(next + turn, rounds.size());
            const double before = progress.elapsed();
            together(ranks_, [&] {
                for (std::size_t i = next; i < end; ++i) {
                    for (const std::int64_t row : rounds[i].mine) {
                        finished_.realization.push_back(realizer_(model_.first_realization + row));
                        finished_.row.push_back(row);
                    }
                }
            });
            const double per_round = (progress.elapsed() - before) / static_cast<double>(end - next);
            next = end;
            progress.update(std::min<std::int64_t>(static_cast<std::int64_t>(next) * ranks_.count() * block_size,
                                                   model_.realizations));
            turn = static_cast<std::size_t>(ranks_.broadcast(
                static_cast<std::int64_t>(std::clamp(turn_length / std::max(per_round, 1e-6), 1.0, 1e6))));
            const bool save = ranks_.broadcast(std::int64_t{progress.elapsed() - last_save > save_interval}) != 0;
            if (save || next == rounds.size()) {
                seconds_ = progress.elapsed();
                file.write_realizations(ranks_.communicator(), finished_.unsaved(stored));
                last_save = progress.elapsed();
            }
        }
    }

    const Ranks& ranks_;
    const Log& log_;
    const Parameters& parameters_;
    const Model& model_;
    Realizer& realizer_;
    Finished finished_;
    double seconds_ = 0.0;
};

}  // namespace

ExitStatus command_run(int argc, char** argv, const std::vector<std::string>& words) {
    return run_under_mpi(argc, argv, [&](const Ranks& ranks, const Log& log) {
        const CommandInput input = read_command_input(ranks, log, "run", words);
        on_root(ranks, [&] { say_about_model(log, input.model); });
        log.info(opening_text(input.parameters, input.model, ranks.count()));
        const Model& model = input.model;
        std::optional<Realizer> realizer;
        together(ranks, [&] {
            realizer.emplace(model.transport, model.law, model.time_span, model.selection, model.listed, model.seed,
                             model.superposition);
        });
        log.info("superposition: " + realizer->source_sum().description());
        EnsembleRun run(ranks, log, input.parameters, model, *realizer);
        run(describe(input, realizer->source_sum()), input.overwrite);
        return ExitStatus::done;
    });
}

}  // namespace greenhalo
