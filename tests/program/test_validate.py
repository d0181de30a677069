"""greenhalo validate: grid solutions against the Green functions, its errors, its file and its figures."""

import json
import os
import re
import unittest

import h5py
import numpy as np

from support import SOURCE, InFolder

# Coarse grids: a part of a minute together. Their errors need looser tolerances than those of the shipped inputs.
ONE_SOURCE = """\
[species]
names = CNO
[energy]
min = 1e3
max = 1e3
[injection]
normalization = unit
[grid]
problem = one-source
cells = 24
start-age = 0.07
ages = 0.13 0.15
box = 6
solver-tolerance = 1e-9
tolerance = 60
"""
MANY_SOURCES = """\
[sources]
rate = 1/3000
time-span = 40
minimum-age = 3e6
[species]
names = H
[energy]
min = 1e3
max = 1e3
[grid]
problem = many-sources
cells = 32
finest = 0.6
window = 6
observations = 5
tolerance = 5
"""
STEADY = """\
[species]
names = H Fe
[energy]
min = 1e3
max = 1e3
[ensemble]
realizations = 30
[sources]
rate = 1/300
[grid]
problem = steady
cells = 64
"""
BEYOND = """\
[species]
names = H Fe
[energy]
min = 1e3
max = 1e3
[grid]
problem = beyond
cells = 64
"""


class Validate(InFolder):
    """Runs of the program with coarse grids."""

    def solve(self, text, *words, ranks=None, status=0, **options):
        path = self.write("grid.ini", text)
        done = self.run_program("validate", path, "--overwrite", *words, ranks=ranks, **options)
        self.assertEqual(done.status, status, done.out + done.err)
        return done

    def comparisons(self, name="grid.h5"):
        with h5py.File(self.path / name) as file:
            self.assertEqual(file.attrs["format"].decode(), "greenhalo-grid")
            table = {key: values[()] for key, values in file["grid/comparison"].items()}
            self.assertIn("units", file["grid/comparison/value"].attrs)
        np.testing.assert_array_equal(table["passed"] == 1, table["error"] <= table["tolerance"])
        return table

    def plot(self, name="grid.h5"):
        done = self.run_well("validation", name, "-o", "figure.png", program=str(SOURCE / "tools/plot"))
        self.assertIn("figure.png", done.out)
        self.assertGreater((self.path / "figure.png").stat().st_size, 10000)

    def test_one_source_on_one_rank_and_two(self):
        values = []
        for ranks in (None, 2):
            done = self.solve(ONE_SOURCE, ranks=ranks)
            self.assertIn("comparisons passed", done.out)
            self.assertIn("triad", done.out)
            self.assertNotIn("FAILED", done.out)
            table = self.comparisons()
            limits = [i for i, what in enumerate(table["name"]) if b"limit of n" in what]
            self.assertEqual(len(limits), 6)
            self.assertLess(table["error"][limits].max(), 4e-3)
            # what the grids say of it without the Green function
            self.assertLess((table["error"] / table["grid_error"])[limits].max(), 3)
            values.append(table["value"][limits])
        np.testing.assert_allclose(values[0], values[1], rtol=1e-6)
        with h5py.File(self.path / "grid.h5") as file:
            self.assertEqual(file["grid/one_source/density"].shape, (27, 2))
            self.assertGreater(file["grid/cost/memory"][()].min(), 200)
            self.assertNotIn("many_sources", file["grid"])
        info = self.run_well("info", "grid.h5")
        self.assertIn("comparisons passed (one-source)", info.out)
        self.plot()

    def test_orders_and_limits_within_the_stated_tolerances(self):
        words = ("--grid.cells", "56", "--grid.start-age", "0.05", "--grid.ages", "0.2", "--grid.box", "auto",
                 "--grid.solver-tolerance", "1e-10", "--grid.tolerance", "1")
        self.solve(ONE_SOURCE, *words, ranks=2, limit=600)  # a minute or so
        table = self.comparisons()
        for name, error, own in zip(table["name"], table["error"], table["grid_error"]):
            if b"order in" in name:
                self.assertLess(error, 0.1, name)
                self.assertTrue(np.isnan(own), name)  # another order is never the grid's fault
            elif b"limit of" in name:
                self.assertLess(error, 1e-4, name)
                self.assertFalse(own > 1e-4, name)  # there is none for the content
            elif b"without a trace" in name:
                self.assertLess(error, 2e-9, name)
        self.assertEqual(sum(b"order in" in name for name in table["name"]), 12)

    @unittest.skipUnless(os.environ.get("GREENHALO_LONG"), "a campaign: tools/test --long")
    def test_the_shipped_inputs_hold(self):
        for problem in ("one-source", "many-sources", "steady", "beyond"):
            with self.subTest(problem):
                self.solve((SOURCE / f"input/validate-{problem}.ini").read_text(), ranks=2, limit=1200)

    def test_a_missed_tolerance_is_marked_and_fails(self):
        done = self.solve(BEYOND.replace("names = H Fe", "names = H"), "--petsc", "-ksp_rtol 0.9", status=1)
        self.assertRegex(done.out, r"delta_A1 .*FAILED")
        failures = int(re.search(r"(\d+) of \d+ comparisons FAILED", done.out).group(1))
        table = self.comparisons()
        self.assertEqual(failures, int((table["passed"] == 0).sum()))
        self.assertIn("FAILED", self.run_well("info", "grid.h5").out)
        told = json.loads(self.run_well("info", "grid.h5", "--json").out)
        self.assertEqual(told["written_by"], "greenhalo validate")
        self.assertEqual(told["comparisons"]["count"], table["passed"].size)
        self.assertEqual(told["comparisons"]["failed"], [name.decode() for name in table["name"][table["passed"] == 0]])
        self.assertIn("everything matches its checksum", self.run_well("info", "grid.h5", "--verify").out)

    def test_many_sources(self):
        done = self.solve(MANY_SOURCES, ranks=2)
        self.assertIn("counted from an age of 3 Myr on", done.out)
        with h5py.File(self.path / "grid.h5") as file:
            group = file["grid/many_sources"]
            time = group["time"][()]
            self.assertGreaterEqual(time.size, 5)
            self.assertEqual(time[-1], 0.0)
            density, green = group["density"][0, 0], group["green_density"][0, 0]
            self.assertGreater(np.ptp(green) / green.mean(), 0.01)  # there is something to follow
            np.testing.assert_allclose(density, green, rtol=0.04)
            self.assertEqual(group["anisotropy"].shape, (1, time.size, 3))
        self.plot()

    def test_continuous_release(self):
        self.solve(MANY_SOURCES, "--injection.mode", "continuous", "--injection.snr-lifetime", "3e5")

    def test_steady_state(self):
        self.solve(STEADY, ranks=3)
        with h5py.File(self.path / "grid.h5") as file:
            group = file["grid/steady"]
            np.testing.assert_allclose(group["large_scale"], group["expected_large_scale"], rtol=2e-3)
            np.testing.assert_allclose(group["box_large_scale"][0], group["expected_large_scale"][0], rtol=1e-2)
        table = self.comparisons()
        kinds = [row for row in table["name"] if b"of 30 realizations from 100 kyr on" in row]
        self.assertEqual(len(kinds), 5)  # mean and median of n and J_x, delta_A1
        self.plot()

    def test_beyond_the_green_function(self):
        done = self.solve(BEYOND)
        for change in ("absorbing sides at 15 kpc: delta_A1 changes by", "gas below 0.15 kpc only: delta_A1 changes by"):
            self.assertIn(change, done.out)
        with h5py.File(self.path / "grid.h5") as file:
            delta = file["grid/beyond/large_scale"][:, 0]
            np.testing.assert_allclose(delta, file["grid/beyond/exact_large_scale"][:, 0], rtol=3e-3)
            self.assertGreater(np.abs(delta[1:] / delta[0] - 1).min(), 0.01)  # every halo is another one
        self.plot()

    def test_another_halo(self):
        self.solve(BEYOND, "--halo.half-height", "2", "--diffusion.slope", "0.5", "--diffusion.normalization", "0.8")

    def test_a_zone_that_hardly_leaks(self):
        # its field decays over 17 kpc, and the sides of the grid move out with it
        self.solve(BEYOND.replace("names = H Fe", "names = H").replace("cells = 64", "cells = 152"), "--grid.diffusion-ratio", "0.01")

    def test_a_disc_with_an_edge(self):
        # the current is what the edge, 6.5 kpc away, leaves of itself; the grid knows how well
        self.solve(BEYOND.replace("cells = 64", "cells = 136"), "--sources.model", "uniform-disc")
        table = self.comparisons()
        rows = [i for i, name in enumerate(table["name"]) if b"J_r" in name]
        self.assertEqual(len(rows), 8)
        self.assertLess((table["error"] / table["grid_error"])[rows].max(), 1.5)
        self.assertGreater((table["error"] / table["grid_error"])[rows].min(), 0.5)

    def test_above_the_disc_the_current_along_z_is_compared(self):
        self.solve(STEADY, "--observer.position", "8.5 0 0.5", "--species.names", "H")
        table = self.comparisons()
        rows = {name.decode(): (error, tolerance) for name, error, tolerance in zip(table["name"], table["error"], table["tolerance"])}
        self.assertEqual(rows["H, 1 TeV: <J_z>, (r, z)"][1], 2e-3)
        self.assertIn("1 TeV: J_z, mean of 30 realizations from 100 kyr on", rows)
        self.assertLess(rows["1 TeV: delta_A1, medians of n and J of 30 realizations from 100 kyr on"][1], 0.5)
        self.solve(BEYOND, "--observer.position", "8.5 0 -0.5", "--species.names", "H")
        self.assertEqual(sum(b"<J_z>" in name for name in self.comparisons()["name"]), 4)

    def test_a_disc_with_an_edge_in_three_dimensions(self):
        self.solve(STEADY.replace("cells = 64", "cells = 192"), "--sources.model", "uniform-disc", "--species.names", "H", limit=300)

    def test_a_balance_as_good_as_rounding_lets_it(self):
        self.solve(BEYOND.replace("names = H Fe", "names = H"), "--grid.solver-tolerance", "1e-14")

    def refused(self, text, words, *parts):
        path = self.write("grid.ini", text)
        done = self.run_program("validate", path, "-o", "new.h5", *words)
        self.assert_one_message(done, 2, *parts)
        self.assertFalse((self.path / "new.h5").exists())

    def test_bad_input_is_refused_before_anything_is_computed(self):
        self.refused(ONE_SOURCE, ["--grid.start-age", "0.001"], "too coarse", "ages from", "grid.cells =")
        self.refused(ONE_SOURCE, ["--grid.step", "0"], "grid.step", "> 0")
        self.refused(ONE_SOURCE, ["--grid.cells", "20"], "grid.cells", "multiple of 8")
        self.refused(ONE_SOURCE, ["--grid.box", "0.5"], "observer lies off the grid", "grid.box")
        self.refused(ONE_SOURCE, ["--grid.ages", "0.2 0.16"], "grid.ages", "increase")
        self.refused(ONE_SOURCE, ["--grid.source-offset", "0 0 1.5"], "outside the halo")
        # with measured fluxes so few sources would be warned of as well
        many_sources = MANY_SOURCES + "[injection]\nnormalization = unit\n"
        self.refused(many_sources, ["--sources.minimum-age", "1e5"], "too coarse", "would do", "grid.finest")
        self.refused(many_sources, ["--sources.minimum-age", "0"], "sources.minimum-age")
        self.refused(many_sources, ["--observer.position", "40 0 0", "--grid.box", "28"], "off the grid", "grid.box")
        self.refused(many_sources, ["--observer.position", "27.9 0 0", "--grid.box", "28"], "the sides of the grid", "grid.box = 43.8 kpc would do")
        self.refused(many_sources, ["--grid.cells", "16"], "too coarse for sources far away", "grid.cells = 32 would do")
        self.refused(many_sources, ["--observer.position", "8.5 0 3.9", "--grid.finest", "0.1", "--grid.cells", "48"],
                     "too coarse for sources far away", "would do")
        self.refused(many_sources, ["--grid.step", "2e5"], "grid.step = 200000 yr is too long", "187500 yr would do")
        self.refused(ONE_SOURCE, ["--grid.ages", "0.3"], "the sides of the grid", "grid.box =")
        self.refused(ONE_SOURCE, ["--grid.source-offset", "0 0 0"], "slope at the observer may be off by inf", "grid.source-offset")
        # on a node the source is higher than it was asked for
        self.refused(ONE_SOURCE, ["--grid.source-offset", "0 0 0.05", "--grid.cells", "40"], "slope at the observer", "80 would do")
        self.refused(ONE_SOURCE, ["--grid.source-offset", "0 0 -0.99"], "outside the halo", "nearer to 0")
        self.refused(ONE_SOURCE, ["--grid.start-age", "1e-18"], "grid.start-age", "ages from")
        self.refused(ONE_SOURCE, ["--grid.start-age", "1e-18", "--grid.ages", "2e-18"], "no number of cells up to 1024 would do")
        self.refused(ONE_SOURCE, ["--grid.cells", "32", "--grid.ages", "0.2", "--grid.box", "auto", "--grid.tolerance", "1"],
                     "the first of grid.ages", "grid.cells = 56 would do", "makes the grid reach 7.44 kpc")
        for problem in (STEADY, BEYOND):
            self.refused(problem, ["--grid.box", "9"], "grid.box = 9 kpc", "absorbing sides 0.5 kpc from the observer", "24.4 kpc")
            self.refused(problem, ["--grid.cells", "32"], "grid.cells = 32", "too coarse", "cells would do")
            self.refused(problem, ["--sources.scale-height", "0.02"], "scale height of 0.02 kpc", "200 cells would do")
            self.refused(problem, ["--sources.scale-height", "1e-10"], "no number of cells up to 4096 would do")
            self.refused(problem, ["--observer.position", "0 0 0"], "observer.position", "<J_r> vanishes")
            self.refused(problem, ["--grid.box", "1000"], "kpc apart at the observer", "cells would do")
            self.refused(problem, ["--sources.model", "uniform-disc"], "the edge of the disc at 15 kpc", "cells would do")
        self.refused(STEADY, ["--observer.position", "50 0 0", "--grid.box", "40"], "off the grid", "grid.box")
        self.refused(STEADY, ["--energy.max", "1e8", "--diffusion.slope", "0.6", "--energy.points-per-decade", "1"],
                     "energy.max", "leaves the halo within")
        self.refused(STEADY, ["--sources.model", "spiral"], "sources.model", "axisymmetric")
        self.refused(BEYOND, ["--grid.inner-height", "5"], "grid.inner-height", "halo.half-height")
        self.refused(BEYOND, ["--grid.side-radius", "5"], "grid.side-radius")
        self.refused(BEYOND, ["--observer.position", "8.2 0 1"], "nodes on both sides of 1 kpc", "another observer.position")
        self.refused(BEYOND, ["--grid.inner-height", "3.95"], "the zone from 3.95 to 4 kpc", "fewer than two nodes")
        self.refused(STEADY, ["--sources.time-span", "2"], "sources.time-span", "may lack 0.75 of the steady state", "12 Myr would do")
        self.refused(BEYOND, ["--observer.position", "8.5 0 0.1"], "nodes on both sides of 0.15 kpc", "cells would do")
        self.refused(BEYOND, ["--grid.side-radius", "8.51"], "the absorbing side at 8.51 kpc", "cells would do")

    def test_options_of_petsc(self):
        one = BEYOND.replace("names = H Fe", "names = H")
        done = self.solve(one, "--petsc", "-ksp_type cg", "--petsc", "-no_such_option 3")
        self.assertIn('PETSc has not used the option "-no_such_option 3"', done.err)
        done = self.solve(one, "--petsc", "-ksp_max_it 1", status=1)
        self.assertIn("the linear solver gave up after 1 iterations", done.err)
        self.assertIn("grid.solver = algebraic", done.err)
        self.refused(one, ["--petsc", "ksp_type cg"], "--petsc", "options of PETSc are wanted")
        self.refused(one, ["--petsc"], "--petsc needs a value")
        self.refused(one, ["--petsc", "-pc_mg_levels 2"], "-pc_mg_levels has no place here", "grid.cells")

    def test_options_of_smoothers_hold_for_every_system(self):
        two = BEYOND.replace("names = H Fe", "names = H").replace("max = 1e3", "max = 1e5\npoints-per-decade = 0.5")
        iterations = []
        for degree in ("1", "8"):
            self.solve(two, "--petsc", f"-mg_levels_ksp_max_it {degree}")
            with h5py.File(self.path / "grid.h5") as file:
                iterations.append(file["grid/cost/iterations"][()] / file["grid/cost/solves"][()])
                self.assertEqual(file["grid/cost/solves"][0], 2)
        # a mean over both systems of a halo, so it would be nearer were the second smoothed as usual
        self.assertTrue((iterations[0] > 2.5 * iterations[1]).all(), iterations)

    def test_a_thin_disc(self):
        self.solve(STEADY, "--sources.scale-height", "0", "--species.names", "H")
        with h5py.File(self.path / "grid.h5") as file:
            self.assertEqual(file["grid/steady/current"][0, 0, 2], 0.0)


if __name__ == "__main__":
    unittest.main()
