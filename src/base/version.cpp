#include "greenhalo/base/version.h"

#include <fmt/core.h>
#include <hdf5.h>
#include <mpi.h>
#include <petscversion.h>

#include <boost/version.hpp>

#include "greenhalo_build_info.h"
#include "greenhalo_revision.h"

namespace greenhalo {

std::string version() { return GREENHALO_VERSION; }

std::string revision() { return GREENHALO_REVISION; }

std::string compiler() { return GREENHALO_COMPILER; }

std::string compiler_flags() { return GREENHALO_FLAGS; }

std::vector<std::pair<std::string, std::string>> library_versions() {
    char mpi_text[MPI_MAX_LIBRARY_VERSION_STRING] = {};
    int length = 0;
    MPI_Get_library_version(mpi_text, &length);
    std::string mpi(mpi_text, static_cast<std::size_t>(length));
    mpi = mpi.substr(0, mpi.find_first_of(",\n"));

    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);

    return {{"MPI", mpi},
            {"HDF5", fmt::format("{}.{}.{}", major, minor, release)},
            {"PETSc", fmt::format("{}.{}.{}", PETSC_VERSION_MAJOR, PETSC_VERSION_MINOR, PETSC_VERSION_SUBMINOR)},
            {"Boost", fmt::format("{}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000,
                                  BOOST_VERSION % 100)},
            {"fmt", fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100)}};
}

}  // namespace greenhalo
