/// \file
/// Makes the failure of one rank the failure of all, so that nobody waits for a rank that has left.
#pragma once

#include <mpi.h>

#include <functional>

namespace greenhalo::storage {

/// Runs \p step on every rank; when it throws on any, throws the error of the lowest such rank on all, with
/// the same text and kind (InputError or Error). With MPI_COMM_NULL it only runs the step.
void together(MPI_Comm communicator, const std::function<void()>& step);

/// As together, but only rank 0 (or the process alone) runs the step.
void by_rank_0(MPI_Comm communicator, const std::function<void()>& step);

}  // namespace greenhalo::storage
