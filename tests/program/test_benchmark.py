"""The benchmark in its short form: that it works and prints every name. No time is asserted."""

import math
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

import support

REPORT = Path(os.environ["GREENHALO_BUILD"]) / "tests/greenhalo_report"
OF_THE_REPORT = ("yardstick_seconds", "drawing_seconds", "drawing_speedup", "direct_seconds", "direct_speedup",
                 "direct_sources_per_second", "direct_realizations_per_core_hour", "fast_seconds", "energies_factor",
                 "dominant_seconds", "setup_seconds", "setup_over_direct", "max_error", "error_estimate", "memory_mb",
                 "memory_mb_1gyr")
OF_THE_PROGRAM = ("peak_rss_mb", "seconds_per_realization", "speedup_over_yardstick", "cost_over_drawing",
                  "sources_per_second", "realizations_per_core_hour", "two_ranks_over_one", "ceiling_of_two_processes",
                  "parallel_efficiency_2", *(f"dry_run_over_run_{name}" for name in
                                             ("figure2", "thousand", "continuous", "spiral", "direct")))


@unittest.skipUnless(REPORT.exists(), "the benchmarks are not built")
class Benchmark(unittest.TestCase):
    def values(self, command, names):
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=600, check=False)
        self.assertEqual(done.returncode, 0)
        values = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
        for name in names:
            self.assertTrue(math.isfinite(float(values[name])), name)
        explained = (support.SOURCE / "doc/performance.md").read_text(encoding="utf-8")
        self.assertEqual([name for name in values if not re.search(rf"\b{name}\b", explained)], [])
        return values

    def test_report(self):
        values = self.values([REPORT, "1", "1"], OF_THE_REPORT)
        self.assertIn(values["instruction_set"], ("generic", "x86-64-v2", "x86-64-v3", "x86-64-v4"))
        # what does not depend on the machine's speed
        self.assertLess(float(values["max_error"]), 1e-8)
        self.assertLess(float(values["error_estimate"]), 1e-8)
        self.assertLess(float(values["memory_mb"]), 64.0)
        self.assertLess(float(values["memory_mb_1gyr"]), 64.0)

    def test_whole_program(self):
        script = support.SOURCE / "tests/benchmark/whole_program.py"
        values = self.values([sys.executable, "-B", script, support.GREENHALO, REPORT, support.SOURCE, "1", "10"],
                             OF_THE_PROGRAM)
        self.assertLess(float(values["peak_rss_mb"]), 300.0)


if __name__ == "__main__":
    unittest.main()
