"""The Python module greenhalo: files of the program as numpy arrays with units."""

import pickle
import sys
import unittest
import warnings

import h5py
import numpy as np

import support
from support import CHEAP, SOURCE

sys.path.insert(0, str(SOURCE / "tools"))

import greenhalo  # noqa: E402


class Module(support.InFolder):
    def setUp(self):
        super().setUp()
        self.write("model.ini", CHEAP)

    def result(self, *words):
        self.run_well("run", "model.ini", "--overwrite", *words)
        return greenhalo.open(self.path / "result.h5")

    def test_values_and_units_are_those_of_the_file(self):
        result = self.result()
        with h5py.File(self.path / "result.h5", "r") as file:
            for path in result.datasets():
                stored = file[path]
                if stored.dtype.names or stored.dtype.kind == "S":
                    continue
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", greenhalo.CautionWarning)
                    values = result[path]
                np.testing.assert_array_equal(np.asarray(values), stored[()])
                self.assertEqual(values.units, stored.attrs["units"].decode(), path)
                self.assertEqual(values.long_name, stored.attrs["long_name"].decode(), path)
                self.assertEqual(result.units(path), values.units)
        self.assertEqual(result.species, ["H", "He", "CNO", "MgAlSi", "Fe"])
        self.assertEqual(result.energy.units, "GeV")
        self.assertEqual(result.density.shape, (3, 5, 6))
        self.assertEqual(result.current.shape, (3, 5, 6, 3))
        np.testing.assert_array_equal(result.index, [0, 1, 2])
        self.assertEqual(result.kind, "run")
        self.assertEqual(result.config["halo.half-height"], "4")

    def test_anisotropy_is_the_current_over_the_density(self):
        # numbers of three datasets together, in their units
        result = self.result()
        delta = -3.0 / 2.99792458e10 * result.current.sum(axis=1) / result.density.sum(axis=1)[..., None]
        np.testing.assert_allclose(result.anisotropy, delta, rtol=1e-12)
        np.testing.assert_allclose(result.amplitude, np.linalg.norm(delta, axis=-1), rtol=1e-12)

    def test_only_complete_realizations(self):
        result = self.result()
        anisotropy = np.asarray(result.anisotropy)
        with h5py.File(self.path / "result.h5", "a") as file:
            file["realizations/complete"][1] = 0
        self.assertEqual(result.planned, 3)
        np.testing.assert_array_equal(result.anisotropy, anisotropy[[0, 2]])
        np.testing.assert_array_equal(result.index, [0, 2])
        self.assertIn("2 of 3 realizations complete", repr(result))

    def test_slices_keep_their_units_and_arithmetic_drops_them(self):
        density = self.result().density
        self.assertEqual(density[0, 1].units, "cm^-3 GeV^-1")
        self.assertEqual(pickle.loads(pickle.dumps(density)).units, "cm^-3 GeV^-1")
        for plain in (density * 2.0, np.log(density), density.sum(axis=0), np.median(density, axis=0),
                      density / density, np.concatenate([density, density])):
            self.assertNotIsInstance(plain, greenhalo.Quantity)
        self.assertEqual(float(np.max(density)), np.asarray(density).max())
        total = np.zeros_like(np.asarray(density))
        np.add(density, density, out=total)
        np.testing.assert_array_equal(total, 2.0 * np.asarray(density))

    def test_heavy_tails_warn_once_when_someone_looks_at_a_variance(self):
        result = self.result()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result.ensemble("amplitude_quantile")
        with self.assertWarnsRegex(greenhalo.CautionWarning, "variances do not exist"):
            covariance = result.ensemble("current_covariance")
        self.assertIn("heavy-tailed", covariance.caution)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result.ensemble("current_covariance")

    def test_other_kinds_of_files(self):
        self.run_well("expect", "model.ini")
        moments = greenhalo.open(self.path / "moments.h5")
        self.assertEqual(moments.kind, "expect")
        self.assertEqual(moments["expect/minimum_age"].units, "yr")
        with self.assertRaisesRegex(greenhalo.FileError, "holds no realizations"):
            moments.anisotropy
        self.run_well("sources", "model.ini")
        sources = greenhalo.open(self.path / "sources.h5")
        self.assertEqual((sources["sources/position"].shape[1], sources["sources/age"].units), (3, "yr"))
        self.assertIn("sources of greenhalo", repr(sources))

    def test_units_of_a_dataset(self):
        result = self.result()
        self.assertEqual((result.units("realizations/density"), result.units("/energy/")), ("cm^-3 GeV^-1", "GeV"))
        self.assertEqual(result.units("realizations/anisotropy"), "1")

    def test_format_versions(self):
        """Those that the module says it reads, up to the one that the program writes."""
        self.result()
        with h5py.File(self.path / "result.h5") as file:
            newest = int(file.attrs["format_version"])
        self.assertEqual(newest, greenhalo.files.NEWEST_FORMAT)
        self.assertIn(f"versions 1 to {newest} are read", greenhalo.__doc__)
        for version in (*range(1, newest + 1), newest + 1):
            with h5py.File(self.path / "result.h5", "a") as file:
                file.attrs.modify("format_version", version)
            if version <= newest:
                self.assertEqual(greenhalo.open(self.path / "result.h5").anisotropy.shape[0], 3)
            else:
                with self.assertRaisesRegex(greenhalo.FileError, f"format version {version}; these tools know up to {newest}"):
                    greenhalo.open(self.path / "result.h5")

    def test_refuses_with_the_reason(self):
        for name, reason in (("nowhere.h5", "there is no such file"), (".", "is a folder"),
                             ("model.ini", "is not an HDF5 file")):
            with self.assertRaisesRegex(greenhalo.FileError, reason):
                greenhalo.open(self.path / name)
        with h5py.File(self.path / "foreign.h5", "w"):
            pass
        with self.assertRaisesRegex(greenhalo.FileError, "greenhalo did not write it"):
            greenhalo.open(self.path / "foreign.h5")
        result = self.result("--output.realizations", "none")
        with self.assertRaisesRegex(greenhalo.FileError, "does not store the realizations' density"):
            result.density
        with self.assertRaisesRegex(KeyError, "result.h5 has no dataset nothing; it has energy"):
            result["nothing"]
        for read in (result.units, result.__getitem__):
            for path, words in (("amplitude_quantile", "; the nearest names are ensemble/amplitude_quantile, "),
                                ("/enrgy", "has no dataset /enrgy; the nearest name is energy"),
                                ("zzz", "has no dataset zzz; it has energy"),
                                ("ensemble", "ensemble is a group, not a dataset; it has ensemble/")):
                with self.assertRaisesRegex(KeyError, words):
                    read(path)
        with h5py.File(self.path / "result.h5", "a") as file:
            file["ensemble/realizations"][()] = 0
        with self.assertRaisesRegex(greenhalo.FileError, "the run has not finished"):
            result.ensemble("amplitude_quantile")


if __name__ == "__main__":
    unittest.main()
