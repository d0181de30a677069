"""Runs the program and the plots; stops with one line when something fails."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class WorkError(Exception):
    """A command failed; the message names it."""


def environment():
    """The environment of the runs: Open MPI may run as root, in containers too."""
    return {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
            "OMPI_MCA_btl_vader_single_copy_mechanism": "none", **os.environ}


def call(command):
    """Runs a command; its output appears only when it fails."""
    done = subprocess.run([str(word) for word in command], cwd=ROOT, env=environment(), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        print(done.stdout, file=sys.stderr)
        raise WorkError(f"status {done.returncode} from: {' '.join(str(word) for word in command)}")
    return done.stdout


class Program:
    """The program on a number of ranks, with results in a folder."""

    def __init__(self, executable, ranks, folder):
        self.executable, self.ranks, self.folder = Path(executable).resolve(), ranks, Path(folder).resolve()
        if not self.executable.exists():
            raise WorkError(f"{executable} does not exist: build it (tools/quickstart does) or name it with --program")
        self.inputs = ROOT / "input"
        self.folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, command, name, result, words=(), resume=False):
        """`greenhalo COMMAND input/NAME.ini`; returns the path of the result. With `resume` a result that is there
        already is gone on with, else it is replaced."""
        path = self.folder / result
        launcher = [] if command == "sources" else ["mpirun", "--oversubscribe", "-n", self.ranks]
        call([*launcher, self.executable, command, f"input/{name}.ini", "-o", path,
              "--resume" if resume else "--overwrite", *words])
        return path


def plot(kind, results, figure, options=()):
    """`tools/plot KIND RESULTS -o FIGURE`."""
    call([sys.executable, "-B", "tools/plot", kind, *results, "-o", figure, *options])
