#include "app/ensemble_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "app/ensemble_warnings.h"
#include "app/file_description.h"
#include "app/summary.h"
#include "greenhalo/app/progress.h"
#include "greenhalo/ensemble/statistics.h"
#include "greenhalo/ensemble/tail_index.h"
#include "greenhalo/parallel/work_list.h"
#include "greenhalo/storage/salvage.h"

namespace greenhalo {

namespace {

/// Seconds of work between two moments at which the ranks meet.
constexpr double longest_turn = 2.0, shortest_turn = 0.05;

/// Ends a sum that nobody waits for any more.
struct Abandoned {};

double stop_after(const Parameters& parameters) {
    return parameters.has_value("checkpoint.stop-after") ? 60.0 * parameters.number("checkpoint.stop-after")
                                                         : std::numeric_limits<double>::infinity();
}

}  // namespace

EnsembleRun::EnsembleRun(const Ranks& ranks, const Log& log, const CommandInput& input, std::string path,
                         Realizer& realizer, Clock::time_point begin)
    : ranks_(ranks),
      log_(log),
      input_(input),
      model_(input.model),
      realizer_(realizer),
      begin_(begin),
      save_interval_(60.0 * input.parameters.number("checkpoint.interval")),
      path_(std::move(path)),
      control_(ranks, input.parameters.text("output.file"), save_interval_,
               TimeLimits::from_environment(stop_after(input.parameters), elapsed(),
                                            static_cast<double>(std::time(nullptr)))) {}

ExitStatus EnsembleRun::operator()(const Description& description, std::optional<ResultFile> existing,
                                   bool salvaged) {
    if (existing && take_over(*existing, salvaged)) return ExitStatus::done;
    if (salvaged) {
        accept_salvaged(path_, ranks_.communicator());
        existing = ResultFile::read(path_, ranks_.communicator());
    }
    open_files(description, existing);
    const std::int64_t start =
        file_->append_start(ranks_.communicator(), {host_name(), ranks_.count(), utc_now(), "", ""});
    std::string stopped;
    try {
        stopped = compute();
        if (stopped.empty()) write_statistics();
    } catch (const Error& error) {
        // every rank is here; what the file says about this start is worth a try, not a second error
        try {
            file_->finish_start(ranks_.communicator(), start, utc_now(),
                                fmt::format("failed: {}", error.what()));
        } catch (const Error&) {
        }
        throw Error(fmt::format(
            "{}; what was saved before is intact: when the cause is removed, run the same command with "
            "--resume",
            error.what()));
    }
    if (stopped.empty()) {
        file_->finish_start(ranks_.communicator(), start, utc_now(), "finished");
        return ExitStatus::done;
    }
    file_->finish_start(ranks_.communicator(), start, utc_now(), "stopped: " + stopped);
    const std::int64_t complete = ranks_.sum(static_cast<std::int64_t>(finished_.row().size()));
    log_.info(fmt::format(
        "stopped by {}: {} of {} realization{} complete{}, everything is saved; the same command "
        "with --resume goes on (exit status 85)",
        stopped, complete, model_.realizations, model_.realizations == 1 ? " is" : "s are",
        open_.empty() ? "" : fmt::format(" and {} in progress", open_.size())));
    return ExitStatus::stopped;
}

std::vector<std::int64_t> EnsembleRun::remaining_pieces() const {
    std::vector<std::int64_t> pieces;
    for (std::int64_t row = 0; row < model_.realizations; ++row) {
        if (std::binary_search(rows_there_.begin(), rows_there_.end(), row)) continue;
        const auto known = open_.find(row);
        for (std::int64_t segment = 0; segment < segments(); ++segment) {
            if (known != open_.end() && known->second.count(segment) != 0) continue;
            pieces.push_back(row * segments() + segment);
        }
    }
    return pieces;
}

/// Returns why it was stopped, empty when nothing remains.
std::string EnsembleRun::compute() {
    realizer_.set_interruption([] {
        if (abandoning_was_asked_for()) throw Abandoned();
    });
    finish_whole_realizations();
    WorkList work(remaining_pieces());
    const std::int64_t total = model_.realizations * segments();
    const char* pieces_of_work = segments() > 1 ? "segments of realizations" : total == 1 ? "realization" : "realizations";
    Progress progress(pieces_of_work, total, log_.silent(),
                      total - work.size());
    const double turn_length = std::clamp(0.5 * save_interval_, shortest_turn, longest_turn);
    std::size_t pieces = 1;  // for each rank between two meetings
    double longest = 0.0;    // of all turns, s
    while (!work.empty()) {
        const double before = progress.elapsed();
        std::vector<SegmentSum> sums;
        const std::vector<std::int64_t> done =
            compute_turn(work.mine(pieces, ranks_.rank(), ranks_.count()), sums);
        const std::vector<std::int64_t> all_done = ranks_.gather_everywhere(done);
        work.finish(pieces, ranks_.count(), all_done);
        if (segments() > 1) {
            share(all_done, sums);
            finish_whole_realizations();
        }
        progress.update(total - work.size());
        seconds_ = progress.elapsed();

        const double turn = seconds_ - before;
        longest = std::max(longest, turn);
        const double per_piece = turn / static_cast<double>(std::max<std::size_t>(done.size(), 1));
        pieces = static_cast<std::size_t>(ranks_.broadcast(
            static_cast<std::int64_t>(std::clamp(turn_length / std::max(per_piece, 1e-6), 1.0, 1e6))));
        const Verdict verdict = control_.decide(elapsed(), longest);
        if (work.empty()) break;
        if (verdict.save) save(verdict.stop);
        if (verdict.stop) return verdict.reason;
    }
    save(false);
    return "";
}

/// Collective. Computes pieces of this rank and returns those that it finished; sums of segments go to
/// `sums`.
std::vector<std::int64_t> EnsembleRun::compute_turn(const std::vector<std::int64_t>& pieces,
                                                    std::vector<SegmentSum>& sums) {
    std::vector<std::int64_t> done;
    together(ranks_, [&] {
        for (const std::int64_t piece : pieces) {
            if (!done.empty() && stop_was_asked_for()) return;
            const std::int64_t row = piece / segments(), index = model_.first_realization + row;
            try {
                SegmentSum sum = realizer_.segment(index, piece % segments());
                if (segments() > 1)
                    sums.push_back(std::move(sum));
                else
                    finished_.add(row, realizer_.finish(index, {std::move(sum)}));
            } catch (const Abandoned&) {
                return;
            }
            done.push_back(piece);
        }
    });
    return done;
}

/// Collective. Every rank learns the sums of the segments that all have, each of its own.
void EnsembleRun::share(const std::vector<std::int64_t>& all_done, const std::vector<SegmentSum>& sums) {
    const std::size_t pairs = model_.transport.nuclei.size() * model_.transport.energies.size();
    std::vector<double> mine;
    for (const SegmentSum& s : sums) {
        mine.push_back(static_cast<double>(s.source_count));
        mine.insert(mine.end(), s.sum.density.begin(), s.sum.density.end());
        mine.insert(mine.end(), s.sum.current.begin(), s.sum.current.end());
    }
    const std::vector<double> all = ranks_.gather_numbers(mine);
    auto next = all.begin();
    const auto take = [&](std::size_t count) {
        const auto first = next;
        next += static_cast<std::ptrdiff_t>(count);
        return std::vector<double>(first, next);
    };
    for (const std::int64_t piece : all_done) {
        SegmentSum s;
        s.source_count = static_cast<std::int64_t>(*next++);
        s.sum.density = take(pairs);
        s.sum.current = take(3 * pairs);
        open_[piece / segments()][piece % segments()] = std::move(s);
    }
}

/// Collective. Realizations of which all segments are known leave the open ones; each is finished by one
/// rank.
void EnsembleRun::finish_whole_realizations() {
    together(ranks_, [&] {
        for (const auto& [row, parts] : open_) {
            if (static_cast<std::int64_t>(parts.size()) < segments() || row % ranks_.count() != ranks_.rank())
                continue;
            std::vector<SegmentSum> sums;
            for (const auto& [number, sum] : parts) sums.push_back(sum);
            finished_.add(row, realizer_.finish(model_.first_realization + row, sums));
        }
    });
    std::erase_if(
        open_, [&](const auto& each) { return static_cast<std::int64_t>(each.second.size()) == segments(); });
}

/// Collective. Brings everything that is finished safely to the disc.
void EnsembleRun::save(bool is_last) {
    const double before = elapsed();
    if (all_rows_) all_rows_->write_realizations(ranks_.communicator(), finished_.unsaved(Stored::all));
    file_->write_realizations(ranks_.communicator(), finished_.unsaved(file_->description().stored));
    finished_.mark_saved();
    if (segments() > 1) save_parts(is_last);
    control_.saved(elapsed(), elapsed() - before);
}

void EnsembleRun::save_parts(bool is_last) {
    std::vector<StoredPart> parts;
    for (const auto& [row, segments_of_row] : open_) {
        for (const auto& [number, s] : segments_of_row)
            parts.push_back(
                {model_.first_realization + row, number, s.source_count, s.sum.density, s.sum.current});
    }
    on_root(ranks_, [&] {
        try {
            write_parts(path_, file_->description(), parts);
        } catch (const Error& error) {
            // without it only what is in progress would have to be computed again
            if (is_last) throw;
            log_.warning(fmt::format("realizations in progress could not be saved: {}", error.what()));
        }
    });
}

void EnsembleRun::write_statistics() {
    const Transport& transport = model_.transport;
    Statistics statistics = ensemble_statistics(ranks_, finished_.row(), finished_.realization(),
                                                transport.nuclei.size(), transport.energies.size());
    statistics.merge(expected_tail_indices(ranks_, transport, model_.law, model_.selection, model_.time_span,
                                           model_.realizations));
    file_->write_ensemble(ranks_.communicator(), model_.realizations, statistics);
    on_root(ranks_, [&] {
        remove_companion(parts_companion(path_));
        remove_companion(rows_companion(path_));
    });
    on_root(ranks_, [&] {
        for (const std::string& warning : ensemble_warnings(*file_)) log_.warning(warning);
    });
    const RunFigures figures{ranks_.sum(finished_.computed()), ranks_.sum(finished_.computed_sources()),
                             ranks_.maximum(seconds_), ranks_.count()};
    if (ranks_.is_root()) print_summary(input_.parameters, model_, statistics, figures);
}

}  // namespace greenhalo
