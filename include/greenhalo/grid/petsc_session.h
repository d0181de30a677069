/// \file
/// PETSc for the length of a scope. Nothing of it shows in these headers.
#pragma once

#include <string>
#include <vector>

#include "greenhalo/parallel/session.h"

namespace greenhalo {

/// Initializes PETSc on the given ranks, which MPI must know already, and finalizes it at the end of the scope. Only
/// one at a time.
class PetscSession {
  public:
    /// `options` are words for PETSc's options database, each as on a command line ("-ksp_type cg -ksp_monitor").
    /// Throws InputError when one of them is none.
    PetscSession(const Ranks& ranks, const std::vector<std::string>& options = {});
    ~PetscSession();
    PetscSession(const PetscSession&) = delete;
    PetscSession& operator=(const PetscSession&) = delete;

    /// Options that nothing has asked for up to now, with their values.
    std::vector<std::string> unused_options() const;

    /// Floating-point operations of this rank in PETSc so far.
    static double operations();
};

}  // namespace greenhalo
