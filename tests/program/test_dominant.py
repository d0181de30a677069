"""Who dominates each energy, and what the statistics of a run say about tails and quantiles."""

import unittest

import h5py
import numpy as np

import support
from support import CHEAP

CATALOGUE = """\
x_kpc,y_kpc,z_kpc,age_yr,energy,name
8.5,0,-3,50000,1e-6,far and faint
8.27,-0.07,-0.05,11300,1e6,Vela
8.4,0.4,-0.1,20000,,Cygnus Loop
"""

NAMES = ("distance", "age", "longitude", "latitude", "share_current", "share_density", "listed")


class Dominant(support.InFolder):
    def setUp(self):
        super().setUp()
        self.write("model.ini", CHEAP)

    def result(self, *words, **options):
        self.run_well("run", "model.ini", "-o", "r.h5", "--overwrite", *words, **options)
        found = {}
        with h5py.File(self.path / "r.h5", "r") as file:
            file.visititems(lambda name, item: found.update({name: item[()]}) if hasattr(item, "shape") else None)
            self.assertEqual(set(file["realizations/dominant"]), set(NAMES))
        return found

    def test_a_random_source_as_the_catalogue_has_it(self):
        found = self.result()
        shape = found["realizations/anisotropy"].shape[:2]
        for name in NAMES:
            self.assertEqual(found[f"realizations/dominant/{name}"].shape, shape)
            self.assertTrue(np.isfinite(found[f"realizations/dominant/{name}"]).all(), name)
        self.assertTrue((found["realizations/dominant/listed"] == -1).all())
        # the source alone, summed by the program: its current and density over those of all
        distance, age, longitude, latitude = (np.radians(values) if name in ("longitude", "latitude") else values
                                              for name in NAMES[:4]
                                              for values in [found[f"realizations/dominant/{name}"]])
        x = 8.5 - distance * np.cos(latitude) * np.cos(longitude)
        y = -distance * np.cos(latitude) * np.sin(longitude)
        z = distance * np.sin(latitude)
        total = found["realizations/current"].sum(axis=1), found["realizations/density"].sum(axis=1)
        for row, energy in ((0, 0), (1, 3), (2, 5)):
            place = (values[row, energy] for values in (x, y, z, age))
            self.write("alone.csv", ",".join(f"{value:.17g}" for value in place) + "\n")
            # hardly any random source, but the same yields
            alone = self.result("--sources.catalogue", "alone.csv", "--sources.minimum-age", "2.99 Myr",
                                "--ensemble.realizations", 1)
            lone = self.without_random(alone, "--sources.minimum-age", "2.99 Myr", "--ensemble.realizations", 1)
            with self.subTest(row=row, energy=energy):
                share = np.linalg.norm(lone[0][energy]) / np.linalg.norm(total[0][row, energy])
                self.assertAlmostEqual(found["realizations/dominant/share_current"][row, energy] / share, 1.0, 6)
                share = lone[1][energy] / total[1][row, energy]
                self.assertAlmostEqual(found["realizations/dominant/share_density"][row, energy] / share, 1.0, 6)

    def without_random(self, both, *words):
        """Current and density, groups summed, of a result less what its random sources give."""
        random = self.result(*words)
        return tuple((both[f"realizations/{name}"] - random[f"realizations/{name}"]).sum(axis=1)[0]
                     for name in ("current", "density"))

    def test_a_listed_source_that_outshines_all(self):
        self.write("known.csv", CATALOGUE)
        found = self.result("--sources.catalogue", "known.csv")
        self.assertTrue((found["realizations/dominant/listed"] == 1).all())
        np.testing.assert_allclose(found["realizations/dominant/age"], 11300, rtol=1e-12)
        np.testing.assert_allclose(found["realizations/dominant/distance"], np.sqrt(0.23**2 + 0.07**2 + 0.05**2))
        np.testing.assert_allclose(found["realizations/dominant/longitude"], np.degrees(np.arctan2(0.07, 0.23)))
        np.testing.assert_allclose(found["realizations/dominant/share_current"], 1.0, rtol=1e-2)

    def test_nothing_dominates_where_there_is_nothing(self):
        found = self.result("--sources.rate", 5e-7, "--sources.time-span", 1, "--ensemble.realizations", 7)
        empty = np.isnan(found["realizations/anisotropy"][:, :, 0])
        self.assertTrue(empty.any() and not empty.all())
        for name in NAMES:
            np.testing.assert_array_equal(np.isnan(found[f"realizations/dominant/{name}"]), empty, name)

    def test_it_is_stored_with_the_anisotropy(self):
        everything = self.result()
        anisotropy = self.result("--output.realizations", "anisotropy")
        for name in NAMES:
            np.testing.assert_array_equal(anisotropy[f"realizations/dominant/{name}"],
                                          everything[f"realizations/dominant/{name}"])
        self.run_well("run", "model.ini", "-o", "r.h5", "--overwrite", "--output.realizations", "none")
        with h5py.File(self.path / "r.h5", "r") as file:
            self.assertNotIn("dominant", file["realizations"])


class Tails(support.InFolder):
    def test_a_thousand_realizations_have_tails(self):
        self.write("model.ini", CHEAP)
        self.run_well("run", "model.ini", "-o", "r.h5", "--ensemble.realizations", 1000, "--sources.time-span", 0.2,
                      "--species.names", "H", ranks=2)
        with h5py.File(self.path / "r.h5", "r") as file:
            ensemble = {name: file["ensemble"][name][()] for name in file["ensemble"]}
        np.testing.assert_array_equal(ensemble["tail_fractions"], [1e-2, 1e-3])
        for name in ("tail_index_density", "tail_index_current"):
            # ten values each: good to a third
            ratio = ensemble[name + "_expected"][0] / ensemble[name][0]
            self.assertTrue((ratio > 0.2).all() and (ratio < 2.5).all(), (name, ratio))
            self.assertTrue(np.isnan(ensemble[name][1]).all() and np.isnan(ensemble[name + "_expected"][1]).all())
        correlation = ensemble["amplitude_correlation"]
        np.testing.assert_allclose(np.diag(correlation), 1.0)
        np.testing.assert_array_equal(correlation, correlation.T)
        self.assertGreater(correlation[0, 1], correlation[0, -1])
        for name in ("amplitude_quantile", "density_quantile"):
            self.assertTrue((ensemble[name + "_low"] < ensemble[name]).all())
            self.assertTrue((ensemble[name + "_high"] > ensemble[name]).all())


if __name__ == "__main__":
    unittest.main()
