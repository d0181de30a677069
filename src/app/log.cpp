#include "greenhalo/app/log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "greenhalo/base/printable.h"

namespace greenhalo {

namespace {

void print_raw(const std::string& text) {
    std::fputs((text + "\n").c_str(), stderr);
    std::fflush(stderr);
}

/// Messages quote what they found in files.
void print(const std::string& text) { print_raw(printable(text)); }

Verbosity chosen_verbosity = Verbosity::normal;

bool wants_colour() {
    const char* refused = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    if (refused != nullptr && *refused != '\0') return false;
    if (terminal == nullptr || std::strcmp(terminal, "dumb") == 0) return false;
    return ::isatty(STDERR_FILENO) == 1;
}

/// "greenhalo: warning: " with the middle in bold and the colour of this ANSI number, on a terminal.
void print_marked(const char* kind, int colour, const std::string& text) {
    print_raw(wants_colour() ? fmt::format("greenhalo: \033[1;{}m{}:\033[0m {}", colour, kind, printable(text))
                             : fmt::format("greenhalo: {}: {}", kind, printable(text)));
}

constexpr int red = 31, magenta = 35, cyan = 36;

}  // namespace

void set_verbosity(Verbosity verbosity) { chosen_verbosity = verbosity; }

Verbosity verbosity() { return chosen_verbosity; }

void Log::info(const std::string& text) const {
    if (!silent()) print(text);
}

void Log::detail(const std::string& text) const {
    if (!silent() && verbosity() == Verbosity::verbose) print(text);
}

void Log::note(const std::string& text) const {
    if (!silent()) print_marked("note", cyan, text);
}

void Log::warning(const std::string& text) const {
    if (!silent_) print_marked("warning", magenta, text);
}

void print_error(const std::string& text) { print_marked("error", red, text); }

std::string utc_now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

std::string duration_text(double seconds) {
    if (seconds < 90.0) return fmt::format("{:.0f} s", seconds);
    if (seconds < 90.0 * 60.0) return fmt::format("{:.0f} min", seconds / 60.0);
    if (seconds < 36.0 * 3600.0) return fmt::format("{:.1f} h", seconds / 3600.0);
    return fmt::format("{:.1f} d", seconds / 86400.0);
}

}  // namespace greenhalo
