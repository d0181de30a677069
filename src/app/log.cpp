#include "greenhalo/app/log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdio>
#include <ctime>

#include "greenhalo/base/printable.h"

namespace greenhalo {

namespace {

void print(const std::string& text) {
    // messages quote what they found in files
    std::fputs((printable(text) + "\n").c_str(), stderr);
    std::fflush(stderr);
}

}  // namespace

void Log::info(const std::string& text) const {
    if (!silent_) print(text);
}

void Log::warning(const std::string& text) const {
    if (!silent_) print("greenhalo: warning: " + text);
}

void print_error(const std::string& text) { print("greenhalo: error: " + text); }

std::string utc_now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

std::string duration_text(double seconds) {
    if (seconds < 90.0) return fmt::format("{:.0f} s", seconds);
    if (seconds < 90.0 * 60.0) return fmt::format("{:.0f} min", seconds / 60.0);
    if (seconds < 36.0 * 3600.0) return fmt::format("{:.1f} h", seconds / 3600.0);
    return fmt::format("{:.1f} d", seconds / 86400.0);
}

}  // namespace greenhalo
