# Starts the program so that it gets the signals which Slurm sends to the job script; functions.sh reads it.
# shellcheck shell=bash
# shellcheck disable=SC2154 # launcher is the scripts', job of functions.sh
# shellcheck disable=SC2034 # terminated is for functions.sh

# Signals for this script end up here from now on. USR1 and TERM both mean "save and stop", and the program
# gets USR1 for either: mpirun passes USR1 on and waits, but at TERM it kills the ranks while they save.
running=    # the launcher
launched=0  # when, by SECONDS
early=      # a signal came while there was nothing to hand it on to
heard=      # a signal was handed on
terminated= # a signal was TERM
hand_on() { # SIGNAL
    [[ $1 != TERM ]] || terminated=yes
    if [[ -z $running ]]; then
        early=yes
        return
    fi
    heard=yes
    # USR1 would end a launcher or a rank that has just been started and does not listen yet
    while ((SECONDS - launched < 10)) && kill -0 "$running" 2>/dev/null; do sleep 1; done
    kill -USR1 "$running" 2>/dev/null
}
trap 'hand_on USR1' USR1
trap 'hand_on TERM' TERM

# Runs "$launcher" with the given words and hands signals on to it. The exit status is the program's, and also
# 85 when a signal came before it was started.
run_with_signals() {
    local status end
    # The program stops by itself before the job's end, when it knows the end; older Slurms do not tell it.
    if [[ -n $job && -z ${SLURM_JOB_END_TIME:-} ]]; then
        end=$(squeue -h -j "$job" -o %e)
        # a job without a limit has a word there
        [[ -n $end ]] && end=$(date -d "$end" +%s 2>/dev/null) && export SLURM_JOB_END_TIME=$end
    fi
    if [[ -n $early ]]; then
        say "told to stop before the program was started"
        return 85
    fi
    launched=$SECONDS
    # shellcheck disable=SC2086 # a launcher is several words
    $launcher "$@" &
    running=$!
    [[ -z $early ]] || hand_on USR1
    # A signal ends "wait" early, with a status of its own, while the program is still saving.
    while
        heard=
        wait "$running"
        status=$?
        [[ -n $heard ]]
    do :; done
    running=
    return "$status"
}
