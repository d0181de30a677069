"""tools/reproduce-paper: figures and claims, and the numbers behind them."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np

SOURCE = Path(os.environ["GREENHALO_SOURCE"])
sys.path.insert(0, str(SOURCE / "tools"))

from greenhalo_paper import cases, claims, ensembles  # noqa: E402
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

    def test_fifteen_claims(self):
        self.assertEqual(len(claims.CLAIMS), 15)


class Numbers(unittest.TestCase):
    def write(self, vector):
        file = tempfile.NamedTemporaryFile(suffix=".h5", delete=False)
        self.addCleanup(os.unlink, file.name)
        with h5py.File(file.name, "w") as h5:
            h5.attrs["format"], h5.attrs["greenhalo_version"], h5.attrs["format_version"] = "greenhalo-result", "0", 1
            h5["energy"] = np.geomspace(1e3, 1e6, vector.shape[1])
            h5["realizations/anisotropy"] = vector
            h5["realizations/complete"] = np.ones(len(vector), dtype=np.uint8)
            h5.create_group("config")
        return ensembles.Ensemble(file.name)

    def test_statistics_of_a_power_law(self):
        rng = np.random.default_rng(3)
        energy = np.geomspace(1e3, 1e6, 31)
        scale = 10.0 ** rng.normal(0.0, 0.2, 400)
        vector = np.zeros((400, 31, 3))
        vector[..., 0] = -scale[:, None] * (energy / 1e3) ** 0.5  # towards the Galactic centre
        ensemble = self.write(vector)
        self.assertAlmostEqual(ensemble.slopes(1e4, 1e6)[7], 0.5, places=12)
        self.assertAlmostEqual(ensemble.resultant(1e5).value, 1.0, places=12)
        self.assertEqual(ensemble.jumps().value, 0.0)
        self.assertEqual(ensemble.bumpiness().value, 0.0)
        width = ensemble.width(1e5)
        self.assertAlmostEqual(width.value, 2 * 0.2 * 0.9945, delta=0.05)
        self.assertTrue(width.low < width.value < width.high)
        self.assertTrue(0.005 < width.high - width.low < 0.1)

    def test_jumps_count_turns(self):
        vector = np.zeros((2, 31, 3))
        vector[:, :10, 0], vector[:, 10:, 0] = -1.0, 1.0
        self.assertAlmostEqual(self.write(vector).jumps().value, 1.0 / 30.0)

    def test_share_is_wilsons(self):
        none = ensembles.share(0, 100)
        self.assertEqual((none.value, none.low), (0.0, 0.0))
        self.assertAlmostEqual(none.high, 1.0 / 101.0)
        half = ensembles.share(50, 100)
        self.assertAlmostEqual(half.high - half.low, 0.1, delta=0.002)

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
        self.assertNotIn("nan", report)

    def test_bad_use(self):
        missing = subprocess.run([sys.executable, "-B", SOURCE / "tools/reproduce-paper", "--program", "none/greenhalo",
                                  "-o", self.folder], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        self.assertEqual(missing.returncode, 1)
        self.assertIn("build it", missing.stdout)
        self.assertEqual(reproduce("--figure", 12).returncode, 2)


if __name__ == "__main__":
    unittest.main()
