#include "greenhalo/grid/petsc_session.h"

#include <fmt/format.h>

#include <array>

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

namespace {

/// What the program has set up itself and PETSc would take apart, with what to change instead.
constexpr std::array<std::array<const char*, 2>, 2> refused_options{{
    {"-pc_mg_levels", "the number of grids follows from grid.cells, halved as often as it can be"},
    {"-pc_mg_galerkin", "the coarser operators are Galerkin's already"},
}};

std::string reason_to_refuse(const std::string& option) {
    if (!option.starts_with('-') || PetscOptionsInsertString(nullptr, option.c_str()) != 0)
        return "options of PETSc are wanted, such as --petsc \"-pc_type gamg\"";
    for (const auto& [name, reason] : refused_options) {
        PetscBool is_given = PETSC_FALSE;
        petsc::check(PetscOptionsHasName(nullptr, nullptr, name, &is_given), "reading the options of PETSc");
        if (is_given == PETSC_TRUE) return fmt::format("{} has no place here: {}", name, reason);
    }
    return {};
}

}  // namespace

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
        const std::string reason = reason_to_refuse(option);
        if (reason.empty()) continue;
        PetscOptionsClear(nullptr);
        PetscPopErrorHandler();
        PetscFinalize();
        throw InputError(fmt::format("command line: --petsc \"{}\": {}", option, reason));
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
