/// \file
/// When a run saves and when it stops: signals, files, and the time it may take.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>

#include "greenhalo/parallel/session.h"

namespace greenhalo {

/// From now on USR1 and TERM ask this process to save and stop (a second one: to stop sooner), USR2 to save.
void install_stop_signals();

/// Whether this process was asked to stop.
bool stop_was_asked_for();
/// Whether it was asked to abandon the piece of work in progress as well.
bool abandoning_was_asked_for();

/// The files that stop runs: STOP.NAME the one whose result is the file NAME, STOP all whose results are in
/// the folder. Empty when neither is there, otherwise the path of one.
std::string stop_file_of(const std::string& result);

/// Throws InputError when there is such a file before a run has begun.
void require_no_stop_file(const std::string& result);

/// Times at which a run has to be over, in seconds of its own clock; infinite where there is none.
struct TimeLimits {
    double stop_after = std::numeric_limits<double>::infinity();  ///< of checkpoint.stop-after
    double job_end = std::numeric_limits<double>::infinity();     ///< of the job of Slurm

    /// `stop_after` in seconds, and the end of the Slurm job from SLURM_JOB_END_TIME (seconds since 1970) where the
    /// environment has it; `now` is the time since 1970, `elapsed` that of the run.
    static TimeLimits from_environment(double stop_after, double elapsed, double now);
};

/// What the ranks decided when they met.
struct Verdict {
    bool save = false;   ///< what is finished is saved
    bool stop = false;   ///< and the run ends
    std::string reason;  ///< of the stop: "signal USR1 or TERM", "the file STOP", "checkpoint.stop-after", ...
};

/// Decides for all ranks: signals to any of them count, files and clocks are those of rank 0.
class StopControl {
  public:
    /// `interval`: seconds between saves.
    StopControl(const Ranks& ranks, std::string result, double interval, TimeLimits limits);

    /// Collective. `elapsed`: seconds since the run began; `turn`: what the longest turn so far took.
    Verdict decide(double elapsed, double turn);

    /// A save that took `seconds` ended now.
    void saved(double elapsed, double seconds);

    /// Seconds before a time limit at which a run stops: what a turn and a save may take.
    double margin(double turn) const;

  private:
    const Ranks& ranks_;
    std::string result_;
    double interval_;
    TimeLimits limits_;
    double last_save_ = 0.0, longest_save_ = 0.0;
    std::int64_t saves_asked_for_ = 0;
};

}  // namespace greenhalo
