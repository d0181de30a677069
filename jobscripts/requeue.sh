#!/bin/bash
# A greenhalo run that puts itself into the queue again until it is finished:
#
#     sbatch -n 256 -t 4:00:00 jobscripts/requeue.sh my.ini my-result.h5 [--section.key value ...]
#
# Before its time is up the job is told to save and stop; it is then requeued, under the same number, at most
# MAX_REQUEUES times. "touch STOP.my-result.h5" beside the result stops it for good: saved, not requeued.
#SBATCH --job-name=greenhalo
#SBATCH --ntasks=64
#SBATCH --time=04:00:00
#SBATCH --signal=B:USR1@300
#SBATCH --open-mode=append
#SBATCH --output=greenhalo-%j.log
#SBATCH --requeue

# --- the site ---------------------------------------------------------------------------------------------
# Account and partition, where the site wants them (take one # away):
##SBATCH --account=my-account
##SBATCH --partition=my-partition
# The modules the program was built with:
# module load gcc openmpi hdf5/parallel petsc boost
# The checkout of greenhalo, or the prefix of an installation; without a word, where sbatch is called:
root=${GREENHALO_ROOT:-${SLURM_SUBMIT_DIR:-$(dirname "$0")/..}}
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

input=${1:-input/figure2-right.ini}
result=${2:-result.h5}
shift $(($# < 2 ? $# : 2))
max_requeues=${MAX_REQUEUES:-20}

run_result "$input" "$result" "$@"
requeue_or_exit $? "$result"
