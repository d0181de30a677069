"""The job scripts on a real Slurm, which the test starts on this machine and takes down again."""

import os
import re
import resource
import shutil
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "program"))

from one_machine import OneMachineSlurm, why_impossible  # noqa: E402
from support import CHEAP, GREENHALO, SOURCE, InFolder, numbers  # noqa: E402

SCRIPTS = SOURCE / "jobscripts"
SKIPPED = 77  # what ctest takes for a skipped test
LONG = unittest.skipUnless(os.environ.get("GREENHALO_LONG"), "a campaign: tools/test --long")

# Realizations of some tenths of a second; how many there are fits the machine.
MODEL = """\
[sources]
rate = 1/30
time-span = 10 Myr
[energy]
points-per-decade = 5
[superposition]
method = direct
[checkpoint]
interval = 1/30
[ensemble]
realizations = 10
"""


class Jobs(InFolder):
    """Jobs of a cluster that all tests share."""

    cluster = None

    @classmethod
    def setUpClass(cls):
        reason = why_impossible()
        if reason:
            raise unittest.SkipTest(reason)
        if Jobs.cluster is None:
            Jobs.cluster = OneMachineSlurm()
            unittest.addModuleCleanup(Jobs.cluster.stop)
            Jobs.cluster.start()

    def setUp(self):
        super().setUp()
        self.write("model.ini", MODEL)
        self.environment = {"GREENHALO": GREENHALO, "GREENHALO_ROOT": str(SOURCE)}

    def submit(self, script, *words, options=(), launcher="srun --mpi=pmix", **environment):
        return self.cluster.submit(*options, SCRIPTS / script, *words, folder=self.path,
                                   environment={**self.environment, "GREENHALO_LAUNCHER": launcher, **environment})

    def call(self, script, *words, options="", launcher="srun --mpi=pmix", **environment):
        """Calls a script that submits jobs itself; returns their numbers."""
        printed = self.cluster.ask(SCRIPTS / script, *words, folder=self.path, environment={
            **self.environment, "GREENHALO_LAUNCHER": launcher, "SBATCH_OPTIONS": options, **environment})
        return printed.split()

    def finish(self, *jobs, **options):
        facts = self.cluster.finish(*jobs, **options)
        return facts[0] if len(facts) == 1 else facts

    def assert_ended(self, job, state="COMPLETED", **options):
        facts = self.finish(job, **options)
        self.assertEqual(facts["JobState"], state, self.log())
        return facts

    def log(self):
        return "\n".join(f"--- {path.name}\n{path.read_text(errors='replace')}"
                         for path in sorted(self.path.glob("*.log")))

    def realizations_for(self, seconds):
        """How many realizations keep two ranks busy for about so long, on this machine without other work."""

        def processor_time(count):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            self.run_well("run", "model.ini", "-o", "timing.h5", "--ensemble.realizations", count, "--overwrite")
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return after.ru_utime - before.ru_utime

        each = (processor_time(12) - processor_time(2)) / 10
        return max(20, int(2 * seconds / max(each, 0.02)))

    def uninterrupted(self, *words):
        process = self.start("run", "model.ini", "-o", "uninterrupted.h5", *words, ranks=2)
        _, messages = process.communicate(timeout=600)
        self.assertEqual(process.returncode, 0, messages)
        return numbers(self.path / "uninterrupted.h5")

    def wait_for_save(self, job, name):
        """Waits until a running job has saved something."""

        def saved():
            done = self.run_program("info", name) if (self.path / name).exists() else None
            found = done and re.search(r"realizations (\d+) of", done.out)
            return bool(found and int(found[1]) > 0) or self.cluster.state(job) in ("COMPLETED", "FAILED")

        self.cluster.wait_for(saved, 120, f"a save of {name}")


class Requeued(Jobs):
    def test_a_signalled_job_is_requeued_and_ends_equal_to_an_uninterrupted_run(self):
        count = self.realizations_for(15)
        expected = self.uninterrupted("--ensemble.realizations", count)
        # the controller looks at time limits every 30 s from its start: soon after the job's begin, then
        while not 20 < (time.monotonic() - self.cluster.started) % 30 < 23:
            time.sleep(0.2)
        job = self.submit("requeue.sh", "model.ini", "result.h5", "--ensemble.realizations", count,
                          options=("-n", 2, "-t", 1, "--signal=B:USR1@55"))
        facts = self.assert_ended(job)
        self.assertGreaterEqual(int(facts["Restarts"]), 1, self.log())
        self.assertRegex(self.log(), r"start 1: requeued")
        self.assertIn("signal USR1 or TERM", self.log())
        self.assertEqual(numbers(self.path / "result.h5"), expected)
        self.assertFalse(list(self.path.glob("result.h5.*")), "files were left beside the result")

    @LONG
    def test_under_mpirun(self):
        count = self.realizations_for(20)
        expected = self.uninterrupted("--ensemble.realizations", count)
        job = self.submit("requeue.sh", "model.ini", "result.h5", "--ensemble.realizations", count,
                          options=("-n", 3), launcher="mpirun")
        self.wait_for_save(job, "result.h5")
        self.cluster.ask("scancel", "--batch", "--signal=USR1", job)
        self.assertGreaterEqual(int(self.assert_ended(job)["Restarts"]), 1, self.log())
        self.assertEqual(numbers(self.path / "result.h5"), expected)

    @LONG
    def test_a_stop_file_ends_it_for_good(self):
        count = self.realizations_for(60)
        job = self.submit("requeue.sh", "model.ini", "result.h5", "--ensemble.realizations", count, options=("-n", 2))
        self.wait_for_save(job, "result.h5")
        self.write("STOP.result.h5", "")
        facts = self.assert_ended(job, "FAILED")
        self.assertEqual((facts["ExitCode"], facts["Restarts"]), ("85:0", "0"), self.log())
        self.assertIn("a STOP file exists: not requeued", self.log())

    @LONG
    def test_the_number_of_requeues_is_bounded(self):
        count = self.realizations_for(60)
        job = self.submit("requeue.sh", "model.ini", "result.h5", "--ensemble.realizations", count,
                          "--checkpoint.stop-after", "1/20", options=("-n", 2), MAX_REQUEUES="2")
        facts = self.assert_ended(job, "FAILED")
        self.assertEqual((facts["ExitCode"], facts["Restarts"]), ("85:0", "2"), self.log())
        self.assertIn("requeued 2 times already", self.log())


class Single(Jobs):
    @LONG
    def test_a_cancelled_job_is_resumed(self):
        for launcher in ("srun --mpi=pmix", "mpirun"):
            with self.subTest(launcher=launcher):
                count = self.realizations_for(15)
                expected = self.uninterrupted("--ensemble.realizations", count, "--overwrite")
                words = ("model.ini", "result.h5", "--ensemble.realizations", count)
                job = self.submit("single.sh", *words, options=("-n", 2), launcher=launcher)
                self.wait_for_save(job, "result.h5")
                self.cluster.ask("scancel", job)
                self.assert_ended(job, "CANCELLED")
                self.assert_ended(self.submit("single.sh", *words, options=("-n", 3), launcher=launcher))
                self.assertEqual(numbers(self.path / "result.h5"), expected)
                (self.path / "result.h5").unlink()

    @LONG
    def test_term_to_the_ranks_saves_under_srun(self):
        count = self.realizations_for(30)
        words = ("model.ini", "result.h5", "--ensemble.realizations", count)
        job = self.submit("single.sh", *words, options=("-n", 2))
        self.wait_for_save(job, "result.h5")
        # to the ranks, as at the end of the time limit; the script goes on
        self.cluster.ask("scancel", "--signal=TERM", f"{job}.0")
        facts = self.assert_ended(job, "FAILED")
        self.assertEqual(facts["ExitCode"], "85:0", self.log())
        self.assertIn("everything is saved", self.log())

    @LONG
    def test_the_end_of_the_job_is_known(self):
        count = self.realizations_for(120)
        # without a signal: the script asks Slurm for the end of the job, and the program stops before it
        job = self.submit("single.sh", "model.ini", "result.h5", "--ensemble.realizations", count,
                          options=("-n", 2, "-t", 1, "--signal=B:CONT@1"))
        facts = self.assert_ended(job, "FAILED")
        self.assertEqual(facts["ExitCode"], "85:0", self.log())
        self.assertIn("the end of the Slurm job is near", self.log())


class Arrays(Jobs):
    def setUp(self):
        super().setUp()
        self.write("model.ini", CHEAP)

    def test_parts_are_merged_into_the_result_of_a_single_run(self):
        self.run_well("run", "model.ini", "-o", "single.h5", "--ensemble.realizations", 11)
        jobs = self.call("array.sh", 3, 11, "model.ini", "all.h5", options="-n 2 -t 5")
        self.assertEqual(len(jobs), 2)
        self.assert_ended(jobs[1])
        self.assertEqual(numbers(self.path / "all.h5"), numbers(self.path / "single.h5"), self.log())

    @LONG
    def test_a_part_that_stops_early_is_requeued(self):
        self.write("model.ini", MODEL)
        count = 3 * self.realizations_for(8)
        expected = self.uninterrupted("--ensemble.realizations", count)
        jobs = self.call("array.sh", 3, count, "model.ini", "all.h5", "--checkpoint.stop-after", "1/12",
                         options="-n 2 -t 5", launcher="mpirun")
        self.assert_ended(jobs[1], seconds=600)
        self.assertIn("requeued", self.log())
        self.assertEqual(numbers(self.path / "all.h5"), expected)


class Chains(Jobs):
    @LONG
    def test_each_job_goes_on_where_the_one_before_stopped(self):
        count = self.realizations_for(16)
        expected = self.uninterrupted("--ensemble.realizations", count)
        jobs = self.call("chain.sh", 6, "model.ini", "result.h5", "--ensemble.realizations", count,
                         "--checkpoint.stop-after", "1/10", options="-n 2 -t 5")
        facts = self.finish(*jobs, seconds=600)
        codes = [each["ExitCode"] for each in facts]
        self.assertEqual((codes[0], codes[-1]), ("85:0", "0:0"), self.log())
        self.assertEqual(numbers(self.path / "result.h5"), expected)

    @LONG
    def test_a_stop_file_stops_the_chain(self):
        self.write("STOP", "")
        jobs = self.call("chain.sh", 2, "model.ini", "result.h5", options="-n 1 -t 5")
        self.assertEqual([each["ExitCode"] for each in self.finish(*jobs)], ["85:0", "85:0"], self.log())
        self.assertFalse((self.path / "result.h5").exists())


class Scaling(Jobs):
    @LONG
    def test_a_row_for_each_number_of_ranks(self):
        for launcher in ("srun --mpi=pmix", "mpirun"):
            with self.subTest(launcher=launcher):
                job = self.submit("scaling.sh", "model.ini", "--ensemble.realizations", 8, options=("-n", 4),
                                  launcher=launcher)
                self.assert_ended(job)
                rows = (self.path / f"scaling-{job}" / "scaling.txt").read_text().splitlines()
                self.assertEqual([row.split()[0] for row in rows], ["ranks", "1", "2", "4"])
                self.assertEqual(rows[1].split()[2:], ["1.00", "100.0%"])


class Scripts(unittest.TestCase):
    def test_they_are_programs_without_complaints(self):
        scripts = sorted(SCRIPTS.glob("*.sh"))
        self.assertGreaterEqual(len(scripts), 6)
        for script in scripts:
            self.assertEqual(os.access(script, os.X_OK), script.name != "functions.sh", script)
            self.assertLessEqual(len(script.read_text().splitlines()), 90, script)
        if shutil.which("shellcheck") is not None:
            done = os.spawnlp(os.P_WAIT, "shellcheck", "shellcheck", "-x", "-P", str(SOURCE), *map(str, scripts))
            self.assertEqual(done, 0)


if __name__ == "__main__":
    result = unittest.main(exit=False).result
    if result.wasSuccessful() and why_impossible():
        print(f"SKIPPED: {why_impossible()}")
        sys.exit(SKIPPED)
    sys.exit(not result.wasSuccessful())
