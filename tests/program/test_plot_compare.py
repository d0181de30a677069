"""tools/plot compare: several ensembles in one frame, and the ratio of their medians."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np

from test_plot import SOURCE, read_png, write_result

from greenhalo_plot import compare  # noqa: E402 - test_plot has put tools/ on the path


class Compare(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)

    def plot(self, *arguments):
        return subprocess.run([sys.executable, "-B", str(SOURCE / "tools" / "plot"), "compare", *map(str, arguments)],
                              cwd=self.path, capture_output=True, text=True, check=False)

    def test_ratio_is_that_of_the_medians_at_shared_energies(self):
        energy = np.array([1e3, 1e4, 1e5])
        value = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [9.0, 6.0, 7.0]])  # medians 2, 4, 6
        others = np.array([2e3, 1e4, 1e5 * (1 + 1e-9), 1e6])
        other = np.tile([7.0, 1.0, 3.0, 7.0], (5, 1))
        shared, ratio = compare.median_ratio((energy, value), (others, other))
        np.testing.assert_array_equal(shared, [1e4, 1e5])
        np.testing.assert_allclose(ratio, [0.25, 0.5])
        self.assertEqual(compare.median_ratio((energy, value), (energy * 3.0, value))[0].size, 0)

    def test_draws_and_names_what_differs(self):
        for number, height in enumerate(("4 kpc", "1 kpc")):
            write_result(self.path / f"{number}.h5", realizations=40)
            with h5py.File(self.path / f"{number}.h5", "a") as file:
                file["config"].attrs["halo.half-height"] = np.bytes_(height)
        done = self.plot("0.h5", "1.h5", "-o", "c.svg")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("2 ensembles of 40, 40 realizations", done.stdout)
        words = (self.path / "c.svg").read_text(encoding="utf-8")
        self.assertIn("<!-- $H$ = 4 kpc -->", words)
        self.assertIn("<!-- $H$ = 1 kpc -->", words)
        self.assertIn("bands: 68 % and 95 %", words)
        self.assertNotIn("Measured", words)

    def test_few_realizations_are_curves_and_equal_models_go_by_their_files(self):
        for name in ("a.h5", "b.h5"):
            write_result(self.path / name, realizations=3)
        done = self.plot("a.h5", "b.h5", "-o", "c.svg", "--data", "--projection")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        words = (self.path / "c.svg").read_text(encoding="utf-8")
        for part in ("<!-- a.h5 -->", "<!-- b.h5 -->", "thin: single realizations", "Measured points"):
            self.assertIn(part, words)
        self.plot("a.h5", "b.h5", "-o", "c.png")
        self.assertEqual(read_png(self.path / "c.png")[0], 2340)  # two frames of 3.9 inches at 300 dots

    def test_refuses(self):
        write_result(self.path / "a.h5")
        for files in (["a.h5"], ["a.h5"] * 6):
            done = self.plot(*files, "-o", "c.png")
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"two to 5 results, not {len(files)}", done.stderr)
        self.assertIn("no such file", self.plot("a.h5", "none.h5", "-o", "c.png").stderr)


if __name__ == "__main__":
    unittest.main()
