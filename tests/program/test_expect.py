"""Moments by integration: greenhalo expect, its table, its file, its refusals."""

import re
import unittest

import h5py
import numpy as np

import support

FEW = ("--energy.points-per-decade", 1)


def moments(path):
    with h5py.File(path, "r") as file:
        return {name: file["expect"][name][()] for name in file["expect"]}


class Moments(support.InFolder):
    """What is computed, and where it is found."""

    def setUp(self):
        super().setUp()
        self.write("paper.ini", "[halo]\nhalf-height = 4 kpc\n")

    def test_reference_values(self):
        # protons at 1 TV; six digits
        reference = {1: (5.21820616e-4, 6.436575e-4, 6.032373e-4), 2: (9.67727087e-4, 6.319689e-4, 5.986263e-4),
                     4: (1.659508828e-3, 6.730365e-4, 6.438355e-4), 10: (3.15357444e-3, 8.87633e-4, 8.58857e-4)}
        for height, (large, small, planar) in reference.items():
            done = self.run_well("expect", "paper.ini", "-o", f"{height}.h5", "--halo.half-height", height,
                                 "--species.names", "H", "--energy.max", 1e3)
            self.assertEqual(done.err, "")
            found = moments(self.path / f"{height}.h5")
            self.assertAlmostEqual(found["large_scale"][0] / large, 1, delta=1e-8)
            self.assertAlmostEqual(found["small_scale"][0] / small, 1, delta=1e-6)
            self.assertAlmostEqual(found["small_scale_planar"][0] / planar, 1, delta=1e-6)
            if height == 4:
                self.assertAlmostEqual(found["minimum_age"][0] / 34189, 1, delta=1e-4)
                # the normalization: E^2.7 c n/(4 pi) is the measured flux of protons
                flux = 1e3 ** 2.7 * 2.99792458e10 * found["density"][0, 0] / (4 * np.pi)
                self.assertAlmostEqual(1e4 * flux / 1.03e4, 1, delta=1e-8)

    def test_all_groups(self):
        done = self.run_well("expect", "paper.ini")
        self.assertEqual(done.err, "")
        found = moments(self.path / "moments.h5")
        self.assertEqual({name: values.shape for name, values in found.items()},
                         {"density": (5, 51), "current": (5, 51, 3), "fluctuation_current": (51,),
                          "large_scale": (51,), "small_scale": (51,), "small_scale_planar": (51,),
                          "minimum_age": (51,)})
        self.assertAlmostEqual(found["large_scale"][0], 1.25e-3, delta=0.005e-3)
        self.assertAlmostEqual(found["large_scale"][-1], 0.030, delta=0.0005)
        # the file says the same thing in different ways
        unit = 2.99792458e10 * found["density"].sum(axis=0) / 3
        current = np.linalg.norm(found["current"].sum(axis=0), axis=1)
        np.testing.assert_allclose(found["large_scale"], current / unit, rtol=1e-12)
        np.testing.assert_allclose(found["small_scale"], np.sqrt(found["fluctuation_current"]) / unit, rtol=1e-12)
        # and the table on stdout says it again
        rows = [line.split() for line in done.out.splitlines() if re.match(r" +\d", line)]
        self.assertEqual(len(rows), 51)
        self.assertEqual(rows[0][0], "1000")
        self.assertIn("moments: moments.h5", done.out)
        for column, values in ((1, found["density"].sum(axis=0)), (2, current), (3, found["large_scale"]),
                               (4, found["small_scale"]), (5, found["minimum_age"] / 1e3)):
            np.testing.assert_allclose([float(row[column]) for row in rows], values, rtol=6e-4)

    def test_content(self):
        table = self.run_well("expect", "paper.ini", *FEW).out
        with h5py.File(self.path / "moments.h5", "r") as file:
            self.assertEqual(set(file), {"config", "provenance", "energy", "species", "expect"})
            self.assertEqual(file.attrs["format"].decode(), "greenhalo-moments")
            units = {"density": "cm^-3 GeV^-1", "current": "cm^-2 s^-1 GeV^-1", "minimum_age": "yr",
                     "fluctuation_current": "cm^-4 s^-2 GeV^-2"}
            for name, item in file["expect"].items():
                self.assertEqual(item.attrs["units"].decode(), units.get(name, "1"))
                self.assertTrue(item.attrs["long_name"])
            self.assertEqual(file["config"].attrs["expect.minimum-age"].decode(), "auto")
            self.write("again.ini", file["config"].attrs["text"])
        self.run_well("expect", "again.ini", "-o", "again.h5")
        self.assertEqual(support.numbers(self.path / "again.h5", ["expect"]),
                         support.numbers(self.path / "moments.h5", ["expect"]))
        told = self.run_well("info", "moments.h5").out
        self.assertIn("moments of greenhalo", told)
        self.assertIn("delta_A2", told)
        self.assertIn("expect.span   infinite: sources of all times", told)
        with h5py.File(self.path / "moments.h5", "r") as file:
            caution = file["expect/small_scale"].attrs["caution"].decode()
        for text in (told, table):
            self.assertIn(f"delta_A2: {caution}", " ".join(text.split()))
        self.assertNotIn("realizations", told)
        self.assertIn("finished", told)

    def test_any_number_of_ranks(self):
        words = ("expect", "paper.ini", *FEW, "--observer.position", "7 2 0.3", "--expect.span", "finite")
        self.run_well(*words, "-o", "alone.h5")
        for ranks in (1, 2, 3, 8):
            done = self.run_well(*words, "-o", f"{ranks}.h5", ranks=ranks)
            self.assertEqual(len(re.findall("moments: ", done.out)), 1)
            self.assertEqual(support.numbers(self.path / f"{ranks}.h5", ["expect"]),
                             support.numbers(self.path / "alone.h5", ["expect"]))

    def test_ages_and_spans(self):
        def of(name, *words):
            self.run_well("expect", "paper.ini", *FEW, *words, "-o", name)
            return moments(self.path / name)

        steady = of("steady.h5")
        finite = of("finite.h5", "--expect.span", "finite")
        self.assertIn("expect.span   finite: sources within 80 Myr\n", self.run_well("info", "finite.h5").out)
        np.testing.assert_allclose(finite["density"], steady["density"], rtol=2e-3)
        self.assertTrue((finite["density"][:, 0] < steady["density"][:, 0]).all())
        stated = of("stated.h5", "--expect.minimum-age", "20 kyr")
        np.testing.assert_array_equal(stated["density"], steady["density"])
        np.testing.assert_array_equal(stated["minimum_age"], 2e4)
        older = of("older.h5", "--sources.minimum-age", 1e5)
        self.assertTrue((older["density"] < steady["density"]).all())
        np.testing.assert_array_equal(older["minimum_age"], 1e5)
        # effective ages: a release that comes late changes nothing for ever, but a finite span
        late = of("late.h5", "--injection.mode", "continuous", "--injection.normalization", "unit")
        burst = of("burst.h5", "--injection.normalization", "unit")
        released = late["density"] > 0
        np.testing.assert_allclose(late["density"][released], burst["density"][released], rtol=1e-12)

    def test_span_plays_no_part_in_a_steady_state(self):
        short = ("--sources.time-span", 1, "--sources.minimum-age", "2 Myr")
        self.run_well("expect", "paper.ini", *FEW, *short, "-o", "short.h5")
        self.run_well("expect", "paper.ini", *FEW, "--sources.minimum-age", "2 Myr", "-o", "long.h5")
        self.assertEqual(support.numbers(self.path / "short.h5", ["expect"]),
                         support.numbers(self.path / "long.h5", ["expect"]))

    def test_a_minimum_age_beyond_the_span_is_warned_of(self):
        for key in ("sources.minimum-age", "expect.minimum-age"):
            done = self.run_well("expect", "paper.ini", *FEW, f"--{key}", "90 Myr", "-o", "old.h5", "--overwrite")
            self.assertIn(f"warning: {key} = ", done.err)
            self.assertIn("is beyond sources.time-span = 80 Myr", done.err)
        done = self.run_well("expect", "paper.ini", *FEW, "--expect.minimum-age", "70 Myr", "-o", "old.h5", "--overwrite")
        self.assertNotIn("is beyond", done.err)

    def test_catalogue_adds_to_the_mean(self):
        self.write("known.csv", "x_kpc,y_kpc,z_kpc,age_yr\n8.2,0.1,0,11000\n")
        words = ("--injection.normalization", "unit", *FEW)
        self.run_well("expect", "paper.ini", *words, "-o", "without.h5")
        self.run_well("expect", "paper.ini", *words, "-o", "with.h5", "--sources.catalogue", "known.csv")
        self.run_well("run", "paper.ini", *words, "-o", "alone.h5", "--sources.catalogue", "known.csv",
                      "--sources.model", "none", "--ensemble.realizations", 1)
        without, added = moments(self.path / "without.h5"), moments(self.path / "with.h5")
        with h5py.File(self.path / "alone.h5", "r") as file:
            density, current = file["realizations/density"][0], file["realizations/current"][0]
        np.testing.assert_allclose(added["density"], without["density"] + density, rtol=1e-12)
        np.testing.assert_allclose(added["current"], without["current"] + current, rtol=1e-9,
                                   atol=1e-12 * np.abs(current).max())
        np.testing.assert_array_equal(added["fluctuation_current"], without["fluctuation_current"])

    def test_stationarity(self):
        high = ("--halo.half-height", 10, *FEW)
        self.assertEqual(self.run_well("expect", "paper.ini", *high).err, "")
        done = self.run_well("expect", "paper.ini", *high, "--expect.span", "finite", "--overwrite")
        self.assertRegex(done.err, r"^greenhalo: warning: sources\.time-span = 80 Myr .* MgAlSi 1\.7")
        cheap = ("--sources.rate", "1/3000", "--ensemble.realizations", 1)
        done = self.run_well("run", "paper.ini", *high, *cheap)
        self.assertRegex(done.err, r"greenhalo: warning: sources\.time-span = 80 Myr .* MgAlSi 1\.7")
        done = self.run_well("run", "paper.ini", *FEW, *cheap, "--overwrite")
        self.assertNotIn("time-span", done.err)

    def test_help(self):
        for words in (("expect", "--help"), ("--help",)):
            self.assertIn("greenhalo expect INPUT.ini [-o MOMENTS.h5]", self.run_well(*words).out)
        self.assertIn("--expect.minimum-age", self.run_well("expect", "--help").out)


class BadInput(support.InFolder):
    """One message, status 2, nothing written."""

    def setUp(self):
        super().setUp()
        self.write("model.ini", "[halo]\nhalf-height = 4\n")
        self.write("known.csv", "x_kpc,y_kpc,z_kpc,age_yr\n8.2,0.1,0,11000\n")

    def refused(self, *words, parts):
        before = self.snapshot()
        with self.subTest(words=words):
            done = self.run_program("expect", "model.ini", *words)
            self.assert_one_message(done, 2, *parts)
            self.assertEqual(self.snapshot(), before)

    def test_values(self):
        self.refused("--expect.span", "long", parts=["expect.span", "infinite, finite"])
        self.refused("--expect.minimum-age", "0", parts=["expect.minimum-age", "> 0"])
        self.refused("--expect.minimum-age", "1 kpc", parts=["expect.minimum-age", "kpc", "yr"])
        self.refused("--expect.minimum-age", "soon", parts=["expect.minimum-age", "soon"])
        self.refused("--expect.age", "1", parts=["unknown key expect.age", "expect.span"])

    def test_limits_against_each_other(self):
        self.refused("--expect.minimum-age", "1e4", "--sources.minimum-age", "2e4",
                     parts=["expect.minimum-age = 10000 yr (command line)", "sources.minimum-age = 20000 yr"])
        self.refused("--expect.minimum-age", "1 Myr", "--sources.time-span", "1", "--expect.span", "finite",
                     parts=["expect.minimum-age", "sources.time-span = 1 Myr (command line)"])
        self.refused("--sources.minimum-age", "2 Myr", "--sources.time-span", "1", "--expect.span", "finite",
                     parts=["sources.minimum-age = 2e6 yr (command line)", "sources.time-span = 1 Myr (command line)"])
        self.refused("--sources.time-span", "0.03", "--expect.span", "finite",
                     parts=["1000 GeV", "beyond the span of 0.03 Myr", "sources.time-span", "expect.minimum-age"])

    def test_models_without_integrals(self):
        self.refused("--sources.model", "none", "--sources.catalogue", "known.csv", "--injection.normalization",
                     "unit", parts=["sources.model = none (command line)", "cylindrical"])
        self.refused("--sources.model", "spiral", parts=["sources.model = spiral (command line)", "cylindrical"])
        self.refused("--sources.causal", "yes", parts=["sources.causal = yes (command line)", "set it to no"])
        self.refused("--observer.velocity", "0 -20 0",
                     parts=["observer.velocity = 0 -20 0 km/s (command line)", "at rest"])
        self.refused("--sources.minimum-distance", "1", parts=["sources.minimum-distance = 1 kpc"])
        self.refused("--sources.exclude-distance", "1", "--sources.exclude-age", "1e5",
                     parts=["sources.exclude-distance = 1 kpc"])

    def test_no_rule_where_no_sources_are(self):
        for words in (("--observer.position", "0 0 0"),
                      ("--observer.position", "16 0 0", "--sources.model", "uniform-disc")):
            self.refused(*words, *FEW, parts=["the observer's radius", "state expect.minimum-age"])
            self.run_well("expect", "model.ini", *words, *FEW, "--expect.minimum-age", 1e5, "-o", "m.h5",
                          "--overwrite")

    def test_existing_output(self):
        self.write("moments.h5", "precious")
        self.refused(parts=["moments.h5 exists", "--overwrite"])

    def test_refused_on_all_ranks_at_once(self):
        done = self.run_program("expect", "model.ini", "--sources.time-span", "0.03", "--expect.span", "finite",
                                ranks=3)
        self.assert_one_message(done, 2, "beyond the span")


if __name__ == "__main__":
    unittest.main()
