"""Results of separate jobs, joined."""

import unittest

import h5py

from interrupted import ONE_TURN, Interrupted


class Merging(Interrupted):
    PARTS = ((0, 4), (4, 1), (5, 6))

    def setUp(self):
        super().setUp()
        for first, count in self.PARTS:
            self.run_well("run", "model.ini", "-o", f"{first}.h5", "--ensemble.first", first,
                          "--ensemble.realizations", count)

    def merge(self, *words, **options):
        return self.run_program("merge", "-o", "all.h5", *words, **options)

    def test_the_whole_is_that_of_the_single_run(self):
        self.run_well("run", "model.ini", "-o", "single.h5", "--ensemble.realizations", 11, ranks=2)
        done = self.merge("5.h5", "0.h5", "4.h5")
        self.assertEqual(done.status, 0, done.err)
        self.assertIn("3 parts with realizations 0 to 10 merged", done.out)
        self.assert_same("all.h5", "single.h5", ("realizations", "ensemble", "species"))
        text = {}
        for name in ("all.h5", "single.h5"):
            with h5py.File(self.path / name, "r") as file:
                text[name] = file["config"].attrs["text"].decode()
        self.assertEqual(text["all.h5"].replace("all.h5", "single.h5"), text["single.h5"])
        self.assertEqual(len(self.starts("all.h5")), 3)
        # and it is a result like any other
        self.assertEqual(self.resume("--ensemble.realizations", 11, path="all.h5").status, 0)
        self.assertIn("11 of 11 complete", self.run_well("info", "all.h5").out)
        self.assert_refused(self.merge("0.h5"), 2, "all.h5 exists", "--overwrite")
        self.assertEqual(self.merge("0.h5", "--overwrite").status, 0)

    def test_what_does_not_fit_is_refused_by_name(self):
        self.run_well("run", "model.ini", "-o", "flat.h5", "--ensemble.first", 11, "--halo.half-height", 2)
        self.run_well("run", "model.ini", "-o", "few.h5", "--ensemble.first", 11, "--output.realizations",
                      "anisotropy")
        self.resume("--ensemble.first", 11, *ONE_TURN, path="begun.h5")
        before = self.snapshot()
        for words, parts in (((), ("parts are missing",)),
                             (("0.h5", "4.h5", "4.h5"),
                              ("4.h5 (realization 4) and 4.h5 (realization 4) overlap",)),
                             (("0.h5", "5.h5"),
                              ("realization 4 are missing between 0.h5 and 5.h5", "--ensemble.first 4")),
                             (("0.h5", "flat.h5"),
                              ("different models", "halo.half-height: 4 in 0.h5, 2 in flat.h5")),
                             (("few.h5",), ("few.h5", "output.realizations = all")),
                             (("begun.h5",), ("1 of the 3 realizations in begun.h5", "--resume")),
                             (("0.h5", "none.h5"), ("none.h5", "No such file")),
                             (("0.h5", "--all"), ("unknown option --all",)),
                             (("all.h5", "0.h5", "-o", "0.h5"), ("0.h5",))):
            done = self.merge(*words)
            self.assertEqual((done.status, done.out), (2, ""), done.err)
            for part in parts:
                self.assertIn(part, done.err)
            self.assertEqual(self.snapshot(), before)

    def test_a_damaged_model_is_not_passed_on(self):
        with h5py.File(self.path / "0.h5", "a") as file:
            file["energy"][0] *= 1.001
        self.assert_refused(self.merge("0.h5", "4.h5", "5.h5"), 2, "energies, groups or input in 0.h5 are damaged", "--resume")
        self.assertFalse((self.path / "all.h5").exists())
        self.assertEqual(self.resume("--ensemble.realizations", 4, path="0.h5").status, 0)
        self.assertEqual(self.merge("0.h5", "4.h5", "5.h5").status, 0)

    def test_parts_of_other_bits_are_refused(self):
        with h5py.File(self.path / "0.h5") as file:
            name = file["provenance"].attrs["instruction_set"].decode()
        if name not in ("x86-64-v3", "x86-64-v4"):
            self.skipTest(f"kernels for {name} are the only ones here")
        self.run_well("run", "model.ini", "-o", "4.h5", "--overwrite", "--ensemble.first", 4, "--ensemble.realizations", 1,
                      environment={"GREENHALO_ISA": "x86-64-v2"})
        self.assert_refused(self.merge("0.h5", "4.h5", "5.h5"), 2, f"0.h5 was computed with kernels for {name}",
                            "4.h5 with those for x86-64-v2, which give other bits")

    def test_what_a_killed_merge_left_is_removed(self):
        left = self.write("all.h5.new-AbCdEf", "half of a file")
        self.assertEqual(self.merge("0.h5", "4.h5", "5.h5").status, 0)
        self.assertFalse(left.exists())

    def test_without_mpi(self):
        refuse = '{ fputs("MPI was started", stderr); _exit(97); }\n'
        no_mpi = self.shim("#include <stdio.h>\n#include <unistd.h>\n"
                           f"int MPI_Init(int* argc, char*** argv) {refuse}"
                           f"int MPI_Init_thread(int* argc, char*** argv, int wanted, int* given) {refuse}")
        done = self.merge("0.h5", "4.h5", environment=no_mpi)
        self.assertEqual((done.status, done.err), (0, ""))


if __name__ == "__main__":
    unittest.main()
