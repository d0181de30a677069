#include "greenhalo/app/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "greenhalo/app/log.h"

namespace greenhalo {

namespace {

constexpr double terminal_interval = 0.2;            // s
constexpr double early_lines[] = {2.0, 10.0, 30.0};  // s since the start
constexpr double log_interval = 60.0;                // s

double next_line(double elapsed, bool is_terminal) {
    if (is_terminal) return elapsed + terminal_interval;
    for (const double early : early_lines) {
        if (early > elapsed) return early;
    }
    return elapsed < log_interval ? log_interval : elapsed + log_interval;
}

}  // namespace

Progress::Progress(std::string what, std::int64_t total, bool silent, std::int64_t done_before)
    : Progress(std::move(what), total, done_before,
               {.stream = silent ? nullptr : stderr, .is_terminal = isatty(STDERR_FILENO) == 1}) {}

Progress::Progress(std::string what, std::int64_t total, std::int64_t done_before, Output output)
    : what_(std::move(what)),
      total_(total),
      before_(done_before),
      output_(std::move(output)),
      start_(output_.now()),
      due_(next_line(0.0, output_.is_terminal)) {}

Progress::~Progress() {
    if (!line_open_) return;
    std::fputs("\n", output_.stream);
    std::fflush(output_.stream);
}

double Progress::elapsed() const {
    return std::chrono::duration<double>(output_.now() - start_).count();
}

std::string Progress::line(std::int64_t done, double elapsed) const {
    const double rate = static_cast<double>(done - before_) / elapsed;
    std::string text = fmt::format("{} of {} {}, {:.3g} per s", done, total_, what_, rate);
    if (done > before_ && done < total_)
        text += ", " + duration_text(static_cast<double>(total_ - done) / rate) + " left";
    return text;
}

void Progress::update(std::int64_t done) {
    if (output_.stream == nullptr) return;
    const double now = elapsed();
    if (done < total_ && now < due_) return;
    if (output_.is_terminal) {
        std::fputs(fmt::format("\r  {:<70}", line(done, now)).c_str(), output_.stream);
        line_open_ = true;
    } else {
        std::fputs(fmt::format("{}  {}\n", utc_now(), line(done, now)).c_str(), output_.stream);
    }
    std::fflush(output_.stream);
    due_ = next_line(now, output_.is_terminal);
}

}  // namespace greenhalo
