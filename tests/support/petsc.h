/// \file
/// PETSc for tests that run without mpirun.
#pragma once

#include "greenhalo/grid/petsc_session.h"

namespace greenhalo::test {

/// The only rank, with MPI and PETSc running until the program ends.
inline const Ranks& ranks_with_petsc() {
    struct Session {
        int count = 0;
        char** words = nullptr;
        MpiSession mpi{count, words};
        Ranks ranks{MPI_COMM_WORLD};
        PetscSession petsc{ranks};
    };
    static const Session session;
    return session.ranks;
}

}  // namespace greenhalo::test
