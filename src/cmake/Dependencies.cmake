# Finds the libraries greenhalo stands on and refuses those that would only fail later, with the reason.

set(MPI_CXX_SKIP_MPICXX ON)
find_package(MPI REQUIRED COMPONENTS C)
find_package(Boost 1.74 REQUIRED COMPONENTS program_options)
find_package(fmt REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(PkgConfig REQUIRED)

find_path(RANDOM123_INCLUDE_DIR Random123/threefry.h)
if(NOT RANDOM123_INCLUDE_DIR)
  message(FATAL_ERROR "Random123 was not found: install it (Debian: librandom123-dev) or set RANDOM123_INCLUDE_DIR.")
endif()

# Drops what was found from the cache, so that the next configuration of the same folder looks afresh.
function(greenhalo_forget pattern)
  get_cmake_property(names CACHE_VARIABLES)
  foreach(name IN LISTS names)
    if(name MATCHES "${pattern}" AND NOT name MATCHES "_ROOT$|^PETSC_(DIR|ARCH)$")
      unset(${name} CACHE)
    endif()
  endforeach()
endfunction()
set(GREENHALO_HDF5_CACHE "^HDF5_|^pkgcfg_lib_HDF5")
set(GREENHALO_PETSC_CACHE "PETSC")

# The names of the MPI libraries that a shared library was linked with, from its dynamic section.
function(greenhalo_mpi_of library result)
  set(names "")
  if(CMAKE_OBJDUMP AND EXISTS "${library}")
    execute_process(COMMAND ${CMAKE_OBJDUMP} -p "${library}" OUTPUT_VARIABLE dynamic ERROR_QUIET)
    string(REGEX MATCHALL "NEEDED +libmpi[^ \n]*\\.so[^ \n]*" needed "${dynamic}")
    foreach(entry IN LISTS needed)
      string(REGEX REPLACE "NEEDED +" "" entry "${entry}")
      list(APPEND names "${entry}")
    endforeach()
  endif()
  set(${result} "${names}" PARENT_SCOPE)
endfunction()

# Stops the configuration when a library was built with another MPI than the one found here.
function(greenhalo_require_same_mpi what library cache)
  greenhalo_mpi_of("${library}" theirs)
  set(ours "")
  foreach(candidate IN LISTS MPI_C_LIBRARIES)
    if(CMAKE_OBJDUMP AND EXISTS "${candidate}")
      execute_process(COMMAND ${CMAKE_OBJDUMP} -p "${candidate}" OUTPUT_VARIABLE dynamic ERROR_QUIET)
      if(dynamic MATCHES "SONAME +(libmpi[^ \n]*)")
        list(APPEND ours "${CMAKE_MATCH_1}")
      endif()
    endif()
  endforeach()
  if(theirs AND ours)
    foreach(name IN LISTS theirs)
      if(NOT name MATCHES "libmpi(cxx|_cxx|_mpifh|_usempi|fort)" AND NOT name IN_LIST ours)
        greenhalo_forget("${cache}")
        message(FATAL_ERROR
          "${what} (${library}) was built with another MPI: it needs ${name}, this build uses ${ours}. "
          "Load the module of ${what} that belongs to this MPI, or point MPI_HOME at the other MPI.")
      endif()
    endforeach()
  endif()
endfunction()

# FindHDF5 runs the compiler wrapper of HDF5 in the build folder, and the wrapper splits its path at blanks.
if(CMAKE_BINARY_DIR MATCHES " ")
  message(FATAL_ERROR
    "The build folder '${CMAKE_BINARY_DIR}' has a blank in its path, which the compiler wrapper of HDF5 cannot stand. "
    "Build in a folder without one: cmake -S . -B FOLDER, or move the checkout.")
endif()

set(HDF5_PREFER_PARALLEL ON)
find_package(HDF5 1.10 REQUIRED COMPONENTS C)
if(NOT HDF5_IS_PARALLEL)
  greenhalo_forget("${GREENHALO_HDF5_CACHE}")
  message(FATAL_ERROR
    "HDF5 ${HDF5_VERSION} (${HDF5_C_INCLUDE_DIRS}) was found but is not parallel; greenhalo writes one file from all ranks. "
    "Install a parallel HDF5 (Debian: libhdf5-openmpi-dev) and, if both are there, set HDF5_ROOT to it.")
endif()
if(NOT TARGET hdf5::hdf5)
  add_library(hdf5::hdf5 INTERFACE IMPORTED)
  set_target_properties(hdf5::hdf5 PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${HDF5_C_INCLUDE_DIRS}"
    INTERFACE_LINK_LIBRARIES "${HDF5_C_LIBRARIES}")
endif()
foreach(library IN LISTS HDF5_C_LIBRARIES)
  if(library MATCHES "libhdf5")
    greenhalo_require_same_mpi("HDF5" "${library}" "${GREENHALO_HDF5_CACHE}")
  endif()
endforeach()

# Modules announce PETSc through PETSC_DIR and PETSC_ARCH; pkg-config does not know them.
foreach(name PETSC_DIR PETSC_ARCH)
  if(NOT ${name})
    set(${name} "$ENV{${name}}")
  endif()
endforeach()
if(PETSC_DIR)
  string(REPLACE "//" "/" petsc_pkgconfig "${PETSC_DIR}/${PETSC_ARCH}/lib/pkgconfig")
  if(EXISTS "${petsc_pkgconfig}")
    set(ENV{PKG_CONFIG_PATH} "${petsc_pkgconfig}:$ENV{PKG_CONFIG_PATH}")
  else()
    message(WARNING "PETSC_DIR and PETSC_ARCH are set, but there is no ${petsc_pkgconfig}: they are not used.")
  endif()
endif()
pkg_search_module(PETSC REQUIRED IMPORTED_TARGET PETSc petsc)
find_file(GREENHALO_PETSCCONF petscconf.h PATHS ${PETSC_INCLUDE_DIRS} NO_DEFAULT_PATH)
if(GREENHALO_PETSCCONF)
  file(STRINGS "${GREENHALO_PETSCCONF}" petsc_complex REGEX "define PETSC_USE_COMPLEX +1")
  if(petsc_complex)
    set(found "PETSc ${PETSC_VERSION} (${GREENHALO_PETSCCONF})")
    greenhalo_forget("${GREENHALO_PETSC_CACHE}")
    message(FATAL_ERROR
      "${found} was built for complex numbers; greenhalo needs real ones. "
      "Install the real build (Debian: libpetsc-real-dev) or set PETSC_DIR and PETSC_ARCH (or PKG_CONFIG_PATH) to it.")
  endif()
endif()
foreach(library IN LISTS PETSC_LINK_LIBRARIES)
  if(library MATCHES "libpetsc")
    greenhalo_require_same_mpi("PETSc" "${library}" "${GREENHALO_PETSC_CACHE}")
  endif()
endforeach()
# Debian's petsc.pc leaks its own hardening flags into every target that uses it.
set_target_properties(PkgConfig::PETSC PROPERTIES INTERFACE_COMPILE_OPTIONS "")

message(STATUS "MPI ${MPI_C_VERSION}, HDF5 ${HDF5_VERSION} (parallel), PETSc ${PETSC_VERSION} (real), Boost ${Boost_VERSION_STRING}, fmt ${fmt_VERSION}")
