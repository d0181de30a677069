/// \file
/// Messages for people: always on stderr, from one rank only.
#pragma once

#include <string>

namespace greenhalo {

/// How much a program says on stderr beside its errors and warnings.
enum class Verbosity { quiet, normal, verbose };

/// Of the whole process; normal at the start.
void set_verbosity(Verbosity verbosity);
/// What was set.
Verbosity verbosity();

/// Writes messages; a silent one (on every rank but 0) writes nothing.
class Log {
  public:
    /// `silent`: writes nothing, whatever the verbosity.
    explicit Log(bool silent = false) : silent_(silent) {}
    void info(const std::string& text) const;     ///< not when quiet
    void detail(const std::string& text) const;   ///< only when verbose
    void note(const std::string& text) const;     ///< "greenhalo: note: ..."; not when quiet
    void warning(const std::string& text) const;  ///< "greenhalo: warning: ..."; always
    /// Whether progress goes nowhere.
    bool silent() const { return silent_ || verbosity() == Verbosity::quiet; }

  private:
    bool silent_;
};

/// "greenhalo: error: ..." on stderr, whoever calls it. Like warnings, in colour on a terminal unless NO_COLOR is set.
void print_error(const std::string& text);

/// Now in UTC as ISO 8601, "2026-01-31T12:00:00Z".
std::string utc_now();

/// A duration for people: "45 s", "12 min", "3.5 h", "2.1 d".
std::string duration_text(double seconds);

}  // namespace greenhalo
