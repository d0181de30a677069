"""What the disturbances have in common: models, undisturbed runs to compare with, and the counts."""

import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .contents import arrays, numbers
from .models import small_model

LIMIT = 600  # seconds; what is at work says so once a minute, so what is silent for longer hangs
STOPPED = 85
AT_REST = 0.3  # size of models, of which files are disturbed and not runs: how long they take does not matter

# Many cheap realizations; the direct sum; a few whose work is shared by segments of ages; few sources and
# many energies, for files that are larger than those of MPI itself. What small_model() takes, and
# realizations: of size 1, and at least.
KINDS = {
    "cheap": ({"rate": "1/100", "span": 6, "points": 2}, 600, 60),
    "direct": ({"rate": "1/100", "span": 6, "points": 2, "superposition": ("method = direct",)}, 100, 12),
    "segments": ({"rate": 2, "span": 60, "points": 1, "species": ("names = H",)}, 6, 2),
    "large": ({"rate": "1/30000", "span": 3, "points": 60}, 500, 250),
}


class CampaignError(Exception):
    """The campaign itself cannot go on."""


@dataclass
class Model:
    """An input, and the numbers of an undisturbed run of it."""

    name: str
    text: str
    realizations: int
    folder: Path = None
    numbers: dict = field(default_factory=dict)

    @property
    def input(self):
        return self.folder / "model.ini"


@dataclass
class Count:
    """What became of the realizations that were saved when something happened."""

    events: int = 0
    survived: int = 0
    recomputed: int = 0
    lost: int = 0
    wrong: int = 0
    notes: dict = field(default_factory=dict)

    def note(self, what, number=1):
        self.notes[what] = self.notes.get(what, 0) + number


class Campaign:
    """Runs the program, and keeps the counts."""

    def __init__(self, program, folder, ranks, seed, size, verbose):
        self.program = str(Path(program).resolve())
        if not os.access(self.program, os.X_OK):
            raise CampaignError(f"{program} is not a program: build first, or name another with --program")
        self.folder = Path(folder).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.ranks, self.size, self.verbose = ranks, size, verbose
        self.random = random.Random(seed)
        self.counts = {}
        self.failures = []
        self.models = []
        self.environment = {
            **os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
            "OMPI_MCA_btl_vader_single_copy_mechanism": "none", "OMPI_MCA_rmaps_base_oversubscribe": "1",
            # idle ranks yield, since there may be more of them than cores
            "OMPI_MCA_mpi_yield_when_idle": "1"}

    # --- running

    def command(self, words, ranks):
        launcher = [] if ranks is None else ["mpirun", "--oversubscribe", "-n", str(ranks)]
        return [*launcher, self.program, *(str(word) for word in words)]

    def start(self, *words, ranks=None, folder=None, before=(), environment=None, limits=None):
        """Starts the program in a session of its own; output goes to files: nobody waits for a reader."""
        output = tempfile.TemporaryFile(mode="w+", errors="replace", dir=self.folder)
        scratch = tempfile.mkdtemp(prefix="mpi-", dir="/tmp")  # short: sockets of MPI are in it
        os.chmod(scratch, 0o1777)
        process = subprocess.Popen([*before, *self.command(words, ranks)], stdin=subprocess.DEVNULL,
                                   stdout=output, stderr=subprocess.STDOUT, cwd=folder or self.folder,
                                   start_new_session=True, preexec_fn=limits,
                                   env={**self.environment, "TMPDIR": scratch, **(environment or {})})
        process.output, process.scratch = output, scratch
        process.said, process.since = 0, time.monotonic()
        return process

    def hangs(self, process):
        """Whether a process has said nothing for too long; then it is a failure, and killed."""
        size = os.fstat(process.output.fileno()).st_size
        if size != process.said:
            process.said, process.since = size, time.monotonic()
        if time.monotonic() - process.since <= LIMIT:
            return False
        self.failures.append(f"hangs: {' '.join(process.args)}")
        kill_session(process.pid)
        return True

    def end(self, process):
        """Waits for the end; the process then has its text. A hang is a failure, and ends here too."""
        while process.poll() is None:
            self.hangs(process)
            try:
                process.wait(timeout=1)
            except subprocess.TimeoutExpired:
                pass
        if process.returncode < 0 or process.args[0] == "mpirun":
            kill_session(process.pid)  # ranks may outlive mpirun
        process.output.seek(0)
        process.text = process.output.read()
        process.output.close()
        shutil.rmtree(process.scratch, ignore_errors=True)
        return process

    def run(self, *words, **options):
        return self.end(self.start(*words, **options))

    # --- models and what is known of them

    def model(self, kind, share=1.0):
        """A model with the numbers of its undisturbed run; `share`: of the size of others."""
        name = kind if share == 1.0 else f"{kind}-{share:g}"
        for model in self.models:
            if model.name == name:
                return model
        facts, most, least = KINDS[kind]
        size = max(least, round(self.size * share * most))
        # a checkpoint every second, or so many that small models have some
        is_small = self.size * share <= 0.1
        facts = {**facts, "checkpoint": ("interval = 1/600" if is_small else "interval = 1/60",)}
        if kind == "segments" and is_small:
            facts["span"] = 30
        text = small_model(realizations=size, **facts)
        model = Model(name, text, size, self.folder / name)
        model.folder.mkdir(parents=True, exist_ok=True)
        model.input.write_text(text)
        reference = model.folder / "reference.h5"
        done = self.run("run", model.input, "-o", reference, "--overwrite", ranks=self.ranks[0],
                        folder=model.folder)
        if done.returncode != 0:
            raise CampaignError(f"the undisturbed run of the model '{name}' failed: {done.text}")
        model.numbers = numbers(reference)
        self.models.append(model)
        return model

    def finish(self, model, path, count, ranks=None):
        """Runs to the end and compares every number; whether all is well."""
        done = self.run("run", model.input, "-o", path, "--resume",
                        ranks=ranks or self.random.choice(self.ranks), folder=model.folder)
        if done.returncode != 0:
            count.lost += 1
            self.failures.append(f"{path.name}: --resume ended with status {done.returncode}: "
                                 f"{done.text[-600:]}")
            return False
        return self.compare(model, path, count)

    def compare(self, model, path, count):
        """Whether a finished file has the numbers of the undisturbed run, every bit of them."""
        found = numbers(path)
        differing = sorted(name for name in model.numbers if found.get(name) != model.numbers[name])
        if differing or set(found) != set(model.numbers):
            count.wrong += 1
            self.failures.append(f"{path}: other numbers than the undisturbed run: "
                                 f"{', '.join(differing[:5])}")
            keep = path.with_name(f"wrong-{len(self.failures)}-{path.name}")
            shutil.copy(path, keep)
            return False
        return True

    def saved_rows(self, model, path, count):
        """Rows that the file says are complete; each is compared with the undisturbed run."""
        if not path.exists():
            return set()
        info = self.run("info", path)
        if info.returncode != 0:
            count.lost += 1
            self.failures.append(f"{path}: info ended with status {info.returncode}: {info.text[-400:]}")
            return set()
        try:
            complete, rows = rows_of(path)
        except OSError as error:
            count.lost += 1
            self.failures.append(f"{path}: h5py cannot read it: {error}")
            return set()
        done = {int(row) for row in np.flatnonzero(complete)}
        for name, values in rows.items():
            dtype, shape, content = model.numbers[f"realizations/{name}"]
            expected = np.frombuffer(content, dtype=dtype).reshape(shape)
            different = [row for row in done if values[row].tobytes() != expected[row].tobytes()]
            if different:
                count.wrong += len(different)
                self.failures.append(f"{path}: {name} of the rows {different[:5]} is not the undisturbed "
                                     "run's")
        return done

    # --- the counts

    def count(self, what):
        return self.counts.setdefault(what, Count())

    def tell(self, text):
        if self.verbose:
            print(text, flush=True)

    def is_sound(self):
        return not self.failures and all(c.lost == 0 and c.wrong == 0 for c in self.counts.values())

    def table(self):
        lines = [f"{'':24}{'events':>8}{'survived':>10}{'recomputed':>12}{'lost':>6}{'wrong':>7}"]
        for what, c in self.counts.items():
            lines.append(f"{what:24}{c.events:8d}{c.survived:10d}{c.recomputed:12d}{c.lost:6d}{c.wrong:7d}")
            lines += [f"    {note}: {number}" for note, number in sorted(c.notes.items())]
        lines += [f"FAILED {failure}" for failure in self.failures]
        return "\n".join(lines)


def kill_session(session):
    """Kills every process of a session at once, as far as there is any."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if os.getsid(int(entry.name)) == session:
                os.kill(int(entry.name), signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


def rows_of(path):
    """The flags of complete realizations, and every other array that has one row for each of them."""
    rows = arrays(path, "realizations")
    del rows["checksum"]
    return rows.pop("complete"), rows
