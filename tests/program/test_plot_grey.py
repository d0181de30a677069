"""Figures that print in grey, and their axes: lines told apart without colour, bands and thin curves, labels of ticks."""

import io
import os
import sys
import tempfile
import unittest
import unittest.mock
import xml.etree.ElementTree
from pathlib import Path

import h5py
import numpy as np
from test_plot import CONFIG, write_result

SOURCE = Path(os.environ.get("GREENHALO_SOURCE", Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(SOURCE / "tools"))

from greenhalo_plot import command, curves, looks, page  # noqa: E402

SVG, LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
GROUPS = ("H", "He", "CNO", "MgAlSi", "Fe")


def brightness(colour):
    """0 is black, 1 is white: as a printer without colours has it."""
    red, green, blue = (int(colour[at:at + 2], 16) / 255.0 for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def lines_of(figure):
    """For each frame the lines in it: colour, and dashes with the shape of the symbol."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg")
    root = xml.etree.ElementTree.fromstring(buffer.getvalue())
    shapes = {path.get("id"): path.get("d") for path in root.iter(f"{SVG}path") if path.get("id")}
    for frame in (group for group in root.iter(f"{SVG}g") if group.get("id", "").startswith("axes_")):
        lines = []
        for group in (g for g in frame.findall(f"{SVG}g") if g.get("id", "").startswith("line2d_")):
            use = next(group.iter(f"{SVG}use"), None)
            shape = "" if use is None else shapes[use.get(LINK)[1:]]
            line = group.find(f"{SVG}path")
            style = (line if line is not None else use).get("style", "") if line is not None or use is not None else ""
            style = dict(part.strip().split(": ") for part in style.split(";") if ": " in part)
            if style.get("stroke", "none") not in ("none", "#ffffff"):
                lines.append((style["stroke"], (style.get("stroke-dasharray", "") if line is not None else "none", shape)))
        yield lines


class Figure(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)

    def draw(self, *words):
        """The figure of a subcommand as matplotlib has it, and what it says below."""
        with unittest.mock.patch.object(page, "save") as save, unittest.mock.patch("sys.stdout", new_callable=io.StringIO):
            options = command.parser().parse_args([str(word) for word in (*words, "-o", "figure.svg")])
            options.run(options)
        figure = save.call_args.args[0]
        self.addCleanup(page.plt.close, figure)
        return figure, " ".join(" ".join(text.get_text() for text in figure.texts).split())

    def result(self, name, realizations=4, factor=1.0, **more):
        energy, delta = write_result(self.path / name, realizations=realizations, **more)
        with h5py.File(self.path / name, "a") as file:
            file["realizations/anisotropy"][...] = factor * delta
            file["species/name"] = np.array(GROUPS, dtype="S8")
            spread = np.random.default_rng(3).lognormal(0.0, 0.2, size=(realizations, len(GROUPS), 1))
            file["realizations/density"] = 1e-16 * spread * (energy / 1e3) ** -2.7
            file["config"].attrs["halo.half-height"] = np.bytes_(f"{factor:g} kpc")
        return self.path / name

    def grid(self, problem, datasets, energy):
        path = self.path / f"{problem}.h5"
        with h5py.File(path, "w") as file:
            file["energy"], file["species/name"] = energy, np.array(["H"], dtype="S4")
            file["grid/comparison/passed"] = np.ones(3, dtype=np.uint8)
            for name, values in datasets.items():
                file[f"grid/{problem}/{name}"] = values
            for key, value in {**CONFIG, "sources.minimum-age": "3e6"}.items():
                file.require_group("config").attrs[key] = np.bytes_(value)
        return path

    def catalogue(self):
        path = self.path / "sources.h5"
        with h5py.File(path, "w") as file:
            file.attrs["format"], file.attrs["greenhalo_version"] = np.bytes_("greenhalo-sources"), np.bytes_("0")
            file["sources/position"], file["sources/age"] = np.random.default_rng(1).normal(size=(50, 3)), np.ones(50)
            for key, value in {**CONFIG, "sources.model": "spiral"}.items():
                file.require_group("config").attrs[key] = np.bytes_(value)
        return path


class Grey(Figure):
    def assert_told_apart(self, figure, least):
        """Lines of different colours differ in dashes, symbols or much in brightness; there are `least` in a frame."""
        most = 0
        for lines in lines_of(figure):
            looked = sorted(set(lines))
            most = max(most, len({colour for colour, _ in looked}))
            for number, (colour, form) in enumerate(looked):
                for other, others in looked[:number]:
                    if other != colour and form == others:
                        self.assertGreater(abs(brightness(colour) - brightness(other)), 0.4, (colour, other, form))
        self.assertGreaterEqual(most, least)

    def test_looks(self):
        for many in (looks.COLOURS, looks.DASHES, looks.SYMBOLS):
            self.assertEqual(len(set(many)), len(many))
        self.assertNotIn(looks.DOTTED, looks.DASHES)
        thick = looks.line(2, 1.5)
        for width in (0.3, 1.0):
            thin = looks.thinner(thick, width)
            np.testing.assert_allclose(width * np.array(thin["linestyle"][1]), 1.5 * np.array(thick["linestyle"][1]))
        self.assertEqual(looks.thinner(looks.line(0), 0.3)["linestyle"], "-")
        for count in (1, 3, 51):
            for of in (1, 3, 5):
                at = [looks.sparse(number, count, of) for number in range(of)]
                self.assertTrue(all(0 <= each < count for one in at for each in one))
                self.assertTrue(count < 51 or all(at))
        self.assertEqual(len({number for of in range(5) for number in looks.sparse(of, 51, 5)}), 21)

    def test_validation_beyond(self):
        energy = np.geomspace(1e3, 1e6, 4)
        values = 1e-3 * (energy / 1e3) ** 0.3 * np.array([[1.0], [1.1], [1.0001], [0.9]])
        names = np.array(["uniform", "two zones", "sides", "gas"], dtype="S16")
        for count in (4, 1):
            data = {"name": names, "exact_large_scale": values[:, :count], "large_scale": 1.001 * values[:, :count]}
            figure, words = self.draw("validation", self.grid("beyond", data, energy[:count]))
            self.assert_told_apart(figure, 4)
            self.assertIn("symbols, grid", words)

    def test_validation_many_sources(self):
        time, energy = np.linspace(-6e6, 0.0, 7), np.geomspace(1e3, 1e6, 4)
        density = (1.0 + 0.1 * np.sin(np.arange(7) + np.arange(4)[:, None]))[None]
        vector = 1e-3 * density[0][..., None] * np.ones(3)
        data = {"time": time, "density": 1.01 * density, "green_density": density, "anisotropy": vector,
                "green_anisotropy": vector}
        figure, words = self.draw("validation", self.grid("many_sources", data, energy))
        self.assert_told_apart(figure, 4)
        self.assertIn("from an age of 3 Myr on", words)

    def test_arms(self):
        self.assert_told_apart(self.draw("sources", self.catalogue())[0], 4)

    def test_spectra(self):
        for count in (1, 4, 40):
            figure, words = self.draw("spectrum", self.result(f"{count}.h5", count))
            self.assert_told_apart(figure, 6)
            self.assertIn("groups with full symbols", words)

    def test_compared_ensembles(self):
        files = [self.result(f"{count}-{factor}.h5", count, factor) for count in (4, 40) for factor in (1.0, 2.0)]
        self.assert_told_apart(self.draw("compare", *files)[0], 4)

    def test_moments(self):
        files = []
        for number in range(4):
            with h5py.File(self.path / f"m{number}.h5", "w") as file:
                file["energy"] = np.geomspace(1e3, 1e6, 31)
                group = "expect" if number < 3 else "ensemble"
                for name in ("large_scale", "small_scale") if number < 3 else ("delta_A1", "delta_A2"):
                    file[f"{group}/{name}"] = 1e-3 * (1.0 + number) * np.ones(31)
                if number == 3:
                    file["ensemble/realizations"] = 20
                for key, value in {**CONFIG, "halo.half-height": str(1 + number)}.items():
                    file.require_group("config").attrs[key] = np.bytes_(value)
            files.append(self.path / f"m{number}.h5")
        self.assert_told_apart(self.draw("moments", *files)[0], 4)


class Scatter(Figure):
    """The same number of realizations is drawn in the same way by every figure."""

    def polygons(self, figure):
        return [len(axes.collections) for axes in figure.axes]

    def test_spectra(self):
        many, words = self.draw("spectrum", self.result("many.h5", curves.MOST_CURVES + 1))
        self.assertEqual(self.polygons(many), [2 * (1 + len(GROUPS))])
        self.assertIn("median of 31 realizations; bands: 68 % and 95 %;", words)
        few, words = self.draw("spectrum", self.result("few.h5", curves.MOST_CURVES))
        self.assertEqual(self.polygons(few), [0])
        self.assertIn("median of 30 realizations; thin: single realizations;", words)
        self.assertGreaterEqual(len(few.axes[0].lines), curves.MOST_CURVES * (1 + len(GROUPS)))
        one, words = self.draw("spectrum", self.result("one.h5", 1))
        self.assertIn("Lines: one realization;", words)
        self.draw("spectrum", self.result("energy.h5", 40, energies=1))

    def test_compared_ensembles(self):
        many, few = self.result("many.h5", curves.MOST_CURVES + 1), self.result("few.h5", curves.MOST_CURVES, 2.0)
        figure, words = self.draw("compare", many, few)
        self.assertEqual(self.polygons(figure), [2, 0])
        self.assertIn("bands: 68 % and 95 %; thin: single realizations", words)
        self.assertEqual(self.polygons(self.draw("amplitude", many, "--no-data")[0]), [2])
        self.assertEqual(self.polygons(self.draw("amplitude", few, "--no-data")[0]), [0])

    def test_bands_are_the_quantiles(self):
        _, axes = page.log_frame()
        self.addCleanup(page.plt.close, axes.figure)
        energy, value = np.array([1e3, 1e4]), np.arange(1.0, 102.0)[:, None] * np.ones(2)
        curves.draw_scatter(axes, energy, value, looks.line(1))
        wide, narrow = (collection.get_paths()[0].vertices[:, 1] for collection in axes.collections)
        np.testing.assert_allclose((wide.min(), wide.max(), narrow.min(), narrow.max()), (3.5, 98.5, 17.0, 85.0))


class Axes(Figure):
    def test_a_logarithmic_axis_has_labels_whatever_is_in_view(self):
        rng = np.random.default_rng(4)
        for _ in range(300):
            low = 10.0 ** rng.uniform(-6.0, 8.0)
            high = low * 10.0 ** (10.0 ** rng.uniform(-2.5, 1.2))
            ticks = page.log_ticks(low, high)
            self.assertTrue(2 <= ticks.size <= 12, (low, high, ticks))
            self.assertTrue((ticks >= low * 0.999999).all() and (ticks <= high * 1.000001).all())
            labels = [page.log_label(tick, ticks) for tick in ticks]
            self.assertEqual(len(set(labels)), ticks.size, labels)

    def test_labels(self):
        def labels(low, high):
            ticks = page.log_ticks(low, high)
            return [page.log_label(tick, ticks).replace(r"\!\times\!", " ") for tick in ticks]

        self.assertEqual(labels(0.9e3, 1.1e6), ["$10^{3}$", "$10^{4}$", "$10^{5}$", "$10^{6}$"])
        self.assertEqual(labels(1.5e4, 1.2e5), ["$2 10^{4}$", "$5 10^{4}$", "$10^{5}$"])
        self.assertEqual(labels(0.4, 1.2), ["0.5", "1"])
        self.assertEqual(labels(1.66e-3, 1.86e-3), ["0.00170", "0.00175", "0.00180", "0.00185"])
        self.assertEqual(labels(2.1e-5, 2.9e-5), ["$2.2 10^{-5}$", "$2.4 10^{-5}$", "$2.6 10^{-5}$", "$2.8 10^{-5}$"])
        self.assertEqual(page.log_ticks(0.0, 1.0).size, 0)

    def test_long_labels_stay_on_the_page(self):
        for low, high in ((1e-3, 1.0), (1.234e-5, 1.2342e-5)):
            figure, axes = page.log_frame()
            self.addCleanup(page.plt.close, figure)
            axes.set_ylim(low, high)
            axes.set_ylabel("anisotropy amplitude")
            page.compose(figure, axes, [], "", "words")
            box = axes.yaxis.get_tightbbox(figure.canvas.get_renderer())
            self.assertGreaterEqual(box.x0, 0.0)
            self.assertLess(axes.get_position().x0 * figure.get_figwidth(), 1.2)

    def test_long_titles_stay_above_their_frames(self):
        figure, panels = page.frames(2)
        self.addCleanup(page.plt.close, figure)
        for panel in panels:
            panel.set_title("sources in spiral arms, $w$ = 5 kpc, one-sided blur, $H$ = 4 kpc, one source per 30 yr")
        page.compose(figure, panels, [], "", "words")
        renderer = figure.canvas.get_renderer()
        for panel in panels:
            title, frame = panel.title.get_window_extent(renderer), panel.get_window_extent(renderer)
            self.assertGreater(len(panel.get_title().splitlines()), 1)
            self.assertLess(title.width, 1.02 * frame.width)
            self.assertLess(title.y1, figure.get_figheight() * figure.dpi)

    def test_ratios_of_more_than_a_decade_are_logarithmic(self):
        for factor, scale in ((2.0, "linear"), (100.0, "log")):
            figure, _ = self.draw("compare", self.result("a.h5"), self.result("b.h5", factor=factor))
            self.assertEqual(figure.axes[1].get_yscale(), scale)
            self.assertGreater(len(figure.axes[1].yaxis.get_minorticklocs()), 0)

    def test_labels_of_energies_within_a_decade(self):
        for name, factor in (("a.h5", 1.0), ("b.h5", 1.1)):
            self.result(name, 4, factor, energies=1)
        figure, _ = self.draw("compare", self.path / "a.h5", self.path / "b.h5")
        for axes in figure.axes:
            low, high = axes.get_xlim()
            shown = [t for t in axes.xaxis.get_majorticklocs() if low <= t <= high]
            self.assertGreaterEqual(len([t for t in shown if axes.xaxis.get_major_formatter()(t)]), 2)


if __name__ == "__main__":
    unittest.main()
