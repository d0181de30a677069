"""Runs the program in a folder of its own and looks at everything that it leaves behind."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(os.environ.get("GREENHALO_SOURCE", Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(SOURCE / "tools"))

from greenhalo_faults.contents import arrays, numbers  # noqa: E402, F401 - for the tests, which import this
from greenhalo_faults.discs import NOBODY  # noqa: E402, F401
from greenhalo_faults.models import small_model  # noqa: E402

BUILD = Path(os.environ.get("GREENHALO_BUILD", SOURCE / "build"))
GREENHALO = os.environ.get("GREENHALO", str(BUILD / "greenhalo"))
MPIEXEC = os.environ.get("MPIEXEC", "mpirun")
LIMIT = 120  # seconds; hardly anything here takes more than a few

# An ensemble that takes hundredths of a second.
CHEAP = small_model(rate="1/300", span=3, points=1, realizations=3)

# One source and nothing else.
ALONE = """\
[sources]
model = none
catalogue = known.csv
[injection]
normalization = unit
[energy]
points-per-decade = 2
[ensemble]
realizations = 1
"""

IS_ROOT = os.geteuid() == 0


class InFolder(unittest.TestCase):
    """Tests that work in a temporary folder."""

    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)

    def write(self, name, content):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def start(self, *words, ranks=None, before=(), environment=None, folder=None, limits=None,
              program=GREENHALO, **options):
        """Starts the program on `ranks` ranks, without mpirun when None. `before`: words in front of it."""
        launcher = [] if ranks is None else [MPIEXEC, "--oversubscribe", "-n", str(ranks)]
        command = [*launcher, *before, program, *(str(word) for word in words)]
        # MPI keeps its own files in TMPDIR, and starts that share it disturb each other when they clean up
        scratch = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.addCleanup(scratch.cleanup)
        os.chmod(scratch.name, 0o1777)
        settings = {"TMPDIR": scratch.name, **{key: str(value) for key, value in (environment or {}).items()}}
        settings = {**os.environ, **settings}
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=settings,
                                cwd=folder or self.path, text=True, start_new_session=True, preexec_fn=limits,
                                **{"stderr": subprocess.PIPE, **options})

    def run_program(self, *words, limit=LIMIT, **options):
        """Runs the program to its end; returns it with status, stdout and stderr. It must not hang."""
        process = self.start(*words, **options)
        try:
            process.out, process.err = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            self.fail(f"{' '.join(map(str, process.args))} did not end within {limit} s")
        process.status = process.returncode
        return process

    def run_well(self, *words, **options):
        """Runs the program, which must succeed."""
        done = self.run_program(*words, **options)
        self.assertEqual(done.status, 0, done.err)
        return done

    def assert_one_message(self, done, status, *parts):
        """One message and nothing else, apart from what mpirun says itself."""
        self.assertEqual(done.status, status, done.err)
        self.assertEqual(done.out, "")
        lines = without_banner(done.err)
        self.assertEqual(len(lines), 1, done.err)
        self.assertTrue(lines[0].startswith("greenhalo: error: "), done.err)
        for part in parts:
            self.assertIn(part, lines[0])

    def snapshot(self):
        """Everything in the folder: kind, mode, time and content."""
        found = {}
        for path in sorted(self.path.rglob("*")):
            status = path.lstat()
            content = path.read_bytes() if stat.S_ISREG(status.st_mode) else None
            found[str(path.relative_to(self.path))] = (status.st_mode, status.st_mtime_ns, content)
        return found

    def shim(self, source):
        """A shared library to be preloaded, from C source."""
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None:
            self.skipTest("no C compiler")
        library = self.path / "shim.so"
        subprocess.run([compiler, "-shared", "-fPIC", "-o", library, "-xc", "-"], input=source, text=True,
                       check=True)
        return {"LD_PRELOAD": library}


def without_banner(text):
    """The lines that are not mpirun's or MPI_Abort's own: they stand between rulers, or are about the job."""
    lines, inside = [], False
    for line in text.splitlines():
        if set(line) == {"-"}:
            inside = not inside
        elif not inside and line.strip():
            lines.append(line)
    return lines
