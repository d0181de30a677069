# What the programs of this folder share; they source it, nobody runs it.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
program=tools/$(basename "$0")

say() {
    printf '%s: %s\n' "$program" "$*"
}

fail() {
    printf '%s: %s\n' "$program" "$*" >&2
    exit 1
}

usage_error() {
    printf '%s: %s\nTry %s --help\n' "$program" "$*" "$program" >&2
    exit 2
}

# Open MPI refuses root and more ranks than cores unless told; inside containers its single-copy transfers are
# forbidden, which costs a page of warnings.
prepare_mpi() {
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    export OMPI_MCA_btl_vader_single_copy_mechanism=${OMPI_MCA_btl_vader_single_copy_mechanism:-none}
}

# require PROGRAM... : stops with the reason when one of them is missing.
require() {
    local name
    for name in "$@"; do
        command -v "$name" >/dev/null ||
            fail "$name was not found: run tools/install-packages, or load the module that brings it"
    done
}

# configure FOLDER [CMAKE OPTION...] : an existing folder keeps its generator; one that was made for another
# source tree (a copied or moved checkout) is configured afresh, because CMake refuses it.
configure() {
    local folder=$1 generator=()
    shift
    local cache=$folder/CMakeCache.txt
    if [[ -f $cache ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then
        say "$folder was configured for another source tree: configuring afresh"
        rm -rf "$cache" "$folder/CMakeFiles"
    fi
    if [[ ! -f $cache && -z ${CMAKE_GENERATOR:-} ]] && command -v ninja >/dev/null; then
        generator=(-G Ninja)
    fi
    cmake -S "$root" -B "$folder" "${generator[@]}" "$@" || fail "configuring $folder failed, see above"
}

# build FOLDER [CMAKE BUILD OPTION...] : with all cores.
build() {
    local folder=$1
    shift
    cmake --build "$folder" --parallel "$(nproc)" "$@" || fail "building in $folder failed, see above"
}

# plotting_python : the Python that has h5py, matplotlib and numpy; Debian's own first, because another one
# that comes first on PATH usually lacks them. Empty when there is none.
plotting_python() {
    local candidate
    for candidate in /usr/bin/python3 python3; do
        if "$candidate" -c 'import h5py, matplotlib, numpy' >/dev/null 2>&1; then
            command -v "$candidate"
            return
        fi
    done
}
