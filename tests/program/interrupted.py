"""What tests of interrupted runs have in common."""

import itertools

import h5py
import numpy as np

import support
from support import CHEAP, numbers

# every start stops as soon as it has done one piece of work on each rank
ONE_TURN = ("--checkpoint.stop-after", 1e-6)
# 8e7 sources in each of two realizations: four segments each
LONG = """\
[sources]
rate = 1
time-span = 80 Myr
[energy]
min = 1e3
max = 1e5
points-per-decade = 1
[species]
names = H
[ensemble]
realizations = 2
"""
# tens of milliseconds for each of very many realizations
PATIENT = ("--superposition.method", "direct", "--sources.rate", "1/30", "--sources.time-span", 30,
           "--ensemble.realizations", 2000)
STOPPED = 85


class Interrupted(support.InFolder):
    def setUp(self):
        super().setUp()
        self.write("model.ini", CHEAP)

    def resume(self, *words, path="r.h5", **options):
        return self.run_program("run", "model.ini", "-o", path, "--resume", *words, **options)

    def assert_same(self, path, other, groups=("realizations", "ensemble")):
        mine, expected = numbers(self.path / path, groups), numbers(self.path / other, groups)
        self.assertEqual(list(mine), list(expected))
        self.assertEqual([name for name in expected if mine[name] != expected[name]], [])

    def assert_refused(self, done, status, *parts):
        """One error, which may come after warnings about the model."""
        self.assertEqual((done.status, done.out), (status, ""), done.err)
        errors = [line for line in done.err.splitlines() if line.startswith("greenhalo: error: ")]
        self.assertEqual(len(errors), 1, done.err)
        for part in parts:
            self.assertIn(part, errors[0])

    def complete(self, path="r.h5"):
        with h5py.File(self.path / path, "r") as file:
            return int(np.count_nonzero(file["realizations/complete"][:]))

    def starts(self, path="r.h5"):
        with h5py.File(self.path / path, "r") as file:
            rows = file["provenance/starts"][:]
        return [row for row in rows if row["started"]]

    def interrupt_until_done(self, words, path, ranks=(None, 3, 2, 4), most=200):
        """Resumes again and again; returns how often it was stopped."""
        for count, size in enumerate(itertools.cycle(ranks)):
            done = self.resume(*words, *ONE_TURN, path=path, ranks=size)
            if done.status == 0:
                return count
            self.assertEqual(done.status, STOPPED, done.err)
            self.assertIn("stopped by checkpoint.stop-after", done.err)
            self.assertLess(count, most)
