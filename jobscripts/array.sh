#!/bin/bash
# A greenhalo ensemble as an array of jobs, each with realizations and a file of its own, and a last job that
# merges them. On the login node, in the folder of the run:
#
#     jobscripts/array.sh 10 1000 my.ini all.h5 [--section.key value ...]
#
# runs 1000 realizations in ten parts, all.part0.h5 and so on, and prints the numbers of the array and of the
# job that merges. SBATCH_OPTIONS="-n 64 -t 2:00:00" goes to sbatch. A part whose time is up requeues itself,
# at most MAX_REQUEUES times; "touch STOP" in the folder stops all parts for good: saved, not requeued. When a
# part fails the last job is cancelled; the same command again runs what is not finished, and merges.
#SBATCH --job-name=greenhalo
#SBATCH --ntasks=16
#SBATCH --time=04:00:00
#SBATCH --signal=B:USR1@300
#SBATCH --open-mode=append
#SBATCH --output=greenhalo-%A-%a.log
#SBATCH --requeue

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

synopsis="PARTS REALIZATIONS INPUT.ini RESULT.h5 [--section.key value ...]"
usage() { echo "Usage: jobscripts/array.sh $synopsis" >&2; exit 2; }

part_of() { # RESULT.h5 INDEX
    printf '%s.part%d.h5' "${1%.h5}" "$2"
}

task=
if [[ ${1:-} == --part || ${1:-} == --merge ]]; then # one of the jobs
    task=$1
    shift
fi
(($# >= 4)) || usage
parts=$1 realizations=$2 input=$3 result=$4
shift 4

if [[ -z $task ]]; then
    ((parts >= 1 && parts <= realizations)) || usage
    # Before anything waits in a queue: is the input right, what will it cost, and can the parts be merged?
    plan=$("$greenhalo" run "$input" -o "$(part_of "$result" 0)" --dry-run "$@" \
        --ensemble.realizations $((realizations / parts))) || exit
    echo "$plan" >&2
    if [[ $plan != *"output.realizations = all"* ]]; then
        echo "array.sh: parts can only be merged when they have output.realizations = all" >&2
        exit 2
    fi
    words=("$parts" "$realizations" "$input" "$result" "$@")
    array=$(submit --array=0-$((parts - 1)) "$0" --part "${words[@]}") || exit 1
    # only when every part has ended with status 0
    merge=$(submit -n 1 -d "afterok:$array" --kill-on-invalid-dep=yes "$0" --merge "${words[@]}") || exit 1
    echo "$array $merge"
    exit
fi

if [[ $task == --merge ]]; then
    files=()
    for ((i = 0; i < parts; ++i)); do files+=("$(part_of "$result" "$i")"); done
    # Merged before: only what is missing is made.
    [[ ! -e $result ]] || exec "$greenhalo" run "$input" -o "$result" --resume "$@" --ensemble.realizations "$realizations"
    "$greenhalo" merge -o "$result" "${files[@]}" && "$greenhalo" info "$result"
    exit
fi

# Part i holds the realizations from i N / P to (i + 1) N / P.
first=$((SLURM_ARRAY_TASK_ID * realizations / parts))
count=$(((SLURM_ARRAY_TASK_ID + 1) * realizations / parts - first))
part=$(part_of "$result" "$SLURM_ARRAY_TASK_ID")
max_requeues=${MAX_REQUEUES:-20}
run_with_signals "$greenhalo" run "$input" -o "$part" --resume "$@" \
    --ensemble.first "$first" --ensemble.realizations "$count"
requeue_or_exit $? "$part"
