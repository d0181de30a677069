"""The numbers of an ensemble do not depend, in any bit, on ranks, on company or on the instruction set."""

import unittest

import h5py
import numpy as np

import support
from support import CHEAP, arrays, numbers

CATALOGUE = """\
x_kpc,y_kpc,z_kpc,age_yr,energy,name
8.27,-0.07,-0.05,11300,1,Vela
8.72,0.05,0.02,342000,0.8,Geminga
8.4,0.4,-0.1,20000,,Cygnus Loop
"""

MODELS = {
    "random sources": (),
    "a catalogue on top": ("--sources.catalogue", "known.csv", "--sources.exclude-distance", 1,
                           "--sources.exclude-age", 4e5),
    # sources so rare that some realizations have nothing to show: NaN must be equal as well
    "hardly any source": ("--sources.rate", 5e-7, "--sources.time-span", 1),
    # the others are too small for the fast sum
    "fast sum": ("--sources.rate", "1/30", "--sources.time-span", 4),
}


class Ranks(support.InFolder):
    def setUp(self):
        super().setUp()
        self.write("model.ini", CHEAP)
        self.write("known.csv", CATALOGUE)

    def result(self, *words, groups=("realizations", "ensemble"), **options):
        self.done = self.run_well("run", "model.ini", "-o", "r.h5", "--overwrite", *words, **options)
        return numbers(self.path / "r.h5", groups)

    def assert_same(self, result, expected):
        self.assertEqual(list(result), list(expected))
        different = [name for name in expected if result[name] != expected[name]]
        self.assertEqual(different, [])

    def test_any_number_of_ranks(self):
        for name, words in MODELS.items():
            words = (*words, "--ensemble.realizations", 7)
            alone = self.result(*words)
            self.assertGreater(len(alone), 15)
            for ranks in (1, 2, 3, 4):
                with self.subTest(name, ranks=ranks):
                    self.assert_same(self.result(*words, ranks=ranks), alone)

    def test_the_sum_that_was_chosen_is_told_and_recorded(self):
        for name, words, chosen, largest in (
                ("fast sum", (), "fast from", 1e-8),
                ("fast sum", ("--superposition.tolerance", 1e-5), "fast from", 1e-5),
                ("fast sum", ("--superposition.method", "direct"), "direct", 1e-12),
                ("random sources", (), "direct: sources younger than", 1e-12)):
            with self.subTest(name, words=words):
                self.result(*MODELS[name], *words, "--ensemble.realizations", 1)
                self.assertIn(f"superposition: {chosen}", self.done.err + self.done.out)
                with h5py.File(self.path / "r.h5", "r") as file:
                    facts = {key: value.decode() if isinstance(value, bytes) else value
                             for key, value in file["provenance"].attrs.items()}
                self.assertTrue(facts["superposition_method"].startswith(chosen), facts["superposition_method"])
                self.assertLessEqual(float(facts["superposition_error_estimate"]), largest)
                self.assertGreater(float(facts["superposition_error_estimate"]), 0.0)

    def test_some_realizations_are_really_empty(self):
        self.result(*MODELS["hardly any source"], "--ensemble.realizations", 7)
        with h5py.File(self.path / "r.h5", "r") as file:
            empty = np.isnan(file["realizations/anisotropy"][:, 0, 0])
            self.assertTrue(empty.any() and not empty.all())
            self.assertAlmostEqual(file["ensemble/undefined_fraction"][0], empty.mean())

    def test_more_ranks_than_realizations(self):
        alone = self.result()
        self.assert_same(self.result(ranks=5), alone)

    def test_a_realization_alone_is_the_one_of_the_ensemble(self):
        for name, words in MODELS.items():
            self.result(*words, "--ensemble.realizations", 5)
            ensemble = arrays(self.path / "r.h5", "realizations")
            for ranks, index in ((None, 0), (2, 3)):
                with self.subTest(name, index=index):
                    self.result(*words, "--ensemble.first", index, "--ensemble.realizations", 1, ranks=ranks)
                    alone = arrays(self.path / "r.h5", "realizations")
                    self.assertEqual(set(alone), set(ensemble))
                    for key, values in ensemble.items():
                        self.assertEqual(alone[key][0].tobytes(), values[index].tobytes(), key)

    def test_another_seed_is_another_ensemble(self):
        first, second = (self.result("--ensemble.seed", seed)["realizations/anisotropy"] for seed in (1, 2))
        self.assertNotEqual(first, second)

    def test_instruction_sets(self):
        self.need_two_instruction_sets()
        for name, words in MODELS.items():
            with self.subTest(name):
                narrow = self.result(*words, environment={"GREENHALO_ISA": "x86-64-v3"})
                self.assert_same(self.result(*words, environment={"GREENHALO_ISA": "x86-64-v4"}), narrow)

    def test_ranks_of_different_instruction_sets(self):
        self.need_two_instruction_sets()
        alone = self.result()
        choice = 'if [ "$OMPI_COMM_WORLD_RANK" = 1 ]; then export GREENHALO_ISA=x86-64-v3; fi; exec "$@"'
        self.assert_same(self.result(ranks=2, before=("sh", "-c", choice, "sh")), alone)

    def need_two_instruction_sets(self):
        """The program names those that it offers here where an unknown one is asked for."""
        done = self.run_program("run", "model.ini", "-o", "no.h5", environment={"GREENHALO_ISA": "unknown"})
        if not all(isa in done.err for isa in ("x86-64-v3", "x86-64-v4")):
            self.skipTest("this machine lacks x86-64-v4")

    def test_whatever_is_stored(self):
        # what is stored of each realization does not change the statistics
        everything = self.result(groups=("ensemble",))
        for choice in ("anisotropy", "none"):
            result = self.result("--output.realizations", choice, groups=("ensemble",), ranks=2)
            self.assert_same(result, everything)
            with h5py.File(self.path / "r.h5", "r") as file:
                self.assertEqual("anisotropy" in file["realizations"], choice == "anisotropy")
                self.assertNotIn("density", file["realizations"])


if __name__ == "__main__":
    unittest.main()
