"""greenhalo run --dry-run: what would be computed and what it costs, without MPI and without touching anything."""

import re
import signal
import time
import unittest

import support
from support import CHEAP

# Everything of MPI that may not be called, in a library that is loaded before the real one.
NO_MPI = """\
#include <stdio.h>
#include <stdlib.h>
int MPI_Init(int* a, char*** b) { fputs("MPI_Init was called\\n", stderr); abort(); }
int MPI_Init_thread(int* a, char*** b, int c, int* d) { fputs("MPI_Init_thread was called\\n", stderr); abort(); }
"""


class DryRun(support.InFolder):
    def setUp(self):
        super().setUp()
        self.write("model.ini", CHEAP)

    def test_tells_the_model_and_its_costs(self):
        done = self.run_well("run", "model.ini", "--dry-run", "--halo.half-height", "2")
        words = " ".join(done.out.split())
        for part in ("H = 2 kpc", "one explosion per 300 yr within 3 Myr", "1e+04 in a realization", "T_min",
                     "confinement", "too short", "3 realizations, indices 0 to 2", "measured on", "memory per rank",
                     "result.h5 would take about"):
            self.assertIn(part, words)
        self.assertLessEqual(max(map(len, done.out.splitlines())), 100)
        # tables on stdout, warnings on stderr
        self.assertIn("greenhalo: warning: sources.time-span = 3 Myr is short of a steady state", done.err)
        self.assertEqual(sorted(path.name for path in self.path.iterdir()), ["model.ini"])

    def test_the_rule_for_t_min(self):
        done = self.run_well("run", "model.ini", "--dry-run", "--species.names", "H", "--sources.rate", "1/30",
                             "--energy.max", "1e3")
        row = re.search(r"^ +1 TeV +(\S+) .* (\S+)$", done.out, re.M)
        self.assertEqual(row.group(2), "34.2")  # kyr: 34.189, physics of protons at 1 TV and H = 4 kpc
        self.assertEqual(row.group(1), "5.3")   # Myr: 4 H^2/(pi^2 D)

    def test_says_where_the_span_begins_to_be_long_enough(self):
        # H = 4 kpc: protons and iron leave in 5.3 and 15.7 Myr at 1 TeV
        done = self.run_well("run", "model.ini", "--dry-run", "--sources.time-span", "50", "--sources.rate", "1e-4")
        words = " ".join(done.out.split())
        self.assertRegex(words, r"50 Myr are long enough for a steady state from \S+ TeV on")
        done = self.run_well("run", "model.ini", "--dry-run", "--sources.time-span", "140", "--sources.rate", "1e-4")
        self.assertIn("140 Myr are long enough for a steady state at every energy", done.out)

    def test_never_calls_mpi_init(self):
        done = self.run_well("run", "model.ini", "--dry-run", environment=self.shim(NO_MPI))
        self.assertNotIn("MPI_Init", done.err)
        self.assertNotEqual(self.run_program("run", "model.ini", environment=self.shim(NO_MPI)).status, 0)

    def test_knows_the_ranks_of_its_launch(self):
        done = self.run_well("run", "model.ini", "--dry-run", "--ensemble.realizations", "100",
                             environment={"SLURM_NTASKS": 48})
        self.assertRegex(done.out, r"(?m)^ +1 .*\n +48 ")
        # one of several processes that mpirun started speaks
        done = self.run_well("run", "model.ini", "--dry-run", environment={"OMPI_COMM_WORLD_RANK": 1})
        self.assertEqual((done.out, done.err), ("", ""))

    def test_a_busy_node_makes_nothing_look_dearer(self):
        words = ("run", "model.ini", "--dry-run", "--ensemble.realizations", 100000)

        def each(text):
            return float(re.search(r"(\S+) s of processor time each", text).group(1))

        undisturbed = each(self.run_well(*words).out)
        process = self.start(*words)
        while process.poll() is None:  # it has a fifth of the processor
            process.send_signal(signal.SIGSTOP)
            time.sleep(0.4)
            process.send_signal(signal.SIGCONT)
            time.sleep(0.1)
        self.assertEqual(process.returncode, 0)
        self.assertLess(each(process.communicate()[0]), 2 * undisturbed)

    def test_an_existing_result_is_no_reason_to_refuse_but_told(self):
        self.run_well("run", "model.ini")
        before = self.snapshot()
        self.assertIn("result.h5 exists", self.run_well("run", "model.ini", "--dry-run").out)
        self.assertEqual(self.snapshot(), before)

    def test_the_estimated_size_of_the_file(self):
        told = self.run_well("run", "model.ini", "--dry-run", "--ensemble.realizations", "400").out
        self.run_well("run", "model.ini", "--ensemble.realizations", "400")
        value, unit = re.search(r"would take about (\S+) (\wB)", told).groups()
        size = (self.path / "result.h5").stat().st_size
        self.assertGreater(float(value) * {"kB": 1e3, "MB": 1e6}[unit], 0.95 * size)
        self.assertLess(float(value) * {"kB": 1e3, "MB": 1e6}[unit], size + 7e5)

    def test_wrong_input_is_refused_as_by_a_run(self):
        self.write("bad.ini", "[halo]\nhalf-hight = 3\n")
        self.assert_one_message(self.run_program("run", "bad.ini", "--dry-run"), 2, "halo.half-height")


if __name__ == "__main__":
    unittest.main()
