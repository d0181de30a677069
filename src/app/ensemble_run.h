/// \file
/// The work of greenhalo run once its input is known to be sound: realizations, saved as they are finished,
/// and their statistics.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/finished_rows.h"
#include "greenhalo/app/command_input.h"
#include "greenhalo/app/stop_control.h"
#include "greenhalo/ensemble/realizer.h"
#include "greenhalo/storage/parts_file.h"

namespace greenhalo {

/// A run of an ensemble on all ranks. Its pieces of work are segments of realizations: whole realizations,
/// unless these have very many sources. Which rank computes a piece, and when, changes no number.
class EnsembleRun {
  public:
    using Clock = std::chrono::steady_clock;

    /// `begin`: when the program was started, for the times at which it has to end.
    EnsembleRun(const Ranks& ranks, const Log& log, const CommandInput& input, std::string path,
                Realizer& realizer, Clock::time_point begin);

    /// Collective. Computes and writes what is missing. `description` is that of a new file; `existing`, if
    /// any, the file to go on with, or with `salvaged` what was found in a damaged one.
    ExitStatus operator()(const Description& description, std::optional<ResultFile> existing, bool salvaged);

  private:
    /// Segments of realizations that are not complete, by row and number; the same on every rank.
    using OpenRealizations = std::map<std::int64_t, std::map<std::int64_t, SegmentSum>>;

    bool take_over(const ResultFile& existing, bool salvaged);
    void load_rows(const ResultFile& existing, std::int64_t& sound);
    void load_parts(const ResultFile& existing);
    void check_bits(const ResultFile& existing, bool salvaged);
    bool is_shared(const std::string& path);
    void open_files(const Description& description, const std::optional<ResultFile>& existing);
    void open_all_rows(const Description& description);

    std::vector<std::int64_t> remaining_pieces() const;
    std::string compute();
    std::vector<std::int64_t> compute_turn(const std::vector<std::int64_t>& pieces,
                                           std::vector<SegmentSum>& sums);
    void share(const std::vector<std::int64_t>& all_done, const std::vector<SegmentSum>& sums);
    void finish_whole_realizations();
    void save(bool is_last);
    void save_parts(bool is_last);
    void write_statistics();

    std::int64_t segments() const { return realizer_.segment_count(); }
    double elapsed() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

    const Ranks& ranks_;
    const Log& log_;
    const CommandInput& input_;
    const Model& model_;
    Realizer& realizer_;
    Clock::time_point begin_;
    double save_interval_;
    std::string path_;
    StopControl control_;

    std::optional<ResultFile> file_;
    std::optional<ResultFile> all_rows_;  ///< where the file stores less than the statistics need
    FinishedRows finished_;
    OpenRealizations open_;
    std::vector<std::int64_t> rows_there_;  ///< of all ranks, ascending, when this run began
    double seconds_ = 0.0;                  ///< spent on computing
};

}  // namespace greenhalo
