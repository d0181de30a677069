/// \file
/// How this process was started, without asking MPI: for commands that do without it.
#pragma once

namespace greenhalo {

/// The place of this process among those that mpirun or srun started together, from their environment variables.
struct Launch {
    int rank = 0;   ///< 0 for a process that was started alone
    int ranks = 1;  ///< 1 where nothing is known
};

/// Of this process. What is wrong on a command line is wrong in all of them: rank 0 says it.
Launch launch();

}  // namespace greenhalo
