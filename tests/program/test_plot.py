"""tools/plot: figures from small synthetic result files, the formulas behind them, and what it refuses."""

import os
import re
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib
from pathlib import Path

import h5py
import numpy as np

SOURCE = Path(os.environ.get("GREENHALO_SOURCE", Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(SOURCE / "tools"))

from greenhalo.files import NEWEST_FORMAT  # noqa: E402
from greenhalo_plot import amplitude, caption, command, measurements, result, sky, statistics  # noqa: E402

CONFIG = {"sources.model": "cylindrical", "sources.rate": "1/30", "injection.mode": "burst",
          "diffusion.slope": "0.333333333333", "halo.half-height": "4 kpc"}


def write_result(path, realizations=4, energies=21, complete=None, anisotropy=None):
    """A result file as the program writes it, as far as the figures look at it."""
    energy = np.geomspace(1e3, 1e8, energies) if energies > 1 else np.array([1e5])
    if anisotropy is None:
        random = np.random.default_rng(7)
        anisotropy = random.normal(size=(realizations, energies, 3)) * 1e-3 * (energy / 1e3)[:, None] ** 0.3
    complete = np.ones(realizations) if complete is None else complete
    with h5py.File(path, "w") as file:
        file.attrs["format"] = np.bytes_("greenhalo-result")
        file.attrs["format_version"] = 1
        file.attrs["greenhalo_version"] = np.bytes_("0.1.0")
        file["energy"] = energy
        group = file.create_group("realizations")
        group["index"] = np.arange(realizations)
        group["complete"] = np.asarray(complete, dtype=np.uint8)
        group["anisotropy"] = anisotropy
        config = file.create_group("config")
        for key, value in CONFIG.items():
            config.attrs[key] = np.bytes_(value)
    return energy, anisotropy


def read_png(path):
    """Width, height and the number of different bytes in the picture of a PNG, from its own bytes."""
    data = Path(path).read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "not a PNG"
    packed, at = b"", 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height = struct.unpack(">II", body[:8])
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    return width, height, len(set(zlib.decompress(packed)))


class Figures(unittest.TestCase):
    """The program as users call it."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = Path(self.folder.name)

    def plot(self, *arguments):
        return subprocess.run([sys.executable, "-B", str(SOURCE / "tools" / "plot"), *map(str, arguments)],
                              cwd=self.path, capture_output=True, text=True, check=False)

    def assert_draws(self, *arguments, output="figure.png"):
        done = self.plot("amplitude", *arguments, "-o", output)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        return self.path / output

    def assert_refused(self, *arguments, says):
        done = self.plot("amplitude", *arguments, "-o", "figure.png")
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertIn(says, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertFalse((self.path / "figure.png").exists())

    def test_png_of_realizations_is_a_journal_figure(self):
        write_result(self.path / "r.h5")
        width, height, levels = read_png(self.assert_draws("r.h5"))
        self.assertEqual(width, 1650)  # 5.5 inches at 300 dots
        self.assertGreater(height, 1300)
        self.assertGreater(levels, 100)

    def test_data_change_the_figure(self):
        write_result(self.path / "r.h5")
        with_data = self.assert_draws("r.h5").read_bytes()
        without = self.assert_draws("r.h5", "--no-data", output="bare.png").read_bytes()
        projected = self.assert_draws("r.h5", "--projection", output="projected.png").read_bytes()
        self.assertEqual(len({with_data, without, projected}), 3)

    def test_the_same_input_gives_the_same_file(self):
        write_result(self.path / "r.h5")
        for ending in ("png", "pdf", "svg"):
            first = self.assert_draws("r.h5", output=f"a.{ending}").read_bytes()
            self.assertEqual(first, self.assert_draws("r.h5", output=f"b.{ending}").read_bytes())

    def test_pdf_and_svg(self):
        write_result(self.path / "r.h5")
        self.assertEqual(self.assert_draws("r.h5", output="a.pdf").read_bytes()[:5], b"%PDF-")
        self.assertIn("<svg", self.assert_draws("r.h5", output="a.svg").read_text(encoding="utf-8"))

    def test_many_realizations_are_drawn_as_bands(self):
        write_result(self.path / "many.h5", realizations=40)
        bands = self.assert_draws("many.h5", "--no-data", output="bands.svg").read_text(encoding="utf-8")
        self.assertEqual(len(re.findall(r'id="(?:FillBetween)?PolyCollection_', bands)), 2)
        self.assertIn("<!-- median of 40 realizations -->", bands)
        write_result(self.path / "few.h5", realizations=30)
        curves = self.assert_draws("few.h5", "--no-data", output="curves.svg").read_text(encoding="utf-8")
        self.assertIn("<!-- mean of 30 realizations -->", curves)
        self.assertNotIn("median", curves)
        # As many curves as realizations, besides the legend's and the axes' lines.
        self.assertGreater(curves.count('id="line2d_'), bands.count('id="line2d_') + 25)

    def test_title_and_caption(self):
        write_result(self.path / "r.h5")
        own = self.assert_draws("r.h5", "--title", "My title", "--caption", "My words", output="a.svg")
        self.assertIn("<!-- My title -->", own.read_text(encoding="utf-8"))
        self.assertIn("<!-- My words -->", own.read_text(encoding="utf-8"))
        none = self.assert_draws("r.h5", "--caption", "", output="b.svg").read_text(encoding="utf-8")
        self.assertNotIn("Curves:", none)

    def test_single_energy_and_single_realization(self):
        write_result(self.path / "point.h5", realizations=1, energies=1)
        self.assert_draws("point.h5")
        write_result(self.path / "points.h5", realizations=40, energies=1)
        self.assert_draws("points.h5", "--caption", "")

    def test_undefined_energies_are_left_out(self):
        _, delta = write_result(self.path / "r.h5")
        delta[:, 3] = np.nan
        delta[1, 5] = np.nan
        delta[2, 6] = 0.0
        write_result(self.path / "r.h5", anisotropy=delta)
        self.assert_draws("r.h5")

    def test_only_complete_realizations_are_drawn(self):
        _, delta = write_result(self.path / "r.h5")
        delta[1:3] = 1e30  # what an unfinished one may hold
        write_result(self.path / "part.h5", complete=[1, 0, 0, 1], anisotropy=delta)
        data = result.read(str(self.path / "part.h5"))
        self.assertEqual(data.planned, 4)
        np.testing.assert_array_equal(data.anisotropy, delta[[0, 3]])
        self.assertIn("2 of 4 realizations", self.plot("amplitude", "part.h5", "-o", "f.png").stdout)

    def test_refuses_what_it_cannot_draw(self):
        self.assert_refused("nowhere.h5", says="nowhere.h5: there is no such file")
        self.assert_refused(".", says="is a folder")
        (self.path / "text.h5").write_text("E delta\n1e3 1e-3\n")
        self.assert_refused("text.h5", says="not an HDF5 file")
        with h5py.File(self.path / "foreign.h5", "w") as file:
            file["energy"] = [1.0]
        self.assert_refused("foreign.h5", says="greenhalo did not write it")
        write_result(self.path / "none.h5", complete=[0, 0, 0, 0])
        self.assert_refused("none.h5", says="none of the 4 realizations is complete")
        write_result(self.path / "nan.h5", anisotropy=np.full((4, 21, 3), np.nan))
        self.assert_refused("nan.h5", says="nothing to draw")
        write_result(self.path / "shape.h5", anisotropy=np.zeros((4, 20, 3)))
        self.assert_refused("shape.h5", says="expected (4, 21, 3)")

    def test_refuses_other_greenhalo_files_with_the_reason(self):
        for missing, reason in (("realizations", "holds no realizations"),
                                ("realizations/anisotropy", "output.realizations = anisotropy or all"),
                                ("energy", "damaged or incomplete"),
                                ("realizations/complete", "damaged or incomplete")):
            write_result(self.path / "other.h5")
            with h5py.File(self.path / "other.h5", "a") as file:
                del file[missing]
            self.assert_refused("other.h5", says=reason)
        write_result(self.path / "newer.h5")
        with h5py.File(self.path / "newer.h5", "a") as file:
            file.attrs["format_version"] = NEWEST_FORMAT + 1
        self.assert_refused("newer.h5", says=f"format version {NEWEST_FORMAT + 1}")

    def test_truncated_file_is_one_line(self):
        write_result(self.path / "r.h5")
        whole = (self.path / "r.h5").read_bytes()
        (self.path / "cut.h5").write_bytes(whole[:len(whole) // 2])
        self.assert_refused("cut.h5", says="cut.h5 is damaged or incomplete")

    def test_output_names(self):
        write_result(self.path / "r.h5")
        done = self.plot("amplitude", "r.h5", "-o", "figure.docx")
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (2, 1), done.stderr)
        self.assertIn(".png, .pdf, .svg", done.stderr)
        done = self.plot("amplitude", "r.h5", "-o", "no/such/folder/figure.png")
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (1, 1), done.stderr)

    def test_usage_errors(self):
        for arguments in ((), ("amplitudes", "r.h5"), ("amplitude",), ("amplitude", "r.h5", "--proj")):
            self.assertEqual(self.plot(*arguments).returncode, 2, arguments)
        done = self.plot("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for module in command.SUBCOMMANDS:
            self.assertIn(module.NAME, done.stdout)
            self.assertEqual(self.plot(module.NAME, "--help").returncode, 0, module.NAME)


class Sky(unittest.TestCase):
    """The rotation to J2000, against directions whose coordinates are known."""

    def test_axes_of_the_frame(self):
        longitude, latitude = sky.galactic([[-1, 0, 0], [0, -1, 0], [1, 0, 0], [0, 0, 2]])
        np.testing.assert_allclose(longitude[:3], [0, 90, 180], atol=1e-12)
        np.testing.assert_allclose(latitude, [0, 0, 0, 90], atol=1e-12)

    def test_two_known_directions(self):
        right_ascension, declination = sky.equatorial([0, 90], [0, 0])
        np.testing.assert_allclose(right_ascension, [266.40, 318.00], atol=0.006)
        np.testing.assert_allclose(declination, [-28.94, 48.33], atol=0.006)

    def test_poles(self):
        _, declination = sky.equatorial(sky.CELESTIAL_POLE_LONGITUDE, sky.POLE_DECLINATION)
        self.assertAlmostEqual(float(declination), 90.0, places=6)
        right_ascension, declination = sky.equatorial(33.0, 90.0)
        self.assertAlmostEqual(float(right_ascension), sky.POLE_RIGHT_ASCENSION, places=6)
        self.assertAlmostEqual(float(declination), sky.POLE_DECLINATION, places=6)

    def test_projection(self):
        centre, rotation = np.cos(np.radians(28.94)), np.cos(np.radians(48.33))
        directions = np.array([[-1, 0, 0], [0, -1, 0], [1, 0, 0], [0, 1, 0]])
        value = sky.right_ascension_projection(1e-3 * directions)
        np.testing.assert_allclose(value, 1e-3 * np.array([centre, rotation, centre, rotation]), rtol=2e-4)

    def test_rotation_keeps_angles(self):
        vectors = np.random.default_rng(3).normal(size=(50, 3))
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        ra, dec = np.radians(sky.equatorial(*sky.galactic(vectors)))
        turned = np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], axis=1)
        np.testing.assert_allclose(turned @ turned.T, unit @ unit.T, atol=1e-12)
        self.assertTrue(np.isnan(sky.right_ascension_projection([np.nan] * 3)))


class Curves(unittest.TestCase):
    """What the staircase and the bands show."""

    def test_mean_amplitude_is_the_mean_of_moduli(self):
        delta = np.array([[[3e-3, 4e-3, 0], [1e-3, 0, 0]], [[0, 0, -1e-3], [np.nan] * 3]])
        data = result.Result(np.array([1e3, 1e4]), delta, 2, {})
        np.testing.assert_allclose(statistics.mean(amplitude.amplitudes(data, False)), [3e-3, 1e-3])
        # The projection comes before the mean: both realizations count with their own declination.
        by_hand = [sky.right_ascension_projection(vector) for vector in delta[:, 0]]
        np.testing.assert_allclose(statistics.mean(amplitude.amplitudes(data, True))[0], np.mean(by_hand))

    def test_nowhere_defined_stays_undefined(self):
        value = statistics.mean(np.array([[1.0, np.nan], [3.0, np.nan]]))
        self.assertEqual(value[0], 2.0)
        self.assertTrue(np.isnan(value[1]))
        self.assertTrue(np.isnan(statistics.quantiles(np.full((3, 1), np.nan), (0.5,))).all())

    def test_bands(self):
        value = np.arange(1.0, 102.0)[:, None]
        np.testing.assert_allclose(statistics.quantiles(value, (0.025, 0.16, 0.5, 0.84, 0.975))[:, 0],
                                   [3.5, 17, 51, 85, 98.5])

    def test_steps_surround_their_energies(self):
        np.testing.assert_allclose(statistics.bin_edges([1e3, 1e4, 1e5]), [1e3, 10**3.5, 10**4.5, 1e5])
        low, high = statistics.bin_edges([1e5])
        self.assertAlmostEqual(np.log10(high / low), 0.1)

    def test_caption_tells_what_is_drawn(self):
        data = result.Result(np.array([1e3, 1e4]), np.ones((2, 2, 3)), 2, CONFIG)
        points = [(group, np.full(group.energy.shape, True)) for group in measurements.experiments()]
        plain = amplitude.describe([data], False, points)
        self.assertNotIn("cos", plain.split("Measured")[0])
        self.assertIn("cos", plain.split("Measured")[1])
        self.assertIn("cos", amplitude.describe([data], True, points).split("Measured")[0])
        self.assertNotIn("Measured", amplitude.describe([data], True, []))
        self.assertEqual(caption.model(CONFIG), "cylindrical sources, burst release, $\\delta=1/3$, "
                                                "$H$ = 4 kpc, one source per 30 yr")
        self.assertEqual(caption.model({}), "")


class Table(unittest.TestCase):
    """The project's table of measurements."""

    def test_every_row_is_usable(self):
        rows = measurements.rows()
        for row in rows:
            self.assertGreater(float(row["energy_GeV"]), 1e3)
            self.assertTrue(1e-5 < float(row["amplitude"]) < 1e-1, row)
            self.assertIn(row["upper_limit"], ("0", "1"))
            self.assertTrue(row["reference"] and row["note"], row)
            if row["phase_ra_deg"]:
                self.assertTrue(0 <= float(row["phase_ra_deg"]) < 360, row)
        self.assertEqual(len({(row["experiment"], row["energy_GeV"]) for row in rows}), len(rows))

    def test_every_experiment_has_its_own_look(self):
        names = [experiment.name for experiment in measurements.experiments()]
        self.assertEqual(sorted(names), sorted(measurements.STYLES))
        self.assertEqual(len({marker for marker, _ in measurements.STYLES.values()}), len(names))

    def test_a_value_from_a_publication(self):
        eastop = next(e for e in measurements.experiments() if e.name == "EAS-TOP")
        at = list(eastop.energy).index(2e5)
        self.assertEqual((eastop.amplitude[at], eastop.err_low[at]), (3.73e-4, 0.57e-4))
        limits = sum(int(e.upper_limit.sum()) for e in measurements.experiments())
        self.assertEqual(limits, 1)


if __name__ == "__main__":
    unittest.main()
