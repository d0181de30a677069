#!/bin/bash
# A scaling study: the same model on 1, 2, 4, ... ranks, one after the other within one job:
#
#     sbatch -n 64 --exclusive jobscripts/scaling.sh my.ini [--section.key value ...]
#
# Leaves scaling-JOB/scaling.txt with seconds, speed-up and efficiency, and the results and logs of every run
# beside it. Take a model that keeps all ranks busy: many more realizations than ranks. A run that has to stop
# before its end tells nothing about speed: the study ends there, with status 85 and the rows so far.
#SBATCH --job-name=greenhalo
#SBATCH --ntasks=64
#SBATCH --time=04:00:00
#SBATCH --signal=B:USR1@300
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
shift $(($# < 1 ? $# : 1))
folder=scaling-${SLURM_JOB_ID:-0}
table=$folder/scaling.txt
mkdir -p "$folder" || exit 1

printf '%8s %12s %10s %11s\n' ranks seconds speed-up efficiency | tee "$table"
one=
for ((ranks = 1; ranks <= SLURM_NTASKS; ranks *= 2)); do
    begin=$(date +%s.%N)
    run_with_signals -n "$ranks" "$greenhalo" run "$input" -o "$folder/$ranks.h5" --overwrite "$@" \
        >"$folder/$ranks.log" 2>&1
    status=$?
    if ((status == 85)); then
        say "stopped early, on $ranks ranks: give the job more time, or take fewer realizations"
        exit "$status"
    elif ((status != 0)); then
        say "the run on $ranks ranks failed, see $folder/$ranks.log"
        exit "$status"
    fi
    end=$(date +%s.%N)
    awk -v n="$ranks" -v t0="$begin" -v t1="$end" -v one="$one" 'BEGIN {
        if (one == "") one = t1 - t0
        printf "%8d %12.2f %10.2f %10.1f%%\n", n, t1 - t0, one / (t1 - t0), 100 * one / (t1 - t0) / n
    }' | tee -a "$table"
    [[ -n $one ]] || one=$(awk 'NR == 2 { print $2 }' "$table")
done
