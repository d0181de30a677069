"""tools/reproduce-paper: figures and claims, and the numbers behind them."""

import io
import os
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
from pathlib import Path

import h5py
import numpy as np

SOURCE = Path(os.environ["GREENHALO_SOURCE"])
sys.path.insert(0, str(SOURCE / "tools"))

from greenhalo_paper import cases, claims, ensembles, work  # noqa: E402
from greenhalo_plot import phase, spectrum  # noqa: E402


def reproduce(*words):
    return subprocess.run([sys.executable, "-B", SOURCE / "tools/reproduce-paper", "--program", os.environ["GREENHALO"],
                           *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=800,
                          check=False)


class Inputs(unittest.TestCase):
    def test_every_input_of_a_figure_or_claim_exists(self):
        named = [name for _, inputs, _ in cases.FIGURES.values() for name in inputs]
        named += [name for name, _ in cases.ENSEMBLES.values()]
        for name in named:
            self.assertTrue((SOURCE / f"input/{name}.ini").is_file(), name)
        self.assertEqual(sorted(cases.FIGURES), list(range(1, 10)))


def write_result(path, vector, age=None, complete=None):
    """A result file as far as ensembles look at it."""
    with h5py.File(path, "w") as h5:
        h5.attrs["format"], h5.attrs["greenhalo_version"], h5.attrs["format_version"] = "greenhalo-result", "0", 1
        h5["energy"] = np.geomspace(1e3, 1e6, vector.shape[1])
        h5["realizations/anisotropy"] = vector
        h5["realizations/complete"] = np.ones(len(vector), dtype=np.uint8) if complete is None else complete
        if age is not None:
            h5["realizations/dominant/age"] = age
        h5.create_group("config")


class Numbers(unittest.TestCase):
    def ensemble(self, vector, realizations=None, **more):
        file = tempfile.NamedTemporaryFile(suffix=".h5", delete=False)
        self.addCleanup(os.unlink, file.name)
        write_result(file.name, vector, **more)
        return ensembles.Ensemble.read(file.name, realizations)

    def power_law(self, count=400, slope=0.5, seed=3):
        energy = np.geomspace(1e3, 1e6, 31)
        scale = 10.0 ** np.random.default_rng(seed).normal(0.0, 0.2, count)
        vector = np.zeros((count, 31, 3))
        vector[..., 0] = -scale[:, None] * (energy / 1e3) ** slope  # towards the Galactic centre
        return vector

    def test_statistics_of_a_power_law(self):
        ensemble = self.ensemble(self.power_law())
        self.assertAlmostEqual(ensemble.slopes(1e4, 1e6)[7], 0.5, places=12)
        self.assertAlmostEqual(ensemble.slopes(1.1e5, 3.7e5)[3], 0.5, places=12)
        self.assertAlmostEqual(ensemble.number(ensemble.rise(np.nanmedian, 1e3, 1e6)).value, 0.5, places=12)
        self.assertAlmostEqual(ensemble.resultant(1e5).value, 1.0, places=12)
        self.assertEqual(ensemble.bumpiness().value, 0.0)
        width = ensemble.width(1e5)
        self.assertAlmostEqual(width.value, 2 * 0.2 * 0.9945, delta=0.05)
        self.assertTrue(width.low < width.value < width.high)
        self.assertTrue(0.04 < width.high - width.low < 0.2)

    def test_intervals_hold_95_per_cent(self):
        # the standard error of the mean of 400 values with the deviation 1 is 0.05
        values = np.random.default_rng(8).normal(size=400)
        mean = self.ensemble(self.power_law()).number(lambda rows: np.mean(values[rows]))
        self.assertAlmostEqual((mean.high - mean.low) / (2 * 1.96 * np.std(values) / 20), 1.0, delta=0.15)
        self.assertEqual(mean.value, np.mean(values))

    def test_first_realizations_of_a_larger_file(self):
        vector = self.power_law()
        complete = np.ones(400, dtype=np.uint8)
        complete[[5, 300]] = 0
        part = self.ensemble(vector, 100, age=np.arange(400.0)[:, None] * np.ones(31), complete=complete)
        rows = np.delete(np.arange(400), [5, 300])[:100]
        np.testing.assert_array_equal(part.vector, vector[rows])
        np.testing.assert_array_equal(part.dominant_age[:, 0], rows)

    def test_turns(self):
        # four realizations of 30 steps each: two turn at step 10, where the source changes; one at step 20, where it does
        # not; in the last the source changes and nothing turns
        vector, age = np.zeros((4, 31, 3)), np.ones((4, 31))
        vector[..., 0] = -1.0
        vector[:2, 10:, 0] = 1.0
        vector[2, 20:, 0] = 1.0
        age[:2, 10:] = age[3, 10:] = 2.0
        changing, staying, times = self.ensemble(vector, age=age).turns()
        self.assertAlmostEqual(changing.value, 2 / 3)
        self.assertAlmostEqual(staying.value, 1 / 117)
        self.assertAlmostEqual(times.value, 78.0)
        # whole realizations are resampled: copies of four histories are not four hundred independent steps
        many = self.ensemble(np.tile(vector, (50, 1, 1)), age=np.tile(age, (50, 1))).turns()[0]
        few = ensembles.share(100, 150)
        self.assertAlmostEqual((many.high - many.low) / (few.high - few.low), 1.0, delta=0.3)

    def test_turns_of_one_realization_hang_together(self):
        # half of the realizations turn at all of their thirty changes, half at none: n is 40, not 1200
        vector, age = np.zeros((40, 31, 3)), np.tile(np.arange(31.0), (40, 1))
        vector[..., 0] = -1.0
        vector[::2, 1::2, 0] = 1.0
        turning = self.ensemble(vector, age=age).turns()[0]
        self.assertAlmostEqual(turning.value, 0.5)
        self.assertGreater(turning.high - turning.low, 0.2)

    def test_turn_across_the_zero_of_longitude(self):
        vector = np.zeros((2, 31, 3))
        angle = np.radians(np.where(np.arange(31) % 2, 359.0, 2.0))
        vector[..., 0], vector[..., 1] = -np.cos(angle), -np.sin(angle)
        self.assertEqual(self.ensemble(vector, age=np.zeros((2, 31))).turns()[1].value, 0.0)

    def test_ratio_of_the_same_realizations(self):
        # twice as large in each realization: the ratio is exact although either median is not
        vector = self.power_law()
        two, one, other = self.ensemble(2.0 * vector), self.ensemble(vector), self.ensemble(2.0 * self.power_law(seed=4))
        same = ensembles.ratio(two, one, 1e5, np.nanmedian)
        for value in (same.value, same.low, same.high):
            self.assertAlmostEqual(value, 2.0, places=12)
        apart = ensembles.ratio(other, one, 1e5, np.nanmedian)
        self.assertTrue(apart.low < 2.0 < apart.high)
        self.assertGreater(apart.high - apart.low, 0.1)
        rise = ensembles.difference(two.rise(np.nanmean, 1e3, 1e6), one.rise(np.nanmean, 1e3, 1e6), 400)
        self.assertAlmostEqual(rise.high, 0.0, places=12)

    def test_probability_larger(self):
        rng = np.random.default_rng(6)
        a, b = rng.normal(size=2000), rng.normal(1.0, 1.0, size=2000)
        chance = ensembles.probability_larger(b, a)
        self.assertAlmostEqual(chance.value, 0.7602, delta=0.025)  # Phi(1/sqrt 2)
        self.assertTrue(chance.low < 0.7602 < chance.high)
        self.assertAlmostEqual(ensembles.probability_larger(a, b).value, 1.0 - chance.value, places=12)
        self.assertEqual(ensembles.probability_larger(np.ones(5), np.ones(7)).value, 0.5)
        self.assertEqual(ensembles.probability_larger(np.ones(5), np.zeros(7)).value, 1.0)

    def test_share_is_wilsons(self):
        none = ensembles.share(0, 100)
        self.assertEqual((none.value, none.low), (0.0, 0.0))
        self.assertAlmostEqual(none.high, 1.96**2 / (100 + 1.96**2), places=5)
        self.assertEqual(str(none), "none of 100 (below 3.7 %)")
        half = ensembles.share(50, 100)
        self.assertAlmostEqual(half.low, 0.4038, places=4)
        self.assertAlmostEqual(half.high, 0.5962, places=4)
        self.assertEqual(str(half), "50.0 % (40.4 % to 59.6 %)")
        self.assertEqual(ensembles.share(100, 100).high, 1.0)

    def test_phases(self):
        self.assertAlmostEqual(float(phase.phases([-1.0, -1.0, 0.0], "paper")), 45.0)
        self.assertAlmostEqual(float(phase.phases([-1.0, -1.0, 0.0], "longitude")), 45.0)
        self.assertAlmostEqual(float(phase.phases([-1.0, 0.0, 0.0], "ra")), 266.40, places=2)

    def test_h3a(self):
        # 1 PeV, all groups: E^2.7 J of the first population
        total = spectrum.h3a([1e6]).sum() * 1e6**2.7
        by_hand = (7860 * 1e6**0.04 * np.exp(-1 / 4) + 3550 * 1e6**0.12 * np.exp(-1 / 8) + 2200 * 1e6**0.07 * np.exp(-1 / 24)
                   + 1430 * 1e6**0.03 * np.exp(-1 / 56) + 2120 * 1e6**0.07 * np.exp(-1 / 104))
        self.assertAlmostEqual(total / by_hand, 1.0, places=12)
        self.assertTrue(3e4 < total < 5e4)


class Kept(unittest.TestCase):
    """What an earlier call has left is gone on with, when it is of the same model."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.program = work.Program(os.environ["GREENHALO"], 1, folder.name)

    def ensemble(self, realizations, keep=True):
        case = ("figure2-right", ("--sources.time-span", "0.2", "--energy.points-per-decade", "1"))
        with unittest.mock.patch.dict(cases.ENSEMBLES, {"base": case}):
            return claims.ensemble(self.program, "base", realizations, keep)

    def test_goes_on(self):
        four = self.ensemble(4)
        self.assertEqual(four.count, 4)
        started = self.starts()
        six = self.ensemble(6)
        np.testing.assert_array_equal(six.vector[:4], four.vector)
        self.assertEqual(self.starts(), started + 1)
        # a result does not shrink: there are more, and the report says so
        more = self.ensemble(5)
        self.assertEqual(more.count, 6)
        self.assertEqual(claims.counts({"base": more, "H 1": four}, 4), "4 of each case, but 6 of base")
        self.assertEqual(claims.counts({"H 1": four}, 4), "4 of each case")
        np.testing.assert_array_equal(self.ensemble(6, keep=False).vector, six.vector)
        self.assertEqual(self.starts(), 1)

    def starts(self):
        with h5py.File(self.program.folder / claims.file_of("base"), "r") as file:
            return int(np.count_nonzero(file["provenance/starts"]["ranks"]))

    def test_refuses_another_model(self):
        self.program("run", "figure3", claims.file_of("base"), ["--ensemble.realizations", 2, "--sources.time-span", "0.2"])
        with unittest.mock.patch("sys.stderr", new_callable=io.StringIO) as told, self.assertRaises(work.WorkError):
            self.ensemble(4)
        self.assertIn("diffusion.slope", told.getvalue())


class Figures(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_some_figures(self):
        done = reproduce("-o", self.folder, "--figure", 1, "--figure", 6, "--figure", 7, "--figure", 8)
        self.assertEqual(done.returncode, 0, done.stdout)
        for number in (1, 6, 7, 8):
            self.assertGreater((self.folder / f"figure{number}.png").stat().st_size, 30000)
        # the measured phases are right ascensions
        self.assertGreater((self.folder / "figure6-ra.png").stat().st_size, 30000)
        self.assertFalse((self.folder / "figure2.png").exists())

    @unittest.skipUnless(os.environ.get("GREENHALO_LONG"), "a campaign: tools/test --long")
    def test_all_figures(self):
        done = reproduce("-o", self.folder)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(len(list(self.folder.glob("figure?.png"))), 9)

    @unittest.skipUnless(os.environ.get("GREENHALO_LONG"), "a campaign: tools/test --long")
    def test_claims(self):
        done = reproduce("-o", self.folder, "--claims", "--realizations", 20, "--report",
                         self.folder / "paper-comparison.md")
        self.assertEqual(done.returncode, 0, done.stdout)
        report = (self.folder / "paper-comparison.md").read_text()
        for number in range(1, 16):
            self.assertIn(f"\n| {number} | ", report)
            self.assertIn(f"\n## Claim {number}: ", report)
        self.assertNotIn("nan", report)

    def test_bad_use(self):
        missing = subprocess.run([sys.executable, "-B", SOURCE / "tools/reproduce-paper", "--program", "none/greenhalo",
                                  "-o", self.folder], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        self.assertEqual(missing.returncode, 1)
        self.assertIn("build it", missing.stdout)
        self.assertEqual(reproduce("--figure", 12).returncode, 2)


if __name__ == "__main__":
    unittest.main()
