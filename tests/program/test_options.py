"""The options beyond the paper: selections of sources, known remnants, a moving observer, a break in D(R)."""

import sys
import unittest

import h5py
import numpy as np

import support
from support import ALONE, SOURCE

sys.path.insert(0, str(SOURCE / "tools"))

from greenhalo_plot import sky  # noqa: E402

KPC = 3.0856775814913673e21  # cm
MYR = 3.15576e13  # s
LIGHT = 2.99792458e10 * MYR / KPC  # kpc/Myr
HALF_HEIGHT = 4.0
SUN = np.array([8.5, 0.0, 0.0])

# Few and young sources of protons, so that the sum over images of the source converges fast.
FEW = """\
[sources]
rate = 1/300
time-span = 1 Myr
[injection]
normalization = unit
[species]
names = H
[energy]
min = 1e3
max = 1e6
points-per-decade = 1
[ensemble]
realizations = 1
"""


def diffusion(rigidity):
    """D in kpc^2/Myr at rigidities in GV: D28/H_kpc = 1.33 at 3 GV, slope 1/3."""
    return 1e28 * 1.33 * HALF_HEIGHT * (rigidity / 3.0) ** (1.0 / 3.0) * MYR / KPC**2


def superposed(position, age, rigidity):
    """Density (cm^-3 GeV^-1) and delta at the Sun of sources (kpc, Myr) by images: physics independent of the program."""
    d = diffusion(rigidity)
    q = 4.0 * d * age
    rho2 = np.sum((SUN - position)[:, :2] ** 2, axis=1)
    z, slope = 0.0, 0.0
    for n in range(-12, 13):
        image = (-1) ** n * position[:, 2] + 2 * n * HALF_HEIGHT
        term = (-1) ** n * np.exp(-image**2 / q)
        z = z + term
        slope = slope + term * 2.0 * image / q  # d/dz at z = 0
    plane = np.exp(-rho2 / q) / (np.pi * q) ** 1.5
    density = np.sum(plane * z)
    gradient = np.array([np.sum(-2.0 * (SUN - position)[:, i] / q * plane * z) for i in range(2)]
                        + [np.sum(plane * slope)])
    return density / KPC**3, 3.0 / LIGHT * d * gradient / density


class Selections(support.InFolder):
    """The sources that count, against a sum over the catalogue of greenhalo sources."""

    def ensemble(self, *words):
        self.write("few.ini", FEW)
        self.run_well("sources", "few.ini", *words, "--overwrite")
        self.run_well("run", "few.ini", *words, "--overwrite")
        with h5py.File(self.path / "sources.h5", "r") as file:
            position, age = file["sources/position"][:], file["sources/age"][:] * 1e-6
        with h5py.File(self.path / "result.h5", "r") as file:
            return (position, age, file["energy"][:], file["species/release/delay"][0] * 1e-6,
                    file["realizations/density"][0, 0], file["realizations/anisotropy"][0])

    def check(self, *words, counts):
        """`counts` tells from distance (kpc), age and effective age (Myr) which sources do. Returns how many do not."""
        position, age, energy, delay, density, anisotropy = self.ensemble(*words)
        distance = np.linalg.norm(position - SUN, axis=1)
        left_out = []
        for e, gev in enumerate(energy):
            effective = age - delay[e]
            alive = effective > 0.0
            chosen = alive & counts(distance, age, effective)
            left_out.append(int(np.count_nonzero(alive & ~chosen)))
            n, delta = superposed(position[chosen], effective[chosen], gev)
            self.assertAlmostEqual(density[e] / n, 1.0, delta=1e-9, msg=f"{words} {gev}")
            np.testing.assert_allclose(anisotropy[e], delta, atol=1e-9 * np.linalg.norm(delta), err_msg=f"{words}")
        return left_out

    RELEASES = ((), ("--injection.mode", "continuous", "--injection.snr-lifetime", "3e5"))

    def test_everything(self):
        for release in self.RELEASES:
            for model in ("cylindrical", "spiral"):
                self.check(*release, "--sources.model", model, counts=lambda r, age, tau: tau > 0.0)

    def test_causality(self):
        found = [self.check(*release, "--sources.causal", "yes", counts=lambda r, age, tau: r <= LIGHT * tau)
                 for release in self.RELEASES]
        # late release makes more sources unreachable, most at the lowest energy
        self.assertGreater(found[0][0], 50)
        self.assertGreater(found[1][0], found[0][0])
        self.assertGreater(found[1][0], found[1][-1])
        self.assertEqual(len(set(found[0])), 1)

    def test_minimum_age(self):
        for release in self.RELEASES:
            found = self.check(*release, "--sources.minimum-age", "2e5", counts=lambda r, age, tau: tau >= 0.2)
            self.assertGreater(found[0], 100)

    def test_minimum_distance(self):
        found = self.check("--sources.minimum-distance", "3", counts=lambda r, age, tau: r >= 3.0)
        self.assertGreater(found[0], 50)

    def test_exclusion_is_by_age_since_the_explosion(self):
        found = [self.check(*release, "--sources.exclude-distance", "5", "--sources.exclude-age", "3e5",
                            counts=lambda r, age, tau: ~((r < 5.0) & (age < 0.3))) for release in self.RELEASES]
        self.assertGreater(found[0][0], 20)

    def test_all_together(self):
        self.check(*self.RELEASES[1], "--sources.causal", "yes", "--sources.minimum-age", "1e5",
                   "--sources.minimum-distance", "500 pc", "--sources.exclude-distance", "4",
                   "--sources.exclude-age", "4e5",
                   counts=lambda r, age, tau: (r <= LIGHT * tau) & (tau >= 0.1) & (r >= 0.5)
                   & ~((r < 4.0) & (age < 0.4)))


class KnownRemnants(support.InFolder):
    """input/known-remnants.csv."""

    FILE = SOURCE / "input" / "known-remnants.csv"

    def test_positions_follow_from_the_coordinates(self):
        rows, stated = [], []
        for line in self.FILE.read_text(encoding="utf-8").splitlines():
            if line.startswith("# l = "):
                stated.append([float(part.split("=")[1].split()[0]) for part in line[2:].split(",")])
            elif line[0].isdigit():
                rows.append(line.split(","))
        self.assertEqual(len(rows), len(stated))
        self.assertTrue(4 <= len(rows) <= 6)
        for row, (l, b, d) in zip(rows, stated):
            offset = np.array([float(v) for v in row[:3]]) - SUN
            longitude, latitude = sky.galactic(offset)
            self.assertAlmostEqual(np.linalg.norm(offset), d, delta=2e-5, msg=row)
            self.assertAlmostEqual((longitude - l + 180) % 360 - 180, 0.0, delta=0.01, msg=row)
            self.assertAlmostEqual(latitude, b, delta=0.01, msg=row)

    def test_alone(self):
        self.write("alone.ini", ALONE)
        done = self.run_well("run", "alone.ini", "--sources.catalogue", self.FILE, "--output.file", "r.h5")
        self.assertNotIn("warning", done.err)
        with h5py.File(self.path / "r.h5", "r") as file:
            delta = file["realizations/anisotropy"][0]
        self.assertTrue(np.isfinite(delta[-1]).all())

    def test_instead_of_the_random_sources_there(self):
        self.write("few.ini", FEW)
        self.run_well("run", "few.ini", "--sources.catalogue", self.FILE, "--sources.exclude-distance", 1,
                      "--sources.exclude-age", "1e5")
        with h5py.File(self.path / "result.h5", "r") as file:
            both = file["realizations/density"][0, 0]
        self.run_well("run", "few.ini", "--sources.exclude-distance", 1, "--sources.exclude-age", "1e5",
                      "--overwrite")
        with h5py.File(self.path / "result.h5", "r") as file:
            random = file["realizations/density"][0, 0]
        self.run_well("run", "few.ini", "--sources.catalogue", self.FILE, "--sources.model", "none", "--overwrite")
        with h5py.File(self.path / "result.h5", "r") as file:
            known = file["realizations/density"][0, 0]
        np.testing.assert_allclose(both, random + known, rtol=1e-14)
        self.assertTrue((known > 0).all())


class MovingObserver(support.InFolder):
    """observer.velocity."""

    def test_the_vector_is_added_to_the_anisotropy_alone(self):
        self.write("few.ini", FEW + "[observer]\nvelocity = 20 0 0\n")
        self.run_well("run", "few.ini", "-o", "rest.h5", "--observer.velocity", "0 0 0")
        for words, gamma, velocity in (((), 2.67, [20.0, 0.0, 0.0]),
                                       (("--injection.observed-slope", 2.7, "--observer.velocity", "-3 4 12 km/s"),
                                        2.7, [-3.0, 4.0, 12.0])):
            self.run_well("run", "few.ini", "-o", "moving.h5", "--overwrite", *words)
            with h5py.File(self.path / "rest.h5", "r") as rest, h5py.File(self.path / "moving.h5", "r") as moving:
                for name in ("density", "current"):
                    self.assertEqual(rest["realizations"][name][()].tobytes(),
                                     moving["realizations"][name][()].tobytes())
                added = moving["realizations/anisotropy"][0] - rest["realizations/anisotropy"][0]
                expected = (2.0 + gamma) * np.array(velocity) / 299792.458
                np.testing.assert_allclose(added, np.tile(expected, (len(added), 1)), atol=1e-15)
        self.assertAlmostEqual(4.67 * 20.0 / 299792.458, 3.11e-4, delta=1e-6)

    def test_no_particles_no_direction(self):
        self.write("alone.ini", ALONE)
        self.write("known.csv", "0.5,0,0,1\n")  # 8 kpc away and a year old
        self.run_well("run", "alone.ini", "--observer.velocity", "20 0 0")
        with h5py.File(self.path / "result.h5", "r") as file:
            self.assertTrue(np.isnan(file["realizations/anisotropy"][0, 0]).all())

    def test_at_rest_the_key_is_unused(self):
        self.write("few.ini", FEW)
        done = self.run_well("run", "few.ini", "--observer.velocity", "0 0 0")
        self.assertIn("observer.velocity", done.err)
        self.assertIn("not used", done.err)
        with h5py.File(self.path / "result.h5", "r") as file:
            self.assertNotIn("observer.velocity", file["config"].attrs)
        for value, part in (("20 0", "3 numbers"), ("20 0 0 kpc", "km/s"), ("2e4 0 0", "in [-10000, 10000]")):
            done = self.run_program("run", "few.ini", "-o", "x.h5", "--observer.velocity", value)
            self.assert_one_message(done, 2, "observer.velocity", part)


class BrokenDiffusion(support.InFolder):
    """diffusion.break-rigidity."""

    def test_density_of_one_source(self):
        distance, age = 0.5, 0.05  # kpc, Myr
        self.write("alone.ini", ALONE)
        self.write("known.csv", f"{8.5 - distance},0,0,{1e6 * age}\n")
        broken = ("--diffusion.break-rigidity", "1e4 GV", "--diffusion.slope-above", 0.2,
                  "--diffusion.break-smoothness", 0.25, "--species.names", "H He", "--gas.disc-density", 0)
        self.run_well("run", "alone.ini", *broken)
        with h5py.File(self.path / "result.h5", "r") as file:
            energy, density = file["energy"][:], file["realizations/density"][0]
            delta = np.linalg.norm(file["realizations/anisotropy"][0], axis=-1)
        for charge, found in zip((1.0, 2.0), density):
            rigidity = energy / charge
            d = diffusion(rigidity) * (1.0 + (rigidity / 1e4) ** 4.0) ** (0.25 * (0.2 - 1.0 / 3.0))
            q = 4.0 * d * age
            near = d * age < 0.05 * HALF_HEIGHT**2  # no image within reach
            self.assertGreater(np.count_nonzero(near), 5)
            expected = np.exp(-distance**2 / q) / (np.pi * q) ** 1.5 / KPC**3
            np.testing.assert_allclose(found[near], expected[near], rtol=1e-9)
        # one source: 3 d/(2 c tau) whatever D is
        np.testing.assert_allclose(delta[:4], 1.5 * distance / (LIGHT * age), rtol=1e-9)

    def test_refusals(self):
        self.write("few.ini", FEW)
        for words, parts in (
                (("--diffusion.break-rigidity", "1e4"), ("needs diffusion.slope-above",)),
                (("--diffusion.break-rigidity", "-1", "--diffusion.slope-above", 0.2), ("> 0",)),
                (("--diffusion.break-rigidity", "1e4 GeV", "--diffusion.slope-above", 0.2), ("GV",)),
                (("--diffusion.break-rigidity", "1e4", "--diffusion.slope-above", 1.2), ("in [0, 1]",)),
                (("--diffusion.break-rigidity", "1e4", "--diffusion.slope-above", 0.2,
                  "--diffusion.break-smoothness", 0), ("in (0, 10]",))):
            self.assert_one_message(self.run_program("run", "few.ini", *words), 2, "diffusion.", *parts)
        done = self.run_well("run", "few.ini", "--diffusion.slope-above", 0.2)
        self.assertIn("is used only with diffusion.break-rigidity", done.err)


class Projection(support.InFolder):
    """The right-ascension projection of the ensemble."""

    def test_quantiles(self):
        self.write("few.ini", FEW)
        self.run_well("run", "few.ini", "--ensemble.realizations", 12)
        with h5py.File(self.path / "result.h5", "r") as file:
            vector = file["realizations/anisotropy"][:]
            stored = file["ensemble/amplitude_projected_quantile"]
            levels = file["ensemble/quantile_levels"][:]
            projected = sky.right_ascension_projection(vector)
            np.testing.assert_allclose(stored[:], np.quantile(projected, levels, axis=0), rtol=1e-12)
            self.assertTrue((stored[:] <= file["ensemble/amplitude_quantile"][:]).all())
            self.assertEqual(stored.attrs["units"].decode(), "1")


class Figures(support.InFolder):
    """The inputs of the paper's figures run as they are, apart from their size, and say nothing but progress."""

    SMALL = ("--sources.time-span", "30", "--sources.rate", "1/3000", "--energy.points-per-decade", 1,
             "--ensemble.realizations", 1, "--overwrite")

    def test_inputs(self):
        names = ["figure2-left", "figure2-right", "figure3", "figure7"]
        names += [f"figure{n}-{side}" for n in (5, 6, 8, 9) for side in ("left", "right")]
        settings = {}
        for name in names:
            done = self.run_well("run", SOURCE / "input" / f"{name}.ini", *self.SMALL)
            self.assertNotIn("not used", done.err, name)
            with h5py.File(self.path / "result.h5", "r") as file:
                config = {key: value.decode() for key, value in file["config"].attrs.items()}
            settings[name] = (config["sources.model"], config.get("sources.arm-width"),
                              float(config["halo.half-height"]), round(float(config["diffusion.slope"]), 3))
        cylinder = ("cylindrical", None)
        for name, expected in {
                "figure2-left": (*cylinder, 4.0, 0.333), "figure2-right": (*cylinder, 4.0, 0.333),
                "figure3": (*cylinder, 4.0, 0.6), "figure5-left": ("spiral", "5", 4.0, 0.333),
                "figure5-right": ("spiral", "2.8", 4.0, 0.333), "figure6-left": ("spiral", "5", 4.0, 0.333),
                "figure6-right": ("spiral", "2.8", 4.0, 0.333), "figure7": (*cylinder, 1.0, 0.333),
                "figure8-left": (*cylinder, 1.0, 0.333), "figure8-right": (*cylinder, 2.0, 0.333),
                "figure9-left": (*cylinder, 1.0, 0.333), "figure9-right": (*cylinder, 4.0, 0.333)}.items():
            self.assertEqual(settings[name], expected, name)

    def test_rates(self):
        rates = {}
        for name in ("figure2-left", "figure2-right", "figure3", "figure5-left", "figure8-left", "figure9-left",
                     "figure9-right"):
            text = (SOURCE / "input" / f"{name}.ini").read_text(encoding="utf-8")
            rates[name] = next(line.split("=")[1].split("#")[0].strip() for line in text.splitlines()
                               if line.startswith("rate"))
        self.assertEqual(rates, {"figure2-left": "1/100", "figure2-right": "1/30", "figure3": "1/30",
                                 "figure5-left": "1/30", "figure8-left": "1/100", "figure9-left": "1/100",
                                 "figure9-right": "1/30"})


if __name__ == "__main__":
    unittest.main()
