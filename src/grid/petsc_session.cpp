#include "greenhalo/grid/petsc_session.h"

#include <fmt/format.h>

#include "greenhalo/base/error.h"
#include "grid/petsc.h"

namespace greenhalo {

namespace {

// What PETSc said where it first noticed the error that is on its way up now.
std::string first_message;

PetscErrorCode remember(MPI_Comm, int, const char* function, const char*, PetscErrorCode code, PetscErrorType type,
                        const char* message, void*) {
    if (type == PETSC_ERROR_INITIAL) {
        first_message = fmt::format("{} ({})", message == nullptr ? "" : message, function == nullptr ? "" : function);
    }
    return code;
}

}  // namespace

void petsc::check(PetscErrorCode code, const char* what) {
    if (code == 0) return;
    const std::string message = std::exchange(first_message, "");
    const char* kind = nullptr;
    PetscErrorMessage(code, &kind, nullptr);
    if (code == PETSC_ERR_MEM) {
        throw Error(fmt::format("{}: out of memory: use a coarser grid (grid.cells) or more ranks", what));
    }
    throw Error(fmt::format("{}: PETSc failed: {}: {}", what, kind == nullptr ? "error" : kind, message));
}

PetscSession::PetscSession(const Ranks& ranks, const std::vector<std::string>& options) {
    PETSC_COMM_WORLD = ranks.communicator();
    char name[] = "greenhalo";
    char* words[] = {name, nullptr};
    char** arguments = words;
    int count = 1;
    petsc::check(PetscInitialize(&count, &arguments, nullptr, nullptr), "starting PETSc");
    // signals belong to the program
    PetscPopSignalHandler();
    PetscPushErrorHandler(remember, nullptr);
    for (const std::string& option : options) {
        if (!option.starts_with('-') || PetscOptionsInsertString(nullptr, option.c_str()) != 0) {
            PetscPopErrorHandler();
            PetscFinalize();
            throw InputError(fmt::format("command line: --petsc \"{}\": options of PETSc are wanted, such as "
                                         "--petsc \"-pc_type gamg\"",
                                         option));
        }
    }
}

PetscSession::~PetscSession() {
    PetscOptionsClear(nullptr);
    PetscPopErrorHandler();
    PetscFinalize();
}

std::vector<std::string> PetscSession::unused_options() const {
    PetscInt count = 0;
    char **names = nullptr, **values = nullptr;
    petsc::check(PetscOptionsLeftGet(nullptr, &count, &names, &values), "reading PETSc's options");
    std::vector<std::string> unused;
    for (PetscInt i = 0; i < count; ++i) {
        unused.push_back(values[i] == nullptr ? fmt::format("-{}", names[i]) : fmt::format("-{} {}", names[i], values[i]));
    }
    petsc::check(PetscOptionsLeftRestore(nullptr, &count, &names, &values), "reading PETSc's options");
    return unused;
}

double PetscSession::operations() {
    PetscLogDouble count = 0;
    petsc::check(PetscGetFlops(&count), "counting operations");
    return count;
}

}  // namespace greenhalo
