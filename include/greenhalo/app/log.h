/// \file
/// Messages for people: always on stderr, from one rank only.
#pragma once

#include <string>

namespace greenhalo {

/// Writes messages; a silent one (on every rank but 0) writes nothing.
class Log {
  public:
    explicit Log(bool silent = false) : silent_(silent) {}
    void info(const std::string& text) const;
    void warning(const std::string& text) const;
    bool silent() const { return silent_; }

  private:
    bool silent_;
};

/// "greenhalo: error: ..." on stderr, whoever calls it.
void print_error(const std::string& text);

/// Now in UTC as ISO 8601, "2026-01-31T12:00:00Z".
std::string utc_now();

/// A duration for people: "45 s", "12 min", "3.5 h", "2.1 d".
std::string duration_text(double seconds);

}  // namespace greenhalo
