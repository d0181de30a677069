"""The job scripts on a real Slurm, which the test starts on this machine and takes down again."""

import os
import re
import resource
import shutil
import signal
import subprocess
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
LAUNCHERS = ("srun --mpi=pmix", "mpirun")

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
            Jobs.cluster = OneMachineSlurm()  # stopped at the end of everything
            Jobs.cluster.start()

    def setUp(self):
        super().setUp()
        self.write("model.ini", MODEL)
        self.environment = {"GREENHALO": GREENHALO, "GREENHALO_ROOT": str(SOURCE)}

    def submit(self, script, *words, options=(), launcher="srun --mpi=pmix", **environment):
        environment = {**self.environment, "GREENHALO_LAUNCHER": launcher, **environment}
        job = self.cluster.submit(*options, SCRIPTS / script, *words, folder=self.path,
                                  environment=environment)
        self.addCleanup(self.cluster.cancel, job)
        return job

    def call(self, script, *words, options="", launcher="srun --mpi=pmix", **environment):
        """Calls a script that submits jobs itself; returns their numbers."""
        printed = self.cluster.ask(SCRIPTS / script, *words, folder=self.path, environment={
            **self.environment, "GREENHALO_LAUNCHER": launcher, "SBATCH_OPTIONS": options, **environment})
        self.addCleanup(self.cluster.cancel, *printed.split())
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
            self.run_well("run", "model.ini", "-o", "timing.h5", "--overwrite", "--ensemble.realizations",
                          count)
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
            found = done and re.search(r"realizations +(\d+) of", done.out)
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
        job = self.submit("requeue.sh", "model.ini", "result.h5", "--ensemble.realizations", count,
                          options=("-n", 2))
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

    def job_that_has_saved(self, launcher):
        result = f"{launcher[:4]}.h5"
        job = self.submit("requeue.sh", "model.ini", result, "--ensemble.realizations", self.realizations_for(60),
                          options=("-n", 2), launcher=launcher)
        self.wait_for_save(job, result)
        return job

    @LONG
    def test_a_cancelled_job_stays_cancelled(self):
        for launcher in LAUNCHERS:
            with self.subTest(launcher=launcher):
                job = self.job_that_has_saved(launcher)
                self.cluster.ask("scancel", job)
                self.assertEqual(self.assert_ended(job, "CANCELLED")["Restarts"], "0", self.log())

    @LONG
    def test_term_to_the_script_saves_and_does_not_requeue(self):
        for launcher in LAUNCHERS:
            with self.subTest(launcher=launcher):
                job = self.job_that_has_saved(launcher)
                self.cluster.ask("scancel", "--batch", "--signal=TERM", job)
                facts = self.assert_ended(job, "FAILED")
                self.assertEqual((facts["ExitCode"], facts["Restarts"]), ("85:0", "0"), self.log())
                self.assertIn("everything is saved", self.log())
                self.assertIn("ended by TERM", self.log())


class Single(Jobs):
    @LONG
    def test_a_cancelled_job_is_resumed(self):
        for launcher in LAUNCHERS:
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
        expected = self.uninterrupted("--ensemble.realizations", 9)
        # all at the same time, each with one realization in each of three starts
        jobs = self.call("array.sh", 3, 9, "model.ini", "all.h5", "--checkpoint.stop-after", "1e-6",
                         options="-n 1 -t 5", launcher="mpirun")
        self.assert_ended(jobs[1], seconds=600)
        # each for itself, and not one for all of the array
        for log in self.path.glob("greenhalo-*.log"):
            text = log.read_text()
            stops = 0 if "merged" in text else 2
            self.assertEqual((text.count(": requeued\n"), text.count("stopped by ")), (stops, stops), self.log())
        self.assertEqual(numbers(self.path / "all.h5"), expected)


    @LONG
    def test_a_part_that_fails_cancels_the_merge_and_the_same_command_mends_it(self):
        self.run_well("run", "model.ini", "-o", "single.h5", "--ensemble.realizations", 7)
        words = ("array.sh", 2, 7, "model.ini", "all.h5")
        self.write("all.part1.h5", "not a result\n")
        jobs = self.call(*words, options="-n 2 -t 5")
        self.assert_ended(jobs[1], "CANCELLED")
        self.assertFalse((self.path / "all.h5").exists())
        self.assertTrue((self.path / "all.part0.h5").exists())
        (self.path / "all.part1.h5").unlink()
        self.assert_ended(self.call(*words, options="-n 2 -t 5")[1])
        self.assertEqual(numbers(self.path / "all.h5"), numbers(self.path / "single.h5"), self.log())


class Chains(Jobs):
    @LONG
    def test_each_job_goes_on_where_the_one_before_stopped(self):
        self.write("model.ini", CHEAP)
        expected = self.uninterrupted("--ensemble.realizations", 4)
        # one realization in each
        jobs = self.call("chain.sh", 6, "model.ini", "result.h5", "--ensemble.realizations", 4,
                         "--checkpoint.stop-after", "1e-6", options="-n 1 -t 5")
        codes = [each["ExitCode"] for each in self.finish(*jobs)]
        self.assertEqual(codes, ["85:0"] * 3 + ["0:0"] * 3, self.log())
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
        for launcher in LAUNCHERS:
            with self.subTest(launcher=launcher):
                job = self.submit("scaling.sh", "model.ini", "--ensemble.realizations", 8, options=("-n", 4),
                                  launcher=launcher)
                self.assert_ended(job)
                rows = (self.path / f"scaling-{job}" / "scaling.txt").read_text().splitlines()
                self.assertEqual([row.split()[0] for row in rows], ["ranks", "1", "2", "4"])
                self.assertEqual(rows[1].split()[2:], ["1.00", "100.0%"])


    @LONG
    def test_a_run_that_stops_early_ends_the_study(self):
        job = self.submit("scaling.sh", "model.ini", "--ensemble.realizations", 200, options=("-n", 4))
        table = self.path / f"scaling-{job}" / "scaling.txt"
        self.cluster.wait_for((self.path / f"scaling-{job}" / "1.h5").exists, 60, "the first run")
        self.cluster.ask("scancel", "--batch", "--signal=USR1", job)
        facts = self.assert_ended(job, "FAILED")
        self.assertEqual(facts["ExitCode"], "85:0", self.log())
        self.assertEqual(len(table.read_text().splitlines()), 1)
        self.assertIn("stopped early, on 1 ranks", self.log())


# In the place of the program: says which signals it gets, and ends with the status 85 when it has got as many
# as it is told, some time after the last.
LISTENER = """\
trap 'echo got USR1 >>heard; ((--wanted))' USR1
trap 'echo got TERM >>heard; ((--wanted))' TERM
wanted=$1
echo started >>heard
while ((wanted > 0)); do sleep 0.05; done
sleep 0.5
exit 85
"""
# In the place of sbatch: tells what it was given.
SBATCH = """\
#!/bin/bash
echo "$*" >>submitted
wc -l <submitted
"""


class Scripts(InFolder):
    """What can be seen without a Slurm."""

    def test_they_are_programs_without_complaints(self):
        scripts = sorted(SCRIPTS.glob("*.sh"))
        self.assertGreaterEqual(len(scripts), 7)
        for script in scripts:
            is_read = script.name in ("functions.sh", "signals.sh")
            self.assertNotEqual(os.access(script, os.X_OK), is_read, script)
            self.assertLessEqual(len(script.read_text().splitlines()), 90, script)
        if shutil.which("shellcheck") is not None:
            done = subprocess.run(["shellcheck", "-x", "-P", SOURCE, *scripts], check=False)
            self.assertEqual(done.returncode, 0)

    def begin_script(self, before, wanted):
        """A job script that runs the listener; `before`: what it does first."""
        self.write("listener.sh", LISTENER)
        script = self.write("job.sh", f"root={SOURCE}\nlauncher=bash\nsource {SCRIPTS}/functions.sh\n"
                                      f"{before}\nrun_with_signals listener.sh {wanted}\necho status $?\n")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SLURM_")}
        process = subprocess.Popen(["bash", script], cwd=self.path, env=environment, stdout=subprocess.PIPE,
                                   text=True)
        self.addCleanup(process.kill)
        return process

    def wait_for_start(self):
        for _ in range(200):
            if (self.path / "heard").exists():
                return
            time.sleep(0.05)
        self.fail("the program was not started")

    def test_signals_are_handed_on_as_usr1_and_the_status_is_the_programs(self):
        process = self.begin_script("", 2)
        self.wait_for_start()
        process.send_signal(signal.SIGUSR1)  # at once: held back until the program surely listens
        time.sleep(11)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=30)
        self.assertEqual((self.path / "heard").read_text(), "started\ngot USR1\ngot USR1\n")
        self.assertEqual(out, "status 85\n")

    def test_a_signal_before_the_program_is_remembered(self):
        for name in ("USR1", "TERM"):
            process = self.begin_script(f"kill -{name} $$", 1)
            out, _ = process.communicate(timeout=30)
            self.assertRegex(out, r"told to stop before the program was started\nstatus 85\n$")
            self.assertFalse((self.path / "heard").exists())

    def test_stop_files_are_those_that_stop_the_program(self):
        (self.path / "data").mkdir()
        (self.path / "link.h5").symlink_to("data/real.h5")

        def is_seen(result):
            script = f"root={SOURCE}\nlauncher=bash\nsource {SCRIPTS}/functions.sh\nstop_file_exists {result}"
            return subprocess.run(["bash", "-c", script], cwd=self.path, check=False).returncode == 0

        for name, results in (("STOP", ("link.h5", "other.h5")), ("STOP.link.h5", ("link.h5",)),
                              ("data/STOP", ("link.h5",)), ("data/STOP.real.h5", ("link.h5",))):
            self.assertFalse(is_seen("link.h5"))
            self.write(name, "")
            self.assertEqual([is_seen(result) for result in ("link.h5", "other.h5")],
                             [result in results for result in ("link.h5", "other.h5")], name)
            (self.path / name).unlink()

    def submit(self, script, *words, **environment):
        """Calls a script that submits jobs, with a sbatch that only tells; returns it with both outputs."""
        (self.path / "bin").mkdir(exist_ok=True)
        self.write("bin/sbatch", SBATCH).chmod(0o755)
        environment = {**os.environ, "PATH": f"{self.path}/bin:{os.environ['PATH']}", "GREENHALO": GREENHALO,
                       **environment}
        return subprocess.run([SCRIPTS / script, *map(str, words)], cwd=self.path, env=environment, text=True,
                              capture_output=True, timeout=60, check=False)

    def submitted(self):
        return (self.path / "submitted").read_text().splitlines()

    def test_jobs_are_submitted_also_from_within_an_allocation(self):
        self.write("model.ini", CHEAP)
        done = self.submit("chain.sh", 2, "model.ini", "r.h5", SLURM_JOB_ID="77", SLURM_SUBMIT_DIR="/")
        self.assertEqual((done.returncode, done.stdout), (0, "1\n2\n"), done.stderr)
        chain = f"{SCRIPTS}/chain.sh --link model.ini r.h5"
        self.assertEqual(self.submitted(), [f"--parsable {chain}", f"--parsable -d afterany:1 {chain}"])
        done = self.submit("array.sh", 2, 9, "model.ini", "r.h5", SLURM_JOB_ID="77", SLURM_SUBMIT_DIR="/")
        self.assertEqual((done.returncode, done.stdout), (0, "3 4\n"), done.stderr)
        self.assertIn("--array=0-1", self.submitted()[2])
        self.assertIn("--kill-on-invalid-dep=yes", self.submitted()[3])
        self.assertRegex(done.stderr, "4 realizations.*(\n.*)*would take about")

    def test_what_cannot_be_merged_is_not_submitted(self):
        stored = "[output]\nrealizations = anisotropy\n"
        for text, words, message in ((CHEAP + stored, (), "output.realizations = all"),
                                     (CHEAP, ("--output.realizations", "none"), "output.realizations = all"),
                                     (CHEAP, ("--halo.half-height", -1), "halo.half-height"),
                                     (CHEAP, ("--ensemble.realizations", 9), "ensemble.realizations")):
            self.write("model.ini", text)
            done = self.submit("array.sh", 2, 9, "model.ini", "r.h5", *words)
            self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
            self.assertIn(message, done.stderr)
            self.assertFalse((self.path / "submitted").exists())
        # the command line has the last word
        self.write("model.ini", CHEAP + stored)
        done = self.submit("array.sh", 2, 9, "model.ini", "r.h5", "--output.realizations", "all")
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    try:
        result = unittest.main(exit=False).result
    finally:
        if Jobs.cluster is not None:
            Jobs.cluster.stop()  # also when it was interrupted
    if result.wasSuccessful() and why_impossible():
        print(f"SKIPPED: {why_impossible()}")
        sys.exit(SKIPPED)
    sys.exit(not result.wasSuccessful())
