#include "greenhalo/app/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "greenhalo/app/log.h"

namespace greenhalo {

namespace {

constexpr double terminal_interval = 0.2;  // s
constexpr double log_interval = 60.0;      // s

double seconds(std::chrono::steady_clock::duration duration) {
    return std::chrono::duration<double>(duration).count();
}

}  // namespace

Progress::Progress(std::string what, std::int64_t total, bool silent, std::int64_t done_before)
    : what_(std::move(what)),
      total_(total),
      before_(done_before),
      silent_(silent),
      terminal_(isatty(STDERR_FILENO) == 1),
      start_(Clock::now()),
      last_(start_) {}

Progress::~Progress() {
    if (line_open_) std::fputs("\n", stderr);
}

double Progress::elapsed() const { return seconds(Clock::now() - start_); }

std::string Progress::line(std::int64_t done) const {
    const double rate = static_cast<double>(done - before_) / elapsed();
    std::string text = fmt::format("{} of {} {}, {:.3g} per s", done, total_, what_, rate);
    if (done > before_ && done < total_) text += ", " + duration_text(static_cast<double>(total_ - done) / rate) + " left";
    return text;
}

void Progress::update(std::int64_t done) {
    if (silent_) return;
    const auto now = Clock::now();
    const bool finished = done >= total_;
    if (terminal_) {
        if (!finished && seconds(now - last_) < terminal_interval) return;
        std::fputs(fmt::format("\r  {:<70}", line(done)).c_str(), stderr);
        line_open_ = true;
    } else {
        if (!finished && seconds(now - last_) < log_interval) return;
        std::fputs(fmt::format("{}  {}\n", utc_now(), line(done)).c_str(), stderr);
    }
    std::fflush(stderr);
    last_ = now;
}

}  // namespace greenhalo
