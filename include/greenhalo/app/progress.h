/// \file
/// How far a long piece of work is.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>

namespace greenhalo {

/// On a terminal one line that is written over; elsewhere dated lines, flushed: the first after 2 s, then 10,
/// 30 and 60 s after the start, from then on one a minute, so that it is soon seen whether a job goes well
/// and its log stays short.
class Progress {
  public:
    using Clock = std::chrono::steady_clock;  ///< unmoved by changes of the time of day

    /// Where the lines go, and when it is.
    struct Output {
        std::FILE* stream = stderr;                           ///< null: nothing is written
        bool is_terminal = false;                             ///< one line, written over
        std::function<Clock::time_point()> now = Clock::now;  ///< a clock; tests have their own
    };

    /// `what` names the pieces in the plural, "realizations"; so many of them were done before. To stderr.
    Progress(std::string what, std::int64_t total, bool silent, std::int64_t done_before = 0);
    /// The same to any stream.
    Progress(std::string what, std::int64_t total, std::int64_t done_before, Output output);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// Says that `done` pieces are finished, those of before included. The last one is always told.
    void update(std::int64_t done);

    /// Seconds since the start.
    double elapsed() const;

  private:
    std::string line(std::int64_t done, double elapsed) const;

    std::string what_;
    std::int64_t total_, before_;
    Output output_;
    bool line_open_ = false;
    Clock::time_point start_;
    double due_;  // s since the start
};

}  // namespace greenhalo
