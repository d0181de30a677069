/// \file
/// How far a long piece of work is.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace greenhalo {

/// On a terminal one line that is written over; elsewhere one dated line now and then, flushed, so that a job's log
/// stays short.
class Progress {
  public:
    /// `what` names the pieces in the plural, "realizations"; so many of them were done before.
    Progress(std::string what, std::int64_t total, bool silent, std::int64_t done_before = 0);
    ~Progress();

    /// Says that `done` pieces are finished.
    void update(std::int64_t done);

    /// Seconds since the start.
    double elapsed() const;

  private:
    using Clock = std::chrono::steady_clock;
    std::string line(std::int64_t done) const;

    std::string what_;
    std::int64_t total_, before_;
    bool silent_, terminal_, line_open_ = false;
    Clock::time_point start_, last_;
};

}  // namespace greenhalo
