#include "greenhalo/base/version.h"

#include <fmt/core.h>
#include <hdf5.h>
#include <mpi.h>
#include <openssl/crypto.h>
#include <petscversion.h>

#include <boost/version.hpp>

#include "greenhalo_build_info.h"
#include "greenhalo_revision.h"

namespace greenhalo {

namespace {

// Of the library that is loaded: "3.0.17" of "OpenSSL 3.0.17 1 Jul 2025".
std::string openssl_version() {
    const std::string text = OpenSSL_version(OPENSSL_VERSION);
    const std::size_t begin = text.find_first_of("0123456789");
    return begin == std::string::npos ? text : text.substr(begin, text.find(' ', begin) - begin);
}

}  // namespace

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

    return {
        {"MPI", mpi},
        {"HDF5", fmt::format("{}.{}.{}", major, minor, release)},
        {"PETSc", fmt::format("{}.{}.{}", PETSC_VERSION_MAJOR, PETSC_VERSION_MINOR, PETSC_VERSION_SUBMINOR)},
        {"Boost",
         fmt::format("{}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100)},
        {"fmt", fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100)},
        {"Random123", GREENHALO_RANDOM123},
        {"OpenSSL", openssl_version()}};
}

}  // namespace greenhalo
