/// \file
/// The failure of one rank becomes the failure of all, with one message.
#pragma once

#include <exception>
#include <functional>
#include <string>

#include "greenhalo/base/error.h"
#include "greenhalo/parallel/session.h"

namespace greenhalo {

/// Collective. Does the work on every rank; if it throws anywhere, every rank throws the error of the lowest
/// failing rank, of the same kind (InputError or Error). The work itself must not leave a collective
/// operation half done: whatever can fail alone belongs between collective operations.
void together(const Ranks& ranks, const std::function<void()>& work);

/// For what nobody agreed on, such as memory that runs out between two agreements: says it and, since the
/// other ranks may be waiting for this one, ends them all at once; a rank that is alone returns. The exit
/// status is that returned.
ExitStatus fail_alone(const Ranks& ranks, const std::exception& error);

/// Collective. As together(), but only rank 0 does the work.
void on_root(const Ranks& ranks, const std::function<void()>& work);

}  // namespace greenhalo
