# What the job scripts share; they read it with "source". The site's own lines are in the scripts.
# shellcheck shell=bash
# shellcheck disable=SC2154 # root, greenhalo and max_requeues are the scripts', terminated is of signals.sh

# shellcheck source=jobscripts/signals.sh
source "$(dirname "${BASH_SOURCE[0]}")/signals.sh" || exit 1

# An installation has the program on PATH.
[[ -n ${GREENHALO:-} || -x ${greenhalo:-} ]] || greenhalo=greenhalo

# The number that means this job to Slurm; it stays the same when the job is requeued. SLURM_JOB_ID of one
# task of an array is also the number of the whole array.
job=${SLURM_ARRAY_JOB_ID:+${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID:-}}
job=${job:-${SLURM_JOB_ID:-}}

say() {
    printf 'job %s, start %d: %s\n' "${job:-none}" "$((${SLURM_RESTART_COUNT:-0} + 1))" "$*"
}

# Submits a job with the user's SBATCH_OPTIONS, and prints its number.
submit() {
    GREENHALO_ROOT=$(cd "$root" && pwd) || return 1
    export GREENHALO_ROOT
    # shellcheck disable=SC2086 # options are several words
    sbatch --parsable ${SBATCH_OPTIONS:-} "$@"
}

# Goes on with INPUT.ini and RESULT.h5, and shows the result when it is finished.
run_result() { # INPUT.ini RESULT.h5 [--section.key value ...]
    local input=$1 result=$2 status
    shift 2
    say "${SLURM_NTASKS:-1} ranks on ${SLURM_JOB_NODELIST:-$(hostname)}"
    run_with_signals "$greenhalo" run "$input" -o "$result" --resume "$@"
    status=$?
    ((status == 0)) && "$greenhalo" info "$result"
    return "$status"
}

# Whether somebody wants the run of this result, or all runs in its folder, to stay stopped.
# A result that is a link can be stopped where it lies, too.
stop_file_exists() {
    local result
    for result in "$1" "$(readlink -f "$1")"; do
        [[ -e $(dirname "$result")/STOP || -e $(dirname "$result")/STOP.$(basename "$result") ]] && return
    done
    return 1
}

# Ends the job with a status of the program: 85, stopped early with everything saved, puts it into the queue
# again, at most max_requeues times and not while a STOP file exists.
requeue_or_exit() {
    local status=$1 result=$2
    ((status == 85)) || exit "$status"
    if stop_file_exists "$result"; then
        say "a STOP file exists: not requeued"
    elif [[ -n $terminated ]]; then
        say "ended by TERM, as a cancelled job is: not requeued; submit the job anew, it goes on where it is"
    elif ((${SLURM_RESTART_COUNT:-0} >= max_requeues)); then
        say "requeued $max_requeues times already: not again; submit the job anew, it goes on where it is"
    elif scontrol requeue "$job"; then
        say "requeued"
        trap - USR1 TERM
        sleep 60 # Slurm ends this script meanwhile
    fi
    exit "$status"
}
