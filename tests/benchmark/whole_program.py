"""Figures of the whole program, as `name value` lines: the cost of a further realization, memory, two ranks against one.

The cost of a further realization is the difference of two runs with different numbers of realizations, everything that
`greenhalo run` does included. Two cores that share a machine are not twice as fast as one: the efficiency of two ranks
is quoted over the ceiling that a loop in registers reaches on two processes in the same run.

Usage: whole_program.py PROGRAM REPORT SOURCE [ROUNDS [REALIZATIONS]]
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GREENHALO, REPORT, SOURCE = sys.argv[1:4]
ROUNDS = int(sys.argv[4]) if len(sys.argv) > 4 else 5
PER_RANK = int(sys.argv[5]) if len(sys.argv) > 5 else 100
FEW = max(1, PER_RANK // 10)
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
ONE_CORE = ["taskset", "-c", "0"] if shutil.which("taskset") else []


def command(realizations, folder):
    return [GREENHALO, "run", f"{SOURCE}/input/figure2-right.ini", "-o", f"{folder}/x.h5", "--overwrite",
            "--ensemble.realizations", str(realizations)]


def seconds_of_process(realizations, folder):
    """Wall time of a whole run on one core."""
    start = time.monotonic()
    subprocess.run([*ONE_CORE, *command(realizations, folder)], env=ENVIRONMENT, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, check=True)
    return time.monotonic() - start


def references():
    """Yardstick and drawing, timed now."""
    done = subprocess.run([*ONE_CORE, REPORT, "--references"], stdout=subprocess.PIPE, text=True, check=True)
    return {name: float(value) for name, value in (line.split() for line in done.stdout.splitlines())}


def run(ranks, realizations, folder):
    """Seconds that the program says it computed for."""
    done = subprocess.run(["mpirun", "--oversubscribe", "-n", str(ranks), *command(realizations, folder)],
                          env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
    return float(re.search(r"([0-9.e+-]+) s on \d+ rank", done.stdout).group(1))


def loop(processes):
    """Seconds of a loop in registers on that many processes at once."""
    start = time.monotonic()
    running = [subprocess.Popen([REPORT, "--loop"], stdout=subprocess.DEVNULL) for _ in range(processes)]
    for process in running:
        process.wait()
    return time.monotonic() - start


def peak_memory(folder):
    """Largest resident memory of one rank in MB, as the kernel counts it."""
    process = subprocess.Popen(command(FEW, folder), env=ENVIRONMENT, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit("the program failed")
    return usage.ru_maxrss / 1024.0


# Inputs whose dry run is held against the run, each with what makes it take some seconds.
DRY_RUNS = {
    "figure2": ["input/figure2-right.ini", "--ensemble.realizations", "200"],
    "thousand": ["input/figure2-right.ini", "--ensemble.realizations", "1000", "--sources.rate", "1/300"],
    "continuous": ["input/figure4-right.ini", "--ensemble.realizations", "60"],
    "spiral": ["input/figure5-left.ini", "--ensemble.realizations", "100"],
    "direct": ["input/figure2-right.ini", "--ensemble.realizations", "6", "--superposition.method", "direct"],
}
UNITS = {"s": 1.0, "min": 60.0, "h": 3600.0}


def dry_run_over_run(words, folder):
    """The time that a dry run expects for one rank over the wall time of the run itself."""
    command = [GREENHALO, "run", f"{SOURCE}/{words[0]}", *words[1:], "-o", f"{folder}/d.h5", "--overwrite"]
    told = subprocess.run([*command, "--dry-run"], env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True, check=True).stdout
    number, unit = re.search(r"(?m)^ +1 +([0-9.]+) (s|min|h) ", told).groups()
    start = time.monotonic()
    subprocess.run(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return float(number) * UNITS[unit] / (time.monotonic() - start)


def say(name, value):
    print(f"{name} {value:.6g}", flush=True)


with tempfile.TemporaryDirectory() as temporary:
    folder = Path(temporary)
    say("peak_rss_mb", peak_memory(folder))
    further, speedup, over_drawing, whole, ceiling = [], [], [], [], []
    for _ in range(ROUNDS):
        reference = references()
        further.append((seconds_of_process(FEW + PER_RANK, folder) - seconds_of_process(FEW, folder)) / PER_RANK)
        speedup.append(reference["yardstick_seconds"] / further[-1])
        over_drawing.append(further[-1] / reference["drawing_seconds"])
    for _ in range(ROUNDS):
        whole.append(run(1, PER_RANK, folder) / run(2, 2 * PER_RANK, folder))
        ceiling.append(loop(1) / loop(2))
    seconds = statistics.median(further)
    say("seconds_per_realization", seconds)
    say("speedup_over_yardstick", statistics.median(speedup))
    say("cost_over_drawing", statistics.median(over_drawing))
    say("sources_per_second", reference["expected_sources"] / seconds)
    say("realizations_per_core_hour", 3600.0 / seconds)
    say("two_ranks_over_one", statistics.median(whole))
    say("ceiling_of_two_processes", statistics.median(ceiling))
    say("parallel_efficiency_2", statistics.median(w / c for w, c in zip(whole, ceiling)))
    for name, words in DRY_RUNS.items():
        say(f"dry_run_over_run_{name}", statistics.median(dry_run_over_run(words, folder) for _ in range(min(ROUNDS, 3))))
