"""Release over time: continuous escape and tables, as users give them."""

import unittest

import h5py
import numpy as np

from support import ALONE, CHEAP, SOURCE, InFolder

ENERGIES = np.geomspace(10, 1.1e8, 36)
TIMES = np.array([0, 100, 1000, 5000, 20000])


def table(rate, energies=ENERGIES, times=TIMES, group=None):
    rows = []
    for t in times:
        for energy in energies:
            rows.append(f"{t},{energy},{rate(t, energy)}" + (f",{group}" if group else ""))
    return "\n".join(rows) + "\n"


def decaying(t, energy):
    return energy**-2.34 * np.exp(-t / 5e3)


class Continuous(InFolder):
    def test_delays_and_window_in_the_result(self):
        self.write("a.ini", CHEAP)
        for lifetime, hydrogen, iron in (("3e4", 3266, 9295), ("3e5 yr", 11787, 54252)):
            self.run_well("run", "a.ini", "-o", "a.h5", "--overwrite", "--injection.mode", "continuous",
                          "--injection.snr-lifetime", lifetime)
            with h5py.File(self.path / "a.h5") as file:
                delay, released = file["species/release/delay"][:], file["species/release/yield"][:]
                charge, energy = file["species/charge"][:], file["energy"][:]
            self.assertAlmostEqual(delay[0, 0], hydrogen, delta=0.5)
            self.assertAlmostEqual(delay[4, 0], iron, delta=0.5)
            np.testing.assert_array_equal(released > 0, energy <= charge[:, None] * 6e6)
            np.testing.assert_array_equal(delay[released == 0], 0)

    def test_known_source_below_and_above_the_limit_of_confinement(self):
        self.write("known.csv", "8.4,0,0,1000\n")
        self.write("a.ini", ALONE)
        self.run_well("run", "a.ini", "-o", "a.h5", "--injection.mode", "continuous", "--species.names", "H")
        with h5py.File(self.path / "a.h5") as file:
            energy, density = file["energy"][:], file["realizations/density"][0, 0]
        # Emax(1000 yr) = 6e6 (1000/200)^-3.1148 GeV = 4e4 GeV; nothing leaves above 6e6 GeV
        np.testing.assert_array_equal(density > 0, (energy > 3.99e4) & (energy <= 6e6))

    def test_refused(self):
        self.write("a.ini", CHEAP + "[injection]\nmode = continuous\n")
        for words, parts in (
                (("--injection.snr-lifetime", "150"),
                 ("injection.sedov-time = 200 yr (default)", "less than injection.snr-lifetime = 150 yr")),
                (("--injection.max-energy", "900 GeV"), ("injection.max-energy", "1 TeV", "of H,")),
                (("--energy.min", "2e8", "--energy.max", "1e9"), ("nothing is released", "energy.min")),
                (("--injection.mode", "sudden"), ("burst, continuous, table",))):
            with self.subTest(words=words):
                self.assert_one_message(self.run_program("run", "a.ini", *words), 2, *parts)
        self.assertFalse((self.path / "result.h5").exists())

    def test_keys_of_other_modes_are_warned_of(self):
        self.write("a.ini", CHEAP)
        done = self.run_well("run", "a.ini", "--injection.sedov-time", "300")
        self.assertIn("injection.sedov-time = 300 is not used: it is used only with injection.mode = continuous",
                      done.err)

    def test_figure_4(self):
        for panel, lifetime in (("left", "3e4"), ("right", "3e5")):
            path = SOURCE / "input" / f"figure4-{panel}.ini"
            done = self.run_well("run", path, "-o", f"{panel}.h5", "--sources.time-span", "0.2",
                                 "--ensemble.realizations", "1")
            self.assertNotIn("warning: injection", done.err)
            with h5py.File(self.path / f"{panel}.h5") as file:
                self.assertEqual(float(file["config"].attrs["injection.snr-lifetime"]), float(lifetime))
                self.assertEqual(file["config"].attrs["injection.mode"], b"continuous")


class Table(InFolder):
    def setUp(self):
        super().setUp()
        self.write("a.ini", CHEAP + "[injection]\nmode = table\ntable = release.csv\n")

    def run_table(self, content, *words):
        self.write("release.csv", content)
        self.run_well("run", "a.ini", "-o", "a.h5", "--overwrite", *words)
        with h5py.File(self.path / "a.h5") as file:
            return {"yield": file["species/release/yield"][:], "delay": file["species/release/delay"][:],
                    "energy": file["energy"][:], "charge": file["species/charge"][:],
                    "density": file["realizations/density"][:],
                    "content": file["config/files/0/content"][:].tobytes()}

    def test_yields_and_mean_delays(self):
        found = self.run_table(table(decaying), "--injection.normalization", "unit")
        np.testing.assert_allclose(found["yield"], 1, rtol=1e-12)
        # centre of gravity of the rates, linear between the times
        rate = np.exp(-TIMES / 5e3)
        t0, t1, r0, r1 = TIMES[:-1], TIMES[1:], rate[:-1], rate[1:]
        mean = (((t1 - t0) * (t0 * (2 * r0 + r1) + t1 * (r0 + 2 * r1)) / 6).sum()
                / ((t1 - t0) * (r0 + r1) / 2).sum())
        np.testing.assert_allclose(found["delay"], mean, rtol=1e-10)
        self.assertEqual(found["content"], table(decaying).encode())

    def test_only_the_shape_counts_for_observed_fluxes(self):
        once = self.run_table(table(decaying))
        twice = self.run_table(table(lambda t, e: 2 * decaying(t, e)))
        np.testing.assert_allclose(twice["yield"], once["yield"], rtol=1e-12)
        np.testing.assert_allclose(twice["density"], once["density"], rtol=1e-12)

    def test_efficiencies(self):
        words = ("--injection.normalization", "efficiency")
        stated = self.run_table(table(decaying), *words, "--injection.efficiency", "0.1 0.02 0.01 0.01 0.01")
        np.testing.assert_allclose(stated["yield"][0] / 0.1, stated["yield"][1] / 0.02 * 4 * 2**-2.34, rtol=1e-9)
        # rates as they stand: each E^2.34 times the integral over time is the factor of the table
        scale = 1e50
        as_given = self.run_table(table(lambda t, e: scale * e**-2.34 / 20000, times=(0, 20000)), *words)
        np.testing.assert_allclose(as_given["yield"][0], scale * as_given["energy"]**-2.34, rtol=1e-10)

    def test_an_instant_is_a_burst(self):
        def burst(_, energy):
            return energy**-(2.67 - 1 / 3) * np.exp(-energy / 6e6)
        charges = (1, 2, 7, 13, 26)
        energies = sorted({energy / charge for charge in charges for energy in np.geomspace(1e3, 1e8, 6)})
        found = self.run_table(table(burst, energies=energies, times=(0, 1e-6)))
        self.run_well("run", "a.ini", "-o", "b.h5", "--injection.mode", "burst")
        with h5py.File(self.path / "b.h5") as file:
            np.testing.assert_allclose(found["density"], file["realizations/density"][:], rtol=1e-6)

    def test_refused(self):
        good = table(decaying)
        cases = (
            ("", (), ("release.csv: holds no rate", "time_yr,energy_GeV,rate[,group]")),
            ("0,10,x\n", (), ("release.csv, line 1", "rate = 'x'")),
            ("0,10,1\n5,10,-1\n", (), ("line 2", "negative")),
            ("5,10,1\n4,10,1\n", (), ("line 2", "increase")),
            ("0,10,1\n5,10,1\n9,10,1\n0,1e9,1\n9,1e9,1\n", (), ("line 2", "time_yr = 5", "none at 1000000000")),
            (good, ("--energy.max", "1e9"), ("release.csv: holds energies from 10 to", "energy.max")),
            (good, ("--energy.min", "100"), ("E/Z",)),
            (table(decaying, group="H"), (), ("no group He", "only H")),
            (table(lambda t, e: decaying(t, e) if e > 2e3 else 0), (), ("nothing of H", "1 TeV", "unit or efficiency")),
            (table(lambda t, e: 0), ("--injection.normalization", "unit"), ("nothing is released",)),
            (table(lambda t, e: 1e60 * decaying(t, e)), ("--injection.normalization", "efficiency"),
             ("injection.table", "lower the rates")),
        )
        for content, words, parts in cases:
            with self.subTest(parts=parts):
                self.write("release.csv", content)
                self.assert_one_message(self.run_program("run", "a.ini", *words), 2, *parts)
        (self.path / "release.csv").unlink()
        self.assert_one_message(self.run_program("run", "a.ini"), 2, "injection.table", "release.csv")
        self.write("b.ini", CHEAP + "[injection]\nmode = table\n")
        self.assert_one_message(self.run_program("run", "b.ini"), 2, "needs injection.table")
        self.write("release.csv", "0,10,1\n5,4,-1\n")
        self.assert_one_message(self.run_program("run", "a.ini", ranks=2), 2, "line 2")


if __name__ == "__main__":
    unittest.main()
