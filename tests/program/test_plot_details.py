"""What the figures of phases, moments and spectra show, and what their captions say."""

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

from greenhalo_plot import amplitude, caption, dominant, moments, page, phase, result  # noqa: E402

CONFIG = {"sources.model": "cylindrical", "injection.mode": "burst", "diffusion.slope": "0.3333333", "halo.half-height": "4",
          "sources.rate": "0.0333333", "species.names": "H He", "energy.points-per-decade": "10"}


class Phases(unittest.TestCase):
    def drawn(self, value, low=-90.0, high=90.0):
        energy = np.geomspace(1e3, 1e6, len(value))
        return energy, *phase.through_the_frame(energy, np.array(value, dtype=float), low, high)

    def assert_all_there(self, energy, value, drawn_energy, drawn):
        """Every point is drawn, and has a neighbour to which a line goes."""
        for e, v in zip(energy, value):
            at = np.flatnonzero((drawn_energy == e) & (drawn == v))
            self.assertEqual(at.size, 1)
            beside = [drawn[i] for i in (at[0] - 1, at[0] + 1) if 0 <= i < drawn.size]
            self.assertTrue(np.isfinite(beside).any())

    def test_no_point_is_lost(self):
        rng = np.random.default_rng(2)
        for _ in range(20):
            value = rng.uniform(-90.0, 90.0, 40)
            energy, drawn_energy, drawn = self.drawn(value)
            self.assert_all_there(energy, value, drawn_energy, drawn)
            self.assertTrue((np.diff(drawn_energy) >= 0.0).all())
            # no line crosses the frame
            self.assertLessEqual(np.nanmax(np.abs(np.diff(drawn))), 90.0)

    def test_a_single_jump(self):
        energy, drawn_energy, drawn = self.drawn([60.0, 80.0, -70.0, -60.0])
        np.testing.assert_allclose(drawn, [60.0, 80.0, 90.0, np.nan, -90.0, -70.0, -60.0])
        # a third of the way from 80 to 110 degrees
        self.assertAlmostEqual(drawn_energy[2] / (energy[1] * (energy[2] / energy[1]) ** (1 / 3)), 1.0)
        down = self.drawn([10.0, 350.0, 340.0], 0.0, 360.0)[2]
        np.testing.assert_allclose(down, [10.0, 0.0, np.nan, 360.0, 350.0, 340.0])

    def test_without_jumps_nothing_changes(self):
        energy, drawn_energy, drawn = self.drawn([10.0, 40.0, np.nan, -40.0])
        np.testing.assert_array_equal(drawn_energy, energy)
        np.testing.assert_array_equal(drawn, [10.0, 40.0, np.nan, -40.0])


class MomentsFigure(unittest.TestCase):
    """Integrals as lines and ensembles as circles, from files as the program writes them."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)

    def write(self, name, group, names, **values):
        with h5py.File(self.path / name, "w") as file:
            file["energy"] = np.geomspace(1e3, 1e6, 4)
            for key, value in CONFIG.items():
                file.require_group("config").attrs[key] = np.bytes_(value)
            for dataset in names:
                file[f"{group}/{dataset}"] = np.full(4, 1e-3)
            for key, value in values.items():
                file[f"{group}/{key}"] = value
        return self.path / name

    def plot(self, *words):
        return subprocess.run([sys.executable, "-B", SOURCE / "tools/plot", "moments", *words, "-o", self.path / "m.svg"],
                              capture_output=True, text=True, check=False)

    def test_integrals_and_ensembles_in_one_frame(self):
        integrals = self.write("m.h5", "expect", ("large_scale", "small_scale"))
        ensemble = self.write("r.h5", "ensemble", ("delta_A1", "delta_A2"), realizations=12)
        done = self.plot(integrals, ensemble)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        drawn = (self.path / "m.svg").read_text(encoding="utf-8")
        self.assertEqual(drawn.count("12 realizations -->"), 2)

    def test_what_has_no_moments_is_refused(self):
        for file, reason in ((self.write("s.h5", "sources", ("age",)), "holds no moments"),
                             (self.write("r.h5", "ensemble", ("delta_A1", "delta_A2"), realizations=0), "has not finished"),
                             (self.write("o.h5", "ensemble", ("delta_A1", "delta_A2"), realizations=1), "no fluctuations")):
            done = self.plot(file)
            self.assertEqual(done.returncode, 2)
            self.assertIn(reason, done.stderr)
            self.assertEqual(len(done.stderr.splitlines()), 1)


class Words(unittest.TestCase):
    def test_times_and_energies(self):
        for years, words in ((340.0, "340 yr"), (3e4, "30 kyr"), (999.6, "1 kyr"), (11300.0, "11.3 kyr"), (1.2e6, "1.2 Myr"),
                             (3e5, "300 kyr"), (0.0, "0 yr"), (1.3e10, "13 Gyr")):
            self.assertEqual(caption.duration(years), words)
        for gev, words in ((31.6, "31.6 GeV"), (1e3, "1 TeV"), (2.4e5, "240 TeV"), (1e8, "100 PeV"), (3e9, "3 EeV")):
            self.assertEqual(caption.energy(gev), words)
        for value in ("3e4", "30000", "30 kyr"):
            self.assertTrue(caption.model({"injection.snr-lifetime": value}).endswith("= 30 kyr"))

    def test_moments_tell_the_groups_and_the_minimum_age(self):
        alone = moments.describe([CONFIG])
        self.assertIn("groups: H, He", alone)
        self.assertIn("by the rule (3.12)", alone)
        stated = moments.describe([{**CONFIG, "expect.minimum-age": "10000"}])
        self.assertIn("= 10 kyr", stated)
        self.assertNotIn("3.12", stated)
        both = moments.describe([CONFIG, {**CONFIG, "species.names": "H", "expect.minimum-age": "10000"}])
        self.assertNotIn("groups:", both)
        self.assertIn("= 10 kyr", both)
        self.assertIn("3.12", both)

    def test_moments_of_ensembles_tell_what_does_not_converge(self):
        ensemble = moments.describe([CONFIG], [100])
        self.assertTrue(ensemble.startswith("Full symbols"))
        self.assertNotIn("3.12", ensemble)
        self.assertIn("does not converge", ensemble)
        self.assertNotIn("does not converge", moments.describe([{**CONFIG, "sources.minimum-age": "1e5"}], [100]))
        both = moments.describe([CONFIG, CONFIG], [0, 100])
        self.assertTrue(both.startswith("Full lines"))
        for part in ("full symbols", "3.12", "does not converge"):
            self.assertIn(part, both)

    def test_teeth_of_the_continuous_release(self):
        data = result.Result(np.array([1e3, 1e4]), np.ones((2, 2, 3)), 2, CONFIG)
        self.assertNotIn("Teeth", amplitude.describe([data], False, []))
        late = result.Result(data.energy, data.anisotropy, 2, {**CONFIG, "injection.mode": "continuous"})
        self.assertIn("10 energies per decade", amplitude.describe([late], False, []))
        many = result.Result(data.energy, np.ones((40, 2, 3)), 40, late.config)
        self.assertNotIn("Teeth", amplitude.describe([many], False, []))


class Lines(unittest.TestCase):
    def test_equal_curves_are_all_seen(self):
        for count in (2, 3, 4):
            patterns = [moments.dashes(number, count) for number in range(count)]
            period = sum(patterns[0][1])
            # each point of the period belongs to exactly one of them; matplotlib starts `offset` into the pattern
            for x in np.arange(0.25, period, 0.5):
                inked = [(x + offset) % period < on for offset, (on, _) in patterns]
                self.assertEqual(sum(inked), 1)

    def test_labels_stay_off_the_line(self):
        energy = np.geomspace(1e3, 1e6, 31)
        for slope in (-1.0, 0.0, 0.5, 2.0):
            _, axes = page.log_frame()
            value = 1e-3 * (energy / 1e3) ** slope
            axes.set_xlim(energy[0], energy[-1])
            axes.set_ylim(value.min() / 2, value.max() * 2)
            offset = dominant._beside_the_line(axes, energy, value, 15)
            self.assertAlmostEqual(np.hypot(*offset), 10.0)
            (x0, y0), (x1, y1) = axes.transData.transform([(energy[14], value[14]), (energy[16], value[16])])
            self.assertAlmostEqual(offset[0] * (x1 - x0) + offset[1] * (y1 - y0), 0.0, places=6)
            self.assertGreater(offset[1], 0.0)


if __name__ == "__main__":
    unittest.main()
