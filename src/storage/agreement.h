/// \file
/// Agreement between ranks for functions that may also be called by one process without MPI.
#pragma once

#include <mpi.h>

#include <functional>

namespace greenhalo::storage {

/// Runs \p step on every rank of \p communicator; a failure of one becomes the failure of all. With
/// MPI_COMM_NULL it only runs the step.
void together(MPI_Comm communicator, const std::function<void()>& step);

/// As together, but only rank 0 (or the process alone) runs the step.
void by_rank_0(MPI_Comm communicator, const std::function<void()>& step);

}  // namespace greenhalo::storage
