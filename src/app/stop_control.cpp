#include "greenhalo/app/stop_control.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include "greenhalo/base/error.h"
#include "greenhalo/storage/result_file.h"

namespace greenhalo {

namespace {

volatile std::sig_atomic_t stops = 0, saves = 0;

extern "C" void count_signal(int signal) {
    if (signal == SIGUSR2) {
        saves = saves + 1;
    } else {
        stops = stops + 1;
    }
}

/// What MPI and the file system may need at the end of a job beside the work itself, s.
constexpr double end_of_job = 10.0;

bool is_there(const std::string& path) {
    std::error_code ignored;
    return std::filesystem::exists(std::filesystem::path(path), ignored);
}

}  // namespace

void install_stop_signals() {
    struct sigaction action {};
    action.sa_handler = count_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (const int signal : {SIGUSR1, SIGUSR2, SIGTERM}) ::sigaction(signal, &action, nullptr);
}

bool stop_was_asked_for() {
    return stops > 0;
}
bool abandoning_was_asked_for() {
    return stops > 1;
}

std::string stop_file_of(const std::string& result) {
    for (const std::filesystem::path path : {result, follow_links(result)}) {
        for (const std::string& name : {"STOP." + path.filename().string(), std::string("STOP")}) {
            const std::string file = (path.parent_path() / name).string();
            if (is_there(file)) return file;
        }
    }
    return "";
}

void require_no_stop_file(const std::string& result) {
    const std::string file = stop_file_of(result);
    if (file.empty()) return;
    throw InputError(
        fmt::format("the file {} stops runs with the result {}: remove it to run", file, result));
}

TimeLimits TimeLimits::from_environment(double stop_after, double elapsed, double now) {
    TimeLimits limits;
    limits.stop_after = stop_after;
    const char* text = std::getenv("SLURM_JOB_END_TIME");
    if (text == nullptr) return limits;
    std::int64_t end = 0;
    const auto [stop, error] = std::from_chars(text, text + std::strlen(text), end);
    if (error == std::errc() && *stop == '\0' && end > 0)
        limits.job_end = elapsed + static_cast<double>(end) - now;
    return limits;
}

StopControl::StopControl(const Ranks& ranks, std::string result, double interval, TimeLimits limits)
    : ranks_(ranks), result_(std::move(result)), interval_(interval), limits_(limits) {}

double StopControl::margin(double turn) const {
    return 1.5 * turn + 2.0 * longest_save_;
}

Verdict StopControl::decide(double elapsed, double turn) {
    // the largest count of any rank: a launcher need not reach all of them
    const std::int64_t stops_now = -ranks_.minimum(-static_cast<std::int64_t>(stops));
    const std::int64_t saves_now = -ranks_.minimum(-static_cast<std::int64_t>(saves));
    Verdict verdict;
    if (ranks_.is_root()) {
        const double needed = elapsed + margin(turn);
        const std::string file = stop_file_of(result_);
        if (stops_now > 0) {
            verdict.reason = "signal USR1 or TERM";
        } else if (!file.empty()) {
            verdict.reason = "the file " + file;
        } else if (needed >= limits_.stop_after) {
            verdict.reason = "checkpoint.stop-after";
        } else if (needed + end_of_job >= limits_.job_end) {
            verdict.reason = "the end of the Slurm job is near";
        }
        verdict.stop = !verdict.reason.empty();
        verdict.save = verdict.stop || saves_now > saves_asked_for_ || elapsed - last_save_ >= interval_;
    }
    saves_asked_for_ = saves_now;
    verdict.reason = ranks_.broadcast(verdict.reason);
    verdict.stop = !verdict.reason.empty();
    verdict.save = ranks_.broadcast(std::int64_t{verdict.save}) != 0;
    return verdict;
}

void StopControl::saved(double elapsed, double seconds) {
    last_save_ = elapsed;
    longest_save_ = std::max(longest_save_, seconds);
}

}  // namespace greenhalo
