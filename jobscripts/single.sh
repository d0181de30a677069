#!/bin/bash
# One greenhalo run as a Slurm job:
#
#     sbatch -n 256 -t 2:00:00 jobscripts/single.sh my.ini my-result.h5 [--section.key value ...]
#
# Options of sbatch on the command line take precedence over the lines below. Before its time is up the
# job is told to save and stop; the same line submitted again goes on from there.
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

run_result "$input" "$result" "$@"
status=$?
((status == 85)) && say "stopped early, everything is saved: submit the same job again and it goes on"
exit "$status"
