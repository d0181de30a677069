"""The program at work on sound input: what it says, what it leaves in the file, and known physics."""

import hashlib
import os
import pty
import re
import unittest

import h5py
import numpy as np

import support
from support import ALONE, CHEAP, SOURCE, arrays, numbers

FIGURE = SOURCE / "input" / "figure2-right.ini"
# its physics in a fraction of a second: with rare sources over the whole span, or with all over a short one
COARSE = ("--energy.points-per-decade", 2, "--ensemble.realizations", 3)
RARE = ("--sources.rate", "1/3000", *COARSE)
RECENT = ("--sources.time-span", 3, *COARSE)
LIGHT = 2.99792458e10 * 3.15576e7 / 3.0856775814913673e21  # kpc/yr

LIBRARIES = ("MPI", "HDF5", "PETSc", "Boost", "fmt", "Random123", "OpenSSL")
DATED = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  "


def opened(path):
    return h5py.File(path, "r")


class Talk(support.InFolder):
    """stdout and stderr."""

    def test_summary(self):
        done = self.run_well("run", FIGURE, *RECENT, "-o", "out.h5")
        with opened(self.path / "out.h5") as file:
            energy = file["energy"][:]
            quantiles = file["ensemble/amplitude_quantile"][:]
        for name, gev in (("1 TeV", 1e3), ("10 TeV", 1e4), ("100 TeV", 1e5), ("1 PeV", 1e6)):
            line = re.search(rf"^ +{name} +(\S+) +(\S+) \.\. *(\S+)$", done.out, re.MULTILINE)
            self.assertIsNotNone(line, done.out)
            at = int(np.argmin(np.abs(np.log(energy / gev))))
            expected = quantiles[[2, 1, 3], at]
            np.testing.assert_allclose([float(number) for number in line.groups()], expected, rtol=1e-3)
        efficiency = re.search(r"implied efficiencies:  H (\S+)  He \S+  CNO \S+  MgAlSi \S+  Fe \S+$",
                               done.out, re.MULTILINE)
        self.assertIsNotNone(efficiency, done.out)
        self.assertAlmostEqual(float(efficiency[1]), 0.0614, delta=6e-5)
        self.assertRegex(done.out, r"(?m)^ +\S+ s on 1 rank: \S+ sources per second, "
                                   r"\S+ realizations per core-hour$")
        self.assertRegex(done.out, r"(?m)^ +result: out\.h5$")
        self.assertRegex(done.out, r"(?m)^3 realizations$")

    def test_given_efficiencies(self):
        done = self.run_well("run", FIGURE, *RARE, "--injection.normalization", "efficiency",
                             "--injection.efficiency", "0.06 0.03 0.01 0.01 0.01")
        self.assertIn("given efficiencies:  H 0.06  He 0.03", done.out)

    def test_progress_in_a_log_is_dated(self):
        # so rare sources cannot give the measured fluxes, which is worth a warning
        done = self.run_well("run", FIGURE, *RARE, "--injection.explosion-energy", 1e53)
        self.assertNotIn("\r", done.err)
        self.assertRegex(done.err, rf"(?m)^{DATED}3 of 3 realizations")
        self.assertIn("3 realizations of the model 'cylindrical'", done.err)
        self.assertNotIn("warning", done.err)

    def test_progress_on_a_terminal_is_one_line(self):
        terminal, other_end = pty.openpty()
        process = self.start("run", FIGURE, *RARE, stderr=other_end)
        os.close(other_end)
        out, _ = process.communicate(timeout=support.LIMIT)
        text = b""
        try:
            while piece := os.read(terminal, 65536):
                text += piece
        except OSError:  # how Linux says that the other end is closed
            pass
        os.close(terminal)
        text = text.decode()
        self.assertEqual(process.returncode, 0, text)
        self.assertRegex(text, r"\r  3 of 3 realizations, \S+ per s *\r\n$")
        self.assertNotRegex(text, DATED)
        self.assertIn("result: result.h5", out)

    def test_one_rank_speaks_for_all(self):
        done = self.run_well("run", FIGURE, *RARE, ranks=3)
        self.assertEqual(done.out.count("implied efficiencies"), 1)
        self.assertEqual(done.err.count("kernels for"), 1)
        self.assertIn("on 3 ranks", done.err)

    def test_what_has_no_effect_is_a_warning(self):
        self.write("model.ini", CHEAP + "[sources]\ndisc-radius = 12\n")
        done = self.run_well("run", "model.ini", "--injection.efficiency", 0.1)
        warnings = [line for line in done.err.splitlines() if "is not used" in line]
        self.assertEqual(len(warnings), 2, done.err)
        self.assertIn("model.ini, line 9: sources.disc-radius = 12 is not used", warnings[1])
        self.assertIn("sources.model = uniform-disc", warnings[1])
        self.assertIn("command line: injection.efficiency = ", warnings[0])
        self.assertTrue(all(line.startswith("greenhalo: warning: ") for line in warnings))


class WithoutMpi(support.InFolder):
    """What must work on a login node, where MPI may be unable to start."""

    def setUp(self):
        super().setUp()
        self.write("model.ini", CHEAP)
        self.run_well("run", "model.ini", "-o", "result.h5")
        refuse = '{ fputs("MPI was started", stderr); _exit(97); }\n'
        thread = "int* argc, char*** argv, int wanted, int* given"
        self.no_mpi = self.shim("#include <stdio.h>\n#include <unistd.h>\n"
                                f"int MPI_Init(int* argc, char*** argv) {refuse}"
                                f"int MPI_Init_thread({thread}) {refuse}")

    def without(self, *words):
        done = self.run_program(*words, environment=self.no_mpi)
        self.assertEqual((done.status, done.err), (0, ""), words)
        return done.out

    def test_run_starts_it(self):
        done = self.run_program("run", "model.ini", "-o", "n.h5", environment=self.no_mpi)
        self.assertEqual(done.status, 97)

    def test_help(self):
        for words in (["--help"], ["-h"], ["help"]):
            self.assertIn("greenhalo run INPUT.ini", self.without(*words))
        text = self.without("run", "--help")
        for part in ("--overwrite", "-o, ", "--halo.half-height", "--species.NAME.charge", "kpc", "default"):
            self.assertIn(part, text)
        self.assertLessEqual(max(len(line) for line in text.splitlines()), 110)
        for command in ("info", "input"):
            self.assertIn(f"greenhalo {command}", self.without(command, "--help"))

    def test_version(self):
        text = self.without("--version")
        self.assertRegex(text, r"^greenhalo \d+\.\d+\.\d+ \(\S+\)\n")
        for library in LIBRARIES:
            self.assertRegex(text, rf"(?m)^{library} .*\d")

    def test_info(self):
        text = self.without("info", "result.h5")
        for part in ("greenhalo run model.ini -o result.h5", "cylindrical", "H = 4 kpc", "H (Z 1, A 1), He (Z 2, A 4)",
                     "3 of 3 complete", "indices 0 to 2", "seed 1", "revision", "with 1 rank: finished",
                     "median |delta|"):
            self.assertIn(part, text)
        with opened(self.path / "result.h5") as file:
            median = file["ensemble/amplitude_quantile"][2]
        self.assertIn(f"{median[0]:.3e}", text)
        self.assertIn(f"{median[-1]:.3e}", text)

    def test_info_of_a_file_whose_statistics_were_not_written(self):
        with h5py.File(self.path / "result.h5", "a") as file:
            file["ensemble/realizations"][()] = 0
        text = self.without("info", "result.h5")
        self.assertIn("3 of 3 complete", text)
        self.assertNotIn("median", text)

    def test_template_runs_as_it_is(self):
        self.write("my.ini", self.without("input"))
        done = self.run_well("run", "my.ini", *RARE, "-o", "my.h5", "--injection.explosion-energy", 1e53)
        self.assertNotIn("warning", done.err)
        with opened(self.path / "my.h5") as file:
            self.assertEqual(file["energy"][0], 1e3)

    def test_template_says_what_the_defaults_say(self):
        # the whole template, and nothing but the place of the output, are two ways to the same numbers
        self.write("my.ini", self.without("input"))
        self.write("empty.ini", "")
        self.run_well("run", "my.ini", *RARE, "-o", "my.h5")
        self.run_well("run", "empty.ini", *RARE, "-o", "empty.h5")
        self.assertEqual(numbers(self.path / "my.h5"), numbers(self.path / "empty.h5"))


class Contents(support.InFolder):
    """The result file."""

    def test_datasets(self):
        self.write("model.ini", CHEAP)
        self.run_well("run", "model.ini")
        shapes = {
            "energy": (6,), "species/name": (5,), "species/charge": (5,), "species/mass_number": (5,),
            "species/release/yield": (5, 6), "species/release/delay": (5, 6),
            "realizations/index": (3,), "realizations/complete": (3,), "realizations/source_count": (3,),
            "realizations/density": (3, 5, 6), "realizations/current": (3, 5, 6, 3),
            "realizations/anisotropy": (3, 6, 3),
            "ensemble/amplitude_mean": (6,), "ensemble/amplitude_quantile": (5, 6),
            "ensemble/density_mean": (5, 6), "ensemble/density_quantile": (5, 5, 6),
            "ensemble/current_mean": (5, 6, 3), "ensemble/current_covariance": (5, 6, 3, 3),
            "ensemble/fluctuation_current": (6,), "ensemble/delta_A1": (6,), "ensemble/delta_A2": (6,),
            "ensemble/phase_histogram": (36, 6), "ensemble/phase_resultant": (6,),
            "ensemble/undefined_fraction": (6,),
        }
        units = {"energy": "GeV", "realizations/density": "cm^-3 GeV^-1", "realizations/anisotropy": "1",
                 "realizations/current": "cm^-2 s^-1 GeV^-1", "ensemble/amplitude_quantile": "1"}
        with opened(self.path / "result.h5") as file:
            for name, shape in shapes.items():
                self.assertEqual(file[name].shape, shape, name)
            for name, unit in units.items():
                self.assertEqual(as_text(file[name].attrs["units"]), unit, name)

            def described(name, item):
                if isinstance(item, h5py.Dataset):
                    self.assertTrue(as_text(item.attrs["units"]), name)
                    self.assertGreater(len(as_text(item.attrs["long_name"])), 5, name)

            file.visititems(described)
            for name in ("format", "format_version", "greenhalo_version", "created", "command"):
                self.assertIn(name, file.attrs)
            self.assertEqual(as_text(file.attrs["command"]), "greenhalo run model.ini")
            names = [as_text(name) for name in file["species/name"]]
            self.assertEqual(names, ["H", "He", "CNO", "MgAlSi", "Fe"])
            self.assertEqual(file["realizations/index"][:].tolist(), [0, 1, 2])
            self.assertTrue(file["realizations/complete"][:].all())

    def test_statistics_are_those_of_the_realizations(self):
        self.write("model.ini", CHEAP)
        self.run_well("run", "model.ini", "--ensemble.realizations", 40, ranks=2)
        with opened(self.path / "result.h5") as file:
            density, current, delta = (file["realizations"][name][:]
                                       for name in ("density", "current", "anisotropy"))
        e = arrays(self.path / "result.h5", "ensemble")
        self.assertEqual(e["realizations"], 40)
        close = lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-300)
        total = current.sum(axis=1)
        close(delta, -3 / 2.99792458e10 * total / density.sum(axis=1)[:, :, None])
        amplitude = np.linalg.norm(delta, axis=2)
        levels = [0.025, 0.16, 0.5, 0.84, 0.975]
        close(e["quantile_levels"], levels)
        close(e["amplitude_mean"], amplitude.mean(axis=0))
        close(e["amplitude_quantile"], np.quantile(amplitude, levels, axis=0))
        close(e["density_mean"], density.mean(axis=0))
        close(e["density_quantile"], np.quantile(density, levels, axis=0))
        close(e["current_mean"], current.mean(axis=0))
        close(e["current_median"], np.median(current, axis=0))
        fluctuation = total.var(axis=0, ddof=1).sum(axis=1)
        close(e["fluctuation_current"], fluctuation)
        for group in range(5):
            for energy in range(6):
                np.testing.assert_allclose(e["current_covariance"][group, energy],
                                           np.cov(current[:, group, energy].T), rtol=1e-9, atol=1e-300)
        isotropic = 2.99792458e10 / 3 * density.mean(axis=0).sum(axis=0)
        large_scale = np.linalg.norm(total.mean(axis=0), axis=1) / isotropic
        np.testing.assert_allclose(e["delta_A1"], large_scale, rtol=1e-10)
        close(e["delta_A2"], np.sqrt(fluctuation) / isotropic)
        longitude = np.degrees(np.arctan2(-delta[..., 1], -delta[..., 0])) % 360
        for energy in range(6):
            histogram, _ = np.histogram(longitude[:, energy], bins=36, range=(0, 360))
            self.assertEqual(e["phase_histogram"][:, energy].tolist(), histogram.tolist())
        close(e["phase_resultant"], np.abs(np.exp(1j * np.radians(longitude)).mean(axis=0)))
        self.assertFalse(e["undefined_fraction"].any())

    def test_config_runs_again_and_gives_the_same(self):
        self.write("inputs/known.csv", "8.2,0.1,0,1e4\n")
        self.write("inputs/model.ini", CHEAP + "[sources]\ncatalogue = known.csv\n")
        first = self.run_well("run", "inputs/model.ini", "--halo.half-height", "2.5 kpc", "--sources.rate", "1/7000",
                              "--sources.time-span", 80, "-o", "a.h5")
        with opened(self.path / "a.h5") as file:
            self.assertEqual(as_text(file["config"].attrs["halo.half-height"]), "2.5")
            self.write("elsewhere/again.ini", as_text(file["config"].attrs["text"]))
        done = self.run_well("run", "again.ini", "-o", "../b.h5", folder=self.path / "elsewhere")
        # what is to be said against the model is said again, and nothing about the input
        said = [[line for line in run.err.splitlines() if "warning" in line] for run in (first, done)]
        self.assertEqual(said[0], said[1])
        everything = ("realizations", "ensemble", "species")
        self.assertEqual(numbers(self.path / "b.h5", everything), numbers(self.path / "a.h5", everything))

    def test_catalogue_is_kept(self):
        content = "# known\r\n8.2,0.1,0,1e4,,Ærø\r\n".encode()
        path = self.write("known.csv", content)
        self.write("model.ini", CHEAP)
        self.run_well("run", "model.ini", "--sources.catalogue", "known.csv")
        with opened(self.path / "result.h5") as file:
            kept = file["config/files/0"]
            self.assertEqual(kept["content"][:].tobytes(), content)
            self.assertEqual(as_text(kept.attrs["sha256"]), hashlib.sha256(content).hexdigest())
            self.assertTrue(os.path.samefile(as_text(kept.attrs["path"]), path))

    def test_provenance(self):
        self.write("model.ini", CHEAP)
        self.run_well("run", "model.ini", ranks=2)
        with opened(self.path / "result.h5") as file:
            for fact in ("revision", "compiler", "compiler_flags", "instruction_set", *LIBRARIES):
                self.assertTrue(as_text(file["provenance"].attrs[fact]), fact)
            start, unused = file["provenance/starts"][:2]
        self.assertEqual(start["ranks"], 2)
        self.assertEqual(start["host"].decode(), os.uname().nodename[:63])
        self.assertEqual(start["reason"], b"finished")
        self.assertLessEqual(start["started"], start["ended"])
        self.assertFalse(unused["started"])

    def test_overwriting_replaces_the_whole_file(self):
        self.write("model.ini", CHEAP)
        self.run_well("run", "model.ini", "--ensemble.realizations", 9)
        self.run_well("run", "model.ini", "--overwrite")
        with opened(self.path / "result.h5") as file:
            self.assertEqual(file["realizations/index"].shape, (3,))
        self.assertEqual(sorted(path.name for path in self.path.iterdir()), ["model.ini", "result.h5"])


class Physics(support.InFolder):
    """Small models with known answers, and the corners of the input."""

    def results(self, *words):
        self.run_well("run", "model.ini", "--overwrite", *words)
        return arrays(self.path / "result.h5", "/")

    def test_single_source_is_3_d_over_2_c_tau(self):
        self.write("model.ini", ALONE)
        separation, years = np.array([-0.2, 0.25, 0.05]), 1.2e4
        self.write("known.csv", "{},{},{},{}\n".format(*(np.array([8.5, 0, 0]) + separation), years))
        found = self.results()
        expected = 1.5 * separation / (LIGHT * years)
        self.assertEqual(found["realizations/anisotropy"].shape, (1, 11, 3))
        # sums of five groups agree because the answer is the same for each
        np.testing.assert_allclose(found["realizations/anisotropy"][0], np.tile(expected, (11, 1)), rtol=1e-9)
        np.testing.assert_allclose(found["ensemble/amplitude_mean"], np.linalg.norm(expected), rtol=1e-9)
        self.assertEqual(found["realizations/source_count"].tolist(), [0])

    def test_energy_of_a_listed_source_is_a_factor(self):
        self.write("model.ini", ALONE)
        self.write("known.csv", "8.2,0.1,0,1e4\n")
        once = self.results()
        self.write("known.csv", "8.2,0.1,0,1e4,0.5\n8.2,0.1,0,1e4,2\n")
        both = self.results()
        np.testing.assert_allclose(both["realizations/density"], 2.5 * once["realizations/density"],
                                   rtol=1e-13)

    def test_too_young_to_be_seen(self):
        self.write("model.ini", ALONE)
        self.write("known.csv", "0,0,0,1\n")
        done = self.run_well("run", "model.ini", "-o", "summary.h5")
        self.assertRegex(done.out, r"(?m)^ +1 TeV +no particles in any realization$")
        self.assertNotIn("nan", done.out)
        # old enough for the high energies only
        self.write("known.csv", "6,0,0,3000\n")
        found = self.results("--energy.min", 1, "--energy.max", 1e8)
        at = found["realizations/density"][0].sum(axis=0) == 0
        self.assertTrue(at[0] and not at[-1])
        np.testing.assert_array_equal(np.isnan(found["realizations/anisotropy"][0, :, 0]), at)
        np.testing.assert_array_equal(found["ensemble/undefined_fraction"], at.astype(float))
        self.assertTrue(np.isnan(found["ensemble/amplitude_quantile"][:, at]).all())
        self.assertTrue(np.isfinite(found["ensemble/amplitude_quantile"][:, ~at]).all())

    def test_one_realization_has_no_spread(self):
        self.write("model.ini", CHEAP)
        found = self.results("--ensemble.realizations", 1)
        for name in ("current_covariance", "fluctuation_current", "delta_A2"):
            self.assertTrue(np.isnan(found[f"ensemble/{name}"]).all(), name)
        for name in ("amplitude_quantile", "delta_A1", "density_mean", "phase_resultant"):
            self.assertTrue(np.isfinite(found[f"ensemble/{name}"]).all(), name)

    def test_single_energy(self):
        self.write("model.ini", CHEAP)
        grid = self.results()
        found = self.results("--energy.min", "1 PeV", "--energy.max", 1e6)
        self.assertEqual(found["energy"].tolist(), [1e6])
        at = int(np.argmin(np.abs(grid["energy"] - 1e6)))
        # an energy does not care about its neighbours, apart from what is cut below rounding
        np.testing.assert_allclose(found["realizations/density"][:, :, 0],
                                   grid["realizations/density"][:, :, at], rtol=1e-10)

    def test_thin_disc(self):
        self.write("model.ini", CHEAP)
        found = self.results("--sources.scale-height", 0)
        # sources and observer in the plane of symmetry: nothing streams through it
        np.testing.assert_array_equal(found["realizations/current"][..., 2], 0)
        self.assertTrue((found["realizations/density"] > 0).all())

    def test_observer_off_the_plane(self):
        self.write("model.ini", CHEAP)
        up = self.results("--observer.position", "8.5 0 2", "--sources.scale-height", 0)
        down = self.results("--observer.position", "8.5,0,-2", "--sources.scale-height", 0)
        # the excess is where the sources are
        self.assertTrue((up["realizations/anisotropy"][..., 2] < 0).all())
        np.testing.assert_allclose(down["realizations/anisotropy"],
                                   up["realizations/anisotropy"] * [1, 1, -1], rtol=1e-9, atol=1e-15)
        plane = self.results("--sources.scale-height", 0)
        above, within = (found["realizations/density"].mean(axis=0) for found in (up, plane))
        self.assertTrue((above < within).all())

    def test_uniform_disc_around_its_centre(self):
        self.write("model.ini", CHEAP)
        found = self.results("--sources.model", "uniform-disc", "--sources.disc-radius", 10,
                             "--observer.position", "0 0 0", "--sources.rate", "1/30",
                             "--ensemble.realizations", 5)
        expected = 5 * [3e6 / 30]
        np.testing.assert_allclose(found["realizations/source_count"], expected, rtol=0.02)
        self.assertTrue(np.isfinite(found["realizations/anisotropy"]).all())


def as_text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


if __name__ == "__main__":
    unittest.main()
