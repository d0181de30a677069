/// \file
/// One run at a time writes a result.
#pragma once

#include <string>

namespace greenhalo {

/// Holds the lock of a result while it lives. The kernel frees it when the process ends, however that
/// happens; the file that carries it, RESULT.lock, tells who holds it and disappears with a proper end.
class RunLock {
  public:
    /// Throws InputError when another run holds it, naming that run. Where the file system has no locks
    /// nothing is held, and why_not() says so.
    explicit RunLock(const std::string& result);
    ~RunLock();
    RunLock(const RunLock&) = delete;
    RunLock& operator=(const RunLock&) = delete;

    /// Why there is no lock; empty when there is.
    const std::string& why_not() const { return why_not_; }

  private:
    std::string path_, why_not_;
    int descriptor_ = -1;
};

}  // namespace greenhalo
