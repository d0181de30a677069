"""Catalogues: greenhalo sources, its file, its map, and that they are the sources that run superposes."""

import os
import re
import subprocess
import sys
import unittest

import h5py
import numpy as np

import support
from support import SOURCE

sys.path.insert(0, str(SOURCE / "tools"))

from greenhalo_plot import sources as plot_sources  # noqa: E402

FIGURE = SOURCE / "input" / "figure1-left.ini"
SMALL = ("--sources.rate", "1/300", "--sources.time-span", 3)
SMALL_INPUT = "[sources]\nrate = 1/300\ntime-span = 3 Myr\n[energy]\npoints-per-decade = 1\n"


def read(path):
    with h5py.File(path, "r") as file:
        return file["sources/position"][:], file["sources/age"][:]


class Catalogue(support.InFolder):
    """The file and what is in it."""

    def test_figure_1(self):
        found = {}
        for side in ("left", "right"):
            done = self.run_well("sources", SOURCE / "input" / f"figure1-{side}.ini", "-o", f"{side}.h5")
            self.assertEqual(done.err, "")
            found[side] = read(self.path / f"{side}.h5")
            position, age = found[side]
            self.assertRegex(done.out, rf"^{len(age)} sources of realization 0 \(seed 1\) within 0\.9 Myr; "
                                       r"the mean is 30000 \+- 173\n  catalogue: " + side + r"\.h5\n$")
            self.assertLess(abs(len(age) - 3e4), 5 * 173)
            self.assertTrue(((age > 0) & (age <= 9e5)).all())
            # r^2: mean of the Gamma law of shape 4 (20 scales squared) and of the scatter (1 + 0.07^2)
            mean = np.mean(position[:, 0] ** 2 + position[:, 1] ** 2)
            self.assertAlmostEqual(mean / (20 * (8.5 / 3.53) ** 2 * 1.0049), 1.0, delta=0.04)
            self.assertAlmostEqual(np.mean(np.abs(position[:, 2])) / 0.1, 1.0, delta=0.03)
        # the width of the arms moves the azimuths and nothing else
        np.testing.assert_array_equal(found["left"][1], found["right"][1])
        np.testing.assert_array_equal(found["left"][0][:, 2], found["right"][0][:, 2])
        np.testing.assert_allclose(np.hypot(*found["left"][0][:, :2].T), np.hypot(*found["right"][0][:, :2].T),
                                   rtol=1e-13)
        self.assertGreater(np.abs(found["left"][0][:, 0] - found["right"][0][:, 0]).max(), 1.0)

    def test_content(self):
        self.run_well("sources", FIGURE, *SMALL)
        with h5py.File(self.path / "sources.h5", "r") as file:
            self.assertEqual(set(file), {"config", "provenance", "energy", "species", "sources"})
            self.assertEqual(file.attrs["format"].decode(), "greenhalo-sources")
            self.assertEqual(file["sources/position"].shape, (len(file["sources/age"]), 3))
            for name, units in (("position", "kpc"), ("age", "yr")):
                self.assertEqual(file["sources"][name].attrs["units"].decode(), units)
                self.assertTrue(file["sources"][name].attrs["long_name"])
                self.assertTrue(np.isfinite(file["sources"][name][:]).all())
            config = file["config"].attrs
            self.assertEqual(config["sources.arm-width"].decode(), "5")
            self.write("again.ini", config["text"])
            before = file["sources/position"][:]
        self.run_well("sources", "again.ini", "-o", "again.h5")
        np.testing.assert_array_equal(read(self.path / "again.h5")[0], before)
        told = self.run_well("info", "sources.h5").out
        self.assertIn("sources of greenhalo", told)
        self.assertIn(f"{len(before)} random sources of realization 0, seed 1, within 3 Myr", told)

    def test_the_realization_is_the_one_that_run_draws(self):
        self.write("small.ini", SMALL_INPUT)
        for model in ("cylindrical", "spiral", "uniform-disc"):
            words = ("small.ini", "--sources.model", model, "--overwrite")
            self.run_well("run", *words, "-o", "r.h5", "--ensemble.realizations", 4)
            with h5py.File(self.path / "r.h5", "r") as file:
                counts = file["realizations/source_count"][:]
            lengths = []
            for index in range(4):
                self.run_well("sources", *words, "--ensemble.first", index)
                lengths.append(len(read(self.path / "sources.h5")[1]))
            np.testing.assert_array_equal(lengths, counts, model)
        self.assertGreater(len(set(lengths)), 1)

    def test_bits_do_not_depend_on_ranks_or_instruction_set(self):
        self.run_well("sources", FIGURE, *SMALL, "-o", "one.h5")
        self.run_well("sources", FIGURE, *SMALL, "-o", "three.h5", ranks=3)
        expected = read(self.path / "one.h5")
        self.run_well("sources", FIGURE, *SMALL, "-o", "v2.h5", environment={"GREENHALO_ISA": "x86-64-v2"})
        for name in ("three", "v2"):
            for one, other in zip(expected, read(self.path / f"{name}.h5")):
                self.assertEqual(one.tobytes(), other.tobytes(), name)

    def test_no_source_at_all(self):
        done = self.run_well("sources", FIGURE, "--sources.time-span", "1e-9")
        self.assertTrue(done.out.startswith("0 sources of realization 0"), done.out)
        self.assertEqual(read(self.path / "sources.h5")[0].shape, (0, 3))
        self.run_well("info", "sources.h5")

    def test_memory_does_not_grow_with_the_span(self):
        peaks = []
        for span in (0.1, 60):
            process = self.start("sources", FIGURE, "--sources.time-span", span, "--overwrite",
                                 stderr=subprocess.STDOUT)
            with process.stdout:
                process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.assertEqual(process.returncode, 0)
            peaks.append(usage.ru_maxrss / 1024)
        self.assertEqual(len(read(self.path / "sources.h5")[1]) // 100000, 20)  # 64 MB
        self.assertLess(peaks[1] - peaks[0], 25, peaks)

    def test_refusals(self):
        self.write("here.h5", "older")
        before = self.snapshot()
        for words, parts in (
                ((FIGURE, "-o", "here.h5"), ("here.h5", "--overwrite")),
                (("missing.ini",), ("missing.ini", "does not exist")),
                ((), ("input file is missing",)),
                ((FIGURE, "--sources.arm-width", "0"), ("sources.arm-width", "in (0, 100)")),
                ((FIGURE, "--sources.arm-width", "150"), ("sources.arm-width", "no arms")),
                ((FIGURE, "--sources.arm-width", "5 yr"), ("sources.arm-width", "kpc")),
                ((FIGURE, "--sources.arm-blur", "left"), ("one-sided, symmetric",)),
                ((FIGURE, "--sources.model", "spirals"), ("cylindrical, spiral, uniform-disc, none",)),
        ):
            self.assert_one_message(self.run_program("sources", *words), 2, *parts)
        self.write("known.csv", "8,0,0,1e4\n")
        alone = self.run_program("sources", FIGURE, "--sources.model", "none", "--sources.catalogue", "known.csv",
                                 "--injection.normalization", "unit")
        self.assertEqual(alone.status, 2)
        self.assertIn("sources.model = none", alone.err)
        self.assertIn("no random sources to draw", alone.err)
        (self.path / "known.csv").unlink()
        self.assertEqual(self.snapshot().keys(), before.keys())

    def test_arm_keys_are_unused_without_arms(self):
        done = self.run_well("sources", FIGURE, *SMALL, "--sources.model", "cylindrical")
        self.assertIn("sources.arm-width = 5 is not used: it is used only with sources.model = spiral", done.err)


class Map(support.InFolder):
    """tools/plot sources."""

    def plot(self, *words):
        return subprocess.run([sys.executable, "-B", SOURCE / "tools" / "plot", "sources", *map(str, words)],
                              cwd=self.path, capture_output=True, text=True, check=False)

    def test_map(self):
        self.run_well("sources", FIGURE, *SMALL)
        done = self.plot("sources.h5", "-o", "map.png")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"^map\.png: \d+ of \d+ sources\n$")
        self.assertGreater((self.path / "map.png").stat().st_size, 50000)
        plain = self.plot("sources.h5", "-o", "plain.png", "--no-arms", "--range", 5, "--caption", "", "--title", "T")
        self.assertEqual((plain.returncode, plain.stderr), (0, ""))
        self.assertNotEqual((self.path / "map.png").read_bytes(), (self.path / "plain.png").read_bytes())

    def test_other_files_are_refused(self):
        self.write("small.ini", SMALL_INPUT)
        self.run_well("run", "small.ini", "-o", "r.h5", "--ensemble.realizations", 1)
        for words, part in ((("r.h5",), "holds no sources"), (("none.h5",), "no such file"),
                            (("r.h5", "-o", "map.jpg"), ".png"), (("r.h5", "--range", "0"), "--range")):
            done = self.plot(*words)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(part, done.stderr)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.run_well("sources", "small.ini")
        amplitude = subprocess.run([sys.executable, "-B", SOURCE / "tools" / "plot", "amplitude", "sources.h5"],
                                   cwd=self.path, capture_output=True, text=True, check=False)
        self.assertEqual(amplitude.returncode, 2)
        self.assertIn("holds no realizations", amplitude.stderr)

    def test_arms_are_those_of_the_program(self):
        header = (SOURCE / "include" / "greenhalo" / "galaxy" / "source_law.h").read_text()
        rows = re.findall(r"\{([\d.]+), ([\d.]+), (-?[\d.]+)\},\s*// (\S+)", header)
        self.assertEqual([(name, float(k), float(r), float(a)) for k, r, a, name in rows],
                         list(plot_sources.ARMS))

    def test_centroids_cross_the_suns_azimuth(self):
        for name, radius in (("Carina-Sagittarius", 7.29), ("Perseus", 10.58)):
            arm = next(arm for arm in plot_sources.ARMS if arm[0] == name)
            x, y = plot_sources.centroid(arm, 20.0)
            at = np.nonzero((x[1:] > 5.0) & (y[1:] * y[:-1] <= 0.0))[0]
            self.assertLess(np.abs(x[at] - radius).min(), 0.05, name)


if __name__ == "__main__":
    unittest.main()
