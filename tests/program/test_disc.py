"""Full discs, read-only discs, and ranks that fail alone: a short end, one message, nothing lost."""

import os
import resource
import shutil
import signal
import subprocess
import time
import unittest

import h5py

import support
from support import CHEAP

LARGE = ("--ensemble.realizations", 1000, "--energy.points-per-decade", 20)  # 20 MB
LARGEST = 12 << 20


def limit_of(size):
    """Ends writing beyond `size` bytes with an error instead of a signal."""

    def apply():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return apply


class FullDisc(support.InFolder):
    def setUp(self):
        super().setUp()
        self.write("model.ini", CHEAP)

    def assert_nothing_done(self, done, folder, before, *parts):
        self.assertEqual(done.status, 1, done.err)
        self.assertEqual(done.out, "")
        errors = [line for line in done.err.splitlines() if "error" in line and "greenhalo" in line]
        self.assertEqual(len(errors), 1, done.err)
        for part in parts:
            self.assertIn(part, errors[0])
        self.assertRegex(errors[0], r"cannot reserve [0-9.]+ MB for ")
        self.assertEqual({path.name: path.read_bytes() for path in folder.iterdir()}, before)

    def content(self, folder):
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    def test_largest_file_size(self):
        for ranks in (None, 2):
            for existing in (False, True):
                with self.subTest(ranks=ranks, existing=existing):
                    folder = self.path / f"out{ranks}{existing}"
                    folder.mkdir()
                    target = folder / "result.h5"
                    if existing:
                        self.run_well("run", "model.ini", "-o", target)
                    before = self.content(folder)
                    # the memory that ranks on one machine share is a file as well, of a few MB
                    done = self.run_program("run", "model.ini", "-o", target, "--overwrite", *LARGE,
                                            ranks=ranks, limits=limit_of(LARGEST))
                    self.assert_nothing_done(done, folder, before, str(target), "largest file", "ulimit -f")
                    if existing:
                        self.assert_readable(target)

    def assert_readable(self, path):
        with h5py.File(path, "r") as file:
            self.assertTrue(file["realizations/complete"][()].all())
        self.assertIn("3 of 3 complete", self.run_well("info", path).out)

    def test_the_signal_of_the_limit_does_not_kill(self):
        # as a shell's ulimit -f leaves it: SIGXFSZ at its default, which ends a program
        folder = self.path / "out"
        folder.mkdir()
        done = self.run_program("run", "model.ini", "-o", folder / "result.h5", *LARGE,
                                limits=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST)))
        self.assert_nothing_done(done, folder, {}, "ulimit -f")

    def test_full_file_system(self):
        folder = self.mounted("size=5m")
        target = folder / "result.h5"
        self.run_well("run", "model.ini", "-o", target)
        before = self.content(folder)
        for ranks in (None, 2):
            with self.subTest(ranks=ranks):
                done = self.run_program("run", "model.ini", "-o", target, "--overwrite", *LARGE, ranks=ranks)
                self.assert_nothing_done(done, folder, before, str(target), "disc is full", "MB are free",
                                         "make room")
                self.assert_readable(target)
        # what fits is written, with the companion that keeps all of each realization meanwhile
        self.run_well("run", "model.ini", "-o", folder / "small.h5", "--output.realizations", "none")

    def test_read_only_file_system(self):
        folder = self.mounted("ro")
        done = self.run_program("run", "model.ini", "-o", folder / "result.h5")
        self.assert_one_message(done, 2, "result.h5", "Read-only file system", "-o")

    def mounted(self, options):
        """A small file system of its own; skips the test where mounting is not allowed."""
        folder = self.path / "disc"
        folder.mkdir()
        mount = shutil.which("mount")
        if not support.IS_ROOT or mount is None:
            self.skipTest("only root mounts file systems")
        done = subprocess.run([mount, "-t", "tmpfs", "-o", options, "greenhalo-test", folder],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            self.skipTest(f"mounting is not allowed here: {done.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", folder], check=True)
        return folder


class FailureOfOneRank(support.InFolder):
    """The others must not wait for it."""

    def setUp(self):
        super().setUp()
        self.write("model.ini", CHEAP)

    def on_rank_1(self, command):
        """Words in front of the program that do something on rank 1 alone."""
        return ("sh", "-c", f'if [ "$OMPI_COMM_WORLD_RANK" = 1 ]; then {command}; fi; exec "$@"', "sh")

    def test_unsuitable_machine(self):
        start = time.monotonic()
        done = self.run_program("run", "model.ini", ranks=2,
                                before=self.on_rank_1("export GREENHALO_ISA=nonsense"))
        self.assertLess(time.monotonic() - start, 30)
        self.assert_one_message(done, 2, "rank 1: GREENHALO_ISA=nonsense")
        self.assertEqual([path.name for path in self.path.iterdir()], ["model.ini"])

    def test_out_of_memory(self):
        # quickly computed results that take 120 MB on each rank; rank 1 may have 80 MB
        words = ("run", "model.ini", "--energy.points-per-decade", 100, "--ensemble.realizations", 3000,
                 "--sources.rate", "1e-6", "--output.realizations", "none")
        start = time.monotonic()
        done = self.run_program(*words, ranks=2, before=self.on_rank_1("ulimit -d 80000"))
        self.assertLess(time.monotonic() - start, 60)
        self.assertEqual(done.status, 1, done.err)
        self.assertEqual(done.out, "")
        errors = [line for line in done.err.splitlines() if "greenhalo: error" in line]
        self.assertEqual(len(errors), 1, done.err)
        self.assertIn("rank 1: out of memory", errors[0])
        self.assertIn("fewer ranks per node", errors[0])

    def test_killed_rank(self):
        # nobody can say anything for a rank that is killed: mpirun ends the others
        kill = "(sleep 1; kill -9 $$) >/dev/null 2>&1 &"
        start = time.monotonic()
        done = self.run_program("run", "model.ini", "--sources.rate", 1, "--sources.time-span", 20, ranks=2,
                                before=self.on_rank_1(f"{kill} :"))
        self.assertLess(time.monotonic() - start, 30)
        self.assertNotEqual(done.status, 0)
        self.assertIn("on 2 ranks", done.err)
        self.assertIn("exited on signal 9", done.err)
        self.assertEqual(done.out, "")


if __name__ == "__main__":
    unittest.main()
