/// \file
/// The two errors a user can meet. A message says what is wrong, where, and what would be right.
#pragma once

#include <stdexcept>
#include <string>

namespace greenhalo {

/// Exit statuses of the program.
enum class ExitStatus : int { done = 0, failed = 1, input_error = 2, stopped = 85 };

/// Something failed while the program was working (exit status 1).
class Error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// The input or the command line is wrong; nothing was started (exit status 2).
class InputError : public Error {
  public:
    using Error::Error;
};

}  // namespace greenhalo
