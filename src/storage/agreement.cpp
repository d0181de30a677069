#include "storage/agreement.h"

#include "greenhalo/parallel/agreement.h"

namespace greenhalo::storage {

void together(MPI_Comm communicator, const std::function<void()>& step) {
    if (communicator == MPI_COMM_NULL) {
        step();
    } else {
        greenhalo::together(Ranks(communicator), step);
    }
}

void by_rank_0(MPI_Comm communicator, const std::function<void()>& step) {
    if (communicator == MPI_COMM_NULL) {
        step();
    } else {
        on_root(Ranks(communicator), step);
    }
}

}  // namespace greenhalo::storage
