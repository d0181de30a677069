"""README's first command where nothing of the project has been built: a clone of what is committed."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np

SOURCE = Path(os.environ.get("GREENHALO_SOURCE", Path(__file__).resolve().parents[2]))
LIMIT = 3000  # seconds; two cores build the program in about five minutes


def is_checkout():
    return shutil.which("git") is not None and subprocess.run(
        ["git", "-C", SOURCE, "rev-parse", "HEAD"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        check=False).returncode == 0


@unittest.skipUnless(os.environ.get("GREENHALO_LONG"), "a campaign: tools/test --long")
@unittest.skipUnless(is_checkout(), "the source is no checkout of git")
class FreshClone(unittest.TestCase):
    def run_here(self, *command, folder):
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=LIMIT, check=False)
        self.assertEqual(done.returncode, 0, done.stdout[-5000:])
        return done.stdout

    def test_quickstart(self):
        with tempfile.TemporaryDirectory() as folder:
            clone = Path(folder) / "greenhalo"
            self.run_here("git", "clone", "--quiet", SOURCE, clone, folder=folder)
            self.assertFalse((clone / "build").exists())
            said = self.run_here("tools/quickstart", "--no-install", folder=clone)
            self.assertIn(str(clone / "result.h5"), said)
            self.assertIn(str(clone / "amplitude.png"), said)

            with h5py.File(clone / "result.h5", "r") as file:
                anisotropy = file["realizations/anisotropy"][:]
                self.assertEqual(len(anisotropy), int(file["config"].attrs["ensemble.realizations"]))
                self.assertTrue(np.isfinite(anisotropy).all() and (anisotropy != 0).any())
            self.assertEqual((clone / "amplitude.png").read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
            self.assertGreater((clone / "amplitude.png").stat().st_size, 20000)
            # it can be repeated, and nothing of it is in the way of git
            self.run_here("tools/quickstart", "--no-install", folder=clone)
            self.assertEqual(self.run_here("git", "status", "--porcelain", folder=clone), "")


if __name__ == "__main__":
    unittest.main()
