"""GREENHALO_ISA chooses the kernels, and the log and the file say which ones they were."""

import re
import unittest

import h5py

import support
from support import CHEAP

KNOWN = ("generic", "x86-64-v2", "x86-64-v3", "x86-64-v4")


class InstructionSet(support.InFolder):
    def setUp(self):
        super().setUp()
        self.write("model.ini", CHEAP)
        refused = self.run_program("run", "model.ini", environment={"GREENHALO_ISA": "unknown"})
        self.available = re.search(r"available: (.*)", refused.err).group(1).split(", ")

    def assert_used(self, isa, **options):
        done = self.run_well("run", "model.ini", "--overwrite", **options)
        self.assertEqual(re.findall(r"kernels for (\S+)", done.err), [isa])
        with h5py.File(self.path / "result.h5", "r") as file:
            self.assertEqual(file["provenance"].attrs["instruction_set"], isa.encode())

    def test_each_of_this_machine(self):
        self.assertTrue(self.available and set(self.available) <= set(KNOWN), self.available)
        for isa in self.available:
            with self.subTest(isa):
                self.assert_used(isa, environment={"GREENHALO_ISA": isa})

    def test_the_best_without_a_choice(self):
        best = max(self.available, key=KNOWN.index)
        self.assert_used(best, environment={"GREENHALO_ISA": ""})

    def test_ranks_that_differ_use_the_least(self):
        least, best = (choose(self.available, key=KNOWN.index) for choose in (min, max))
        if least == best:
            self.skipTest("there is one instruction set here")
        choice = f'[ "$OMPI_COMM_WORLD_RANK" != 1 ] || export GREENHALO_ISA={least}; exec "$@"'
        self.assert_used(least, ranks=2, before=("sh", "-c", choice, "sh"),
                         environment={"GREENHALO_ISA": best})


if __name__ == "__main__":
    unittest.main()
