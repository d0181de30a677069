"""tools/plot dominant and distribution: from synthetic result files, and what they refuse."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np

SOURCE = Path(os.environ.get("GREENHALO_SOURCE", Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(SOURCE / "tools"))

from greenhalo_plot import distribution, dominant, result  # noqa: E402

CATALOGUE = b"""\
# name last, in an order of its own
age_yr,x_kpc,y_kpc,z_kpc,name
11300,8.27,-0.07,-0.05,Vela
342000,8.72,0.05,0.02,Geminga
"""


def write_result(path, realizations=12, energies=11, first=100, catalogue=None):
    """A result file as far as these figures look at it; realization m has the amplitude (1 + m/10) 1e-3 E^0.3."""
    random = np.random.default_rng(5)
    energy = np.geomspace(1e3, 1e6, energies) if energies > 1 else np.array([1e4])
    amplitude = 1e-3 * (energy / 1e3) ** 0.3 * (1.0 + 0.1 * np.arange(realizations))[:, None]
    direction = random.normal(size=(realizations, energies, 3))
    direction /= np.linalg.norm(direction, axis=-1, keepdims=True)
    with h5py.File(path, "w") as file:
        file.attrs["format"] = np.bytes_("greenhalo-result")
        file.attrs["format_version"] = 1
        file.attrs["greenhalo_version"] = np.bytes_("0.1.0")
        file["energy"] = energy
        group = file.create_group("realizations")
        group["index"] = first + np.arange(realizations)
        group["complete"] = np.ones(realizations, dtype=np.uint8)
        group["anisotropy"] = amplitude[..., None] * direction
        # the first third belongs to one remnant, the last to another, which has no name but a place in the catalogue
        part = np.minimum(3 * np.arange(energies) // energies, 2)
        shape = (realizations, 1)
        group["dominant/distance"] = np.tile(np.array([0.24, 1.5, 0.05])[part], shape)
        group["dominant/age"] = np.tile(np.array([11300.0, 2.5e4, 1.2e6])[part], shape)
        group["dominant/share_current"] = np.tile(np.array([1.07, 0.1, 0.4])[part], shape)
        group["dominant/listed"] = np.tile(np.array([0.0, -1.0, -1.0])[part], shape)
        config = file.create_group("config")
        config.attrs["sources.model"] = np.bytes_("cylindrical")
        if catalogue is not None:
            config.attrs["sources.catalogue"] = np.bytes_("somewhere/known.csv")
            copy = config.create_group("files/0")
            copy.attrs["path"] = np.bytes_("somewhere/known.csv")
            copy["content"] = np.frombuffer(catalogue, dtype=np.uint8)
        levels = np.quantile(amplitude, (0.025, 0.16, 0.5, 0.84, 0.975), axis=0)
        ensemble = file.create_group("ensemble")
        ensemble["realizations"] = realizations
        ensemble["amplitude_quantile"] = levels
        ensemble["amplitude_quantile_low"] = levels / 1.1
        ensemble["amplitude_quantile_high"] = levels * 1.1
    return energy, amplitude


class Drawing(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)

    def plot(self, *arguments):
        return subprocess.run([sys.executable, "-B", str(SOURCE / "tools" / "plot"), *map(str, arguments)],
                              cwd=self.path, capture_output=True, text=True, check=False)

    def drawn(self, *arguments):
        done = self.plot(*arguments, "-o", "figure.svg")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return (self.path / "figure.svg").read_text(encoding="utf-8")

    def assert_refused(self, *arguments, says):
        done = self.plot(*arguments, "-o", "refused.png")
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (2, 1), done.stderr)
        self.assertIn(says, done.stderr)
        self.assertFalse((self.path / "refused.png").exists())


class Dominant(Drawing):
    def test_bumps_are_labelled_with_their_remnants(self):
        write_result(self.path / "r.h5", catalogue=CATALOGUE)
        figure = self.drawn("dominant", "r.h5")
        self.assertIn("<!-- 1  Vela: 0.24 kpc, 11.3 kyr, 107 % -->", figure)
        self.assertIn("<!-- 2  50 pc, 1.2 Myr, 40 % -->", figure)
        self.assertNotIn("1.50 kpc", figure)  # a share of a tenth
        self.assertIn("Grey: 1 other remnant", " ".join(part.strip() for part in figure.split()))

    def test_the_realization_that_is_asked_for(self):
        _, amplitude = write_result(self.path / "r.h5")
        np.testing.assert_allclose(result.read_dominant(str(self.path / "r.h5")).amplitude, amplitude[0])
        np.testing.assert_allclose(result.read_dominant(str(self.path / "r.h5"), 107).amplitude, amplitude[7])
        self.assertIn("realization 107", self.drawn("dominant", "r.h5", "--realization", 107))
        self.assert_refused("dominant", "r.h5", "--realization", 7, says="realization 7 is not among")
        with h5py.File(self.path / "r.h5", "a") as file:
            file["realizations/complete"][0] = 0
        np.testing.assert_allclose(result.read_dominant(str(self.path / "r.h5")).amplitude, amplitude[1])
        self.assert_refused("dominant", "r.h5", "--realization", 100, says="realization 100 is not among its 11")

    def test_names_of_a_catalogue(self):
        for catalogue, names in ((CATALOGUE, ["Vela", "Geminga"]), (None, []),
                                 (b"\xef\xbb\xbf1,2,0,400\n1,2,0,500,2,Cas A\n", ["", "Cas A"]),
                                 (b"x_kpc,y_kpc,z_kpc,age_yr\n1,2,0,400\n", [""])):
            write_result(self.path / "r.h5", catalogue=catalogue)
            self.assertEqual(result.read_dominant(str(self.path / "r.h5")).names, names)

    def test_the_most_important_keep_their_labels(self):
        sources = [dominant.Remnant(1.0, 1e4 * i, "", np.arange(i), 0.9) for i in range(1, 15)]
        chosen = dominant.labelled(sources + [dominant.Remnant(1.0, 1.0, "", np.arange(40), 0.1)])
        self.assertEqual(chosen, sources[-dominant.MOST_LABELS:])

    def test_single_energy_and_gaps(self):
        write_result(self.path / "one.h5", energies=1)
        self.drawn("dominant", "one.h5")
        write_result(self.path / "r.h5")
        with h5py.File(self.path / "r.h5", "a") as file:
            file["realizations/anisotropy"][:, 2] = np.nan
            for values in file["realizations/dominant"].values():
                values[:, 2] = np.nan
        self.drawn("dominant", "r.h5")
        with h5py.File(self.path / "r.h5", "a") as file:
            file["realizations/anisotropy"][:] = np.nan
        self.assert_refused("dominant", "r.h5", says="nothing to draw")

    def test_a_file_that_does_not_tell(self):
        write_result(self.path / "r.h5")
        with h5py.File(self.path / "r.h5", "a") as file:
            del file["realizations/dominant"]
        self.assert_refused("dominant", "r.h5", says="does not tell which sources dominate")


class Distribution(Drawing):
    def test_draws(self):
        write_result(self.path / "r.h5")
        figure = self.drawn("distribution", "r.h5")
        for words in ("1 TeV", "31.6 TeV", "1 PeV", "median", "68 %", "95 %"):
            self.assertIn(f"<!-- {words} -->", figure)
        chosen = self.drawn("distribution", "r.h5", "--energy", "1.1e3", "9e5")
        self.assertNotIn("<!-- 31.6 TeV -->", chosen)
        write_result(self.path / "one.h5", energies=1)
        self.drawn("distribution", "one.h5")

    def test_energies_are_the_nearest(self):
        energy = np.geomspace(1e3, 1e6, 4)
        self.assertEqual(distribution.chosen_energies(energy, None), [0, 2, 3])
        self.assertEqual(distribution.chosen_energies(energy, [2e4, 1.1e4, 1e6]), [1, 3])

    def test_the_histogram_is_a_density(self):
        values = 10.0 ** np.random.default_rng(1).normal(-3.0, 0.5, 4000)
        edges, share = distribution.histogram(values)
        self.assertAlmostEqual(float((share * np.diff(np.log10(edges))).sum()), 1.0, 12)
        self.assertEqual((edges[0] <= values.min() * 1.0000001, edges[-1] >= values.max() * 0.9999999), (True, True))
        self.assertAlmostEqual(share.max(), 0.8, 1)  # 1/(0.5 sqrt(2 pi))
        # all alike, and zero
        edges, share = distribution.histogram(np.array([2.0, 2.0, 2.0, 0.0]))
        self.assertAlmostEqual(float((share * np.diff(np.log10(edges))).sum()), 0.75, 12)

    def test_refuses(self):
        write_result(self.path / "few.h5", realizations=9)
        self.assert_refused("distribution", "few.h5", says="9 realizations have no distribution")
        write_result(self.path / "r.h5")
        self.assert_refused("distribution", "r.h5", "--energy", "1e9", says="the result has 1000 to 1e+06 GeV")
        self.assert_refused("distribution", "r.h5", "--energy", *[1e4] * 5, says="up to 4 energies")
        with h5py.File(self.path / "r.h5", "a") as file:
            file["ensemble/realizations"][()] = 0
        self.assert_refused("distribution", "r.h5", says="the run has not finished")
        with h5py.File(self.path / "r.h5", "a") as file:
            del file["ensemble/amplitude_quantile_low"]
        self.assert_refused("distribution", "r.h5", says="no intervals of its quantiles")


if __name__ == "__main__":
    unittest.main()
