# What the job scripts share; they read it with "source". The site's own lines are in the scripts.
# shellcheck shell=bash
# shellcheck disable=SC2154 # root, launcher and max_requeues are the scripts'

# A number of the job that stays the same when it is requeued, for messages.
job_name="job ${SLURM_ARRAY_JOB_ID:+$SLURM_ARRAY_JOB_ID.}${SLURM_ARRAY_TASK_ID:-${SLURM_JOB_ID:-none}}"

say() {
    printf '%s, start %d: %s\n' "$job_name" "$((${SLURM_RESTART_COUNT:-0} + 1))" "$*"
}

# Submits a job with the user's SBATCH_OPTIONS, and prints its number.
submit() {
    GREENHALO_ROOT=$(cd "$root" && pwd) || return 1
    export GREENHALO_ROOT
    # shellcheck disable=SC2086 # options are several words
    sbatch --parsable ${SBATCH_OPTIONS:-} "$@"
}

# Runs "$launcher" with the given words and hands USR1 and TERM on to it. The exit status is the program's.
run_with_signals() {
    local running status
    # The program stops by itself before the job's end, when it knows the end; older Slurms do not tell it.
    if [[ -n ${SLURM_JOB_ID:-} && -z ${SLURM_JOB_END_TIME:-} ]]; then
        SLURM_JOB_END_TIME=$(date -d "$(squeue -h -j "$SLURM_JOB_ID" -o %e)" +%s 2>/dev/null) &&
            export SLURM_JOB_END_TIME
    fi
    # shellcheck disable=SC2086 # a launcher is several words
    $launcher "$@" &
    running=$!
    trap 'kill -USR1 "$running"' USR1
    trap 'kill -TERM "$running"' TERM
    wait "$running"
    status=$?
    # A signal ends "wait" early, with a status of its own, while the program is still saving.
    while kill -0 "$running" 2>/dev/null; do
        wait "$running"
        status=$?
    done
    trap - USR1 TERM
    return "$status"
}

# Whether somebody wants the run of this result, or all runs in its folder, to stay stopped.
stop_file_exists() {
    local folder
    folder=$(dirname "$1")
    [[ -e $folder/STOP || -e $folder/STOP.$(basename "$1") ]]
}

# Ends the job with a status of the program: 85, stopped early with everything saved, puts it into the queue
# again, at most max_requeues times and not while a STOP file exists.
requeue_or_exit() {
    local status=$1 result=$2
    ((status == 85)) || exit "$status"
    if stop_file_exists "$result"; then
        say "a STOP file exists: not requeued"
    elif ((${SLURM_RESTART_COUNT:-0} >= max_requeues)); then
        say "requeued $max_requeues times already: not again; submit the job anew, it goes on where it is"
    elif scontrol requeue "$SLURM_JOB_ID"; then
        say "requeued"
        sleep 60 # Slurm ends this script meanwhile
    fi
    exit "$status"
}
