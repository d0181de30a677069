#!/bin/bash
# A greenhalo run as a chain of jobs, each of which goes on where the one before stopped; for sites that do
# not allow requeueing. On the login node, in the folder of the run:
#
#     jobscripts/chain.sh 6 my.ini my-result.h5 [--section.key value ...]
#
# submits six jobs and prints their numbers. SBATCH_OPTIONS="-n 256 -t 2:00:00" goes to sbatch. Jobs that find
# the result finished end at once with status 0. "touch STOP.my-result.h5" beside the result stops them all.
#SBATCH --job-name=greenhalo
#SBATCH --ntasks=64
#SBATCH --time=04:00:00
#SBATCH --signal=B:USR1@300
#SBATCH --open-mode=append
#SBATCH --output=greenhalo-%j.log

# --- the site ---------------------------------------------------------------------------------------------
# Account and partition, where the site wants them (take one # away):
##SBATCH --account=my-account
##SBATCH --partition=my-partition
# The modules the program was built with:
# module load gcc openmpi hdf5/parallel petsc boost
# The checkout of greenhalo, or the prefix of an installation; without a word, where this script is (jobs
# are told by it):
root=${GREENHALO_ROOT:-$(dirname "$0")/..}
# The program; where it is not here, the one on PATH:
greenhalo=${GREENHALO:-$root/build/greenhalo}
# How ranks are started; where srun does not know PMIx: mpirun
launcher=${GREENHALO_LAUNCHER:-srun --mpi=pmix}
# ----------------------------------------------------------------------------------------------------------

set -u
scripts=$root/jobscripts
[[ -d $scripts ]] || scripts=$root/share/greenhalo/jobscripts
# shellcheck source=jobscripts/functions.sh
source "$scripts/functions.sh" || exit 1

if [[ ${1:-} != --link ]]; then # not one of the jobs: submit them
    if (($# < 3)); then
        echo "Usage: jobscripts/chain.sh JOBS INPUT.ini RESULT.h5 [--section.key value ...]" >&2
        exit 2
    fi
    jobs=$1 previous=
    shift
    for ((i = 1; i <= jobs; ++i)); do
        # after any end of the job before, also one by its time limit or by a lost node
        previous=$(submit ${previous:+-d "afterany:$previous"} "$0" --link "$@") || exit 1
        echo "$previous"
    done
    exit
fi

input=$2 result=$3
shift 3
if stop_file_exists "$result"; then
    say "a STOP file exists: nothing done; without it the next job of the chain goes on"
    exit 85
fi
run_result "$input" "$result" "$@"
