"""The benchmark in its short form: that it works and prints every name. No time is asserted."""

import math
import os
import subprocess
import unittest
from pathlib import Path

REPORT = Path(os.environ["GREENHALO_BUILD"]) / "tests/greenhalo_report"
NAMES = ("yardstick_seconds", "drawing_seconds", "drawing_speedup", "direct_seconds", "direct_speedup", "seconds",
         "speedup_over_yardstick", "sources_per_second", "realizations_per_core_hour", "cost_over_drawing",
         "energies_factor", "setup_seconds", "setup_over_direct", "max_error", "error_estimate", "memory_mb",
         "memory_mb_1gyr")


@unittest.skipUnless(REPORT.exists(), "the benchmarks are not built")
class Report(unittest.TestCase):
    def test_prints_every_name(self):
        done = subprocess.run([REPORT, "1", "1"], stdout=subprocess.PIPE, text=True, timeout=600, check=False)
        self.assertEqual(done.returncode, 0)
        values = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
        self.assertIn(values["instruction_set"], ("generic", "x86-64-v2", "x86-64-v3", "x86-64-v4"))
        for name in NAMES:
            self.assertTrue(math.isfinite(float(values[name])) and float(values[name]) > 0.0, name)
        # what does not depend on the machine's speed
        self.assertLess(float(values["max_error"]), 1e-8)
        self.assertLess(float(values["memory_mb"]), 64.0)
        self.assertLess(float(values["memory_mb_1gyr"]), 64.0)


if __name__ == "__main__":
    unittest.main()
