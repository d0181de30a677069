"""Runs that are killed, or asked to stop: what was finished is there."""

import os
import signal
import time
import unittest

import h5py
import numpy as np

import support
from interrupted import LONG, ONE_TURN, PATIENT, STOPPED, Interrupted


class Kills(Interrupted):
    def test_nothing_finished_is_lost(self):
        words = ("--ensemble.realizations", 300, "--sources.rate", "1/30", "--sources.time-span", 15)
        often = ("--checkpoint.interval", "0.1 s")
        self.run_well("run", "model.ini", "-o", "whole.h5", *words, ranks=2)
        with h5py.File(self.path / "whole.h5", "r") as file:
            expected = file["realizations/density"][:]
        before, kills = 0, 0
        for attempt, ranks in enumerate((2, None, 3, None, 2, None, 1, None, 2, None)):
            process = self.start("run", "model.ini", "-o", "r.h5", "--resume", *words, *often, ranks=ranks)
            time.sleep(0.3 + 0.13 * attempt + (0.7 if ranks else 0))
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            self.end_group(process.pid)
            kills += process.returncode != 0
            if not (self.path / "r.h5").exists():
                continue
            self.assertEqual(self.run_well("info", "r.h5").err, "")
            with h5py.File(self.path / "r.h5", "r") as file:
                marks = file["realizations/complete"][:].astype(bool)
                np.testing.assert_array_equal(file["realizations/density"][marks], expected[marks])
            self.assertGreaterEqual(np.count_nonzero(marks), before)
            before = np.count_nonzero(marks)
        self.assertGreater(kills, 3)
        done = self.resume(*words, ranks=2)
        self.assertEqual(done.status, 0, done.err)
        self.assert_same("r.h5", "whole.h5")
        self.assertEqual(sorted(path.name for path in self.path.iterdir()), ["model.ini", "r.h5", "whole.h5"])

    @staticmethod
    def end_group(group):
        """Waits until the kernel has cleaned up after every process of a group."""
        for _ in range(200):
            try:
                os.killpg(group, 0)
            except ProcessLookupError:
                return
            time.sleep(0.02)


class Stopping(Interrupted):
    def begin(self, *words, ranks=None):
        """A run that is at work."""
        before = len(self.starts()) if (self.path / "r.h5").exists() else 0
        process = self.start("run", "model.ini", "-o", "r.h5", "--resume", *PATIENT, *words, ranks=ranks)
        self.addCleanup(process.kill)
        self.wait_for(lambda: (self.path / "r.h5").exists() and len(self.starts()) > before, process)
        time.sleep(0.3)
        return process

    def wait_for(self, condition, process):
        for _ in range(600):
            if condition():
                return
            self.assertIsNone(process.poll(), "the run has ended")
            time.sleep(0.05)
        self.fail("nothing happened")

    def assert_stopped(self, process, reason):
        _, err = process.communicate(timeout=support.LIMIT)
        self.assertEqual(process.returncode, STOPPED, err)
        self.assertIn(f"stopped by {reason}", err)
        self.assertIn("--resume", err)
        self.assertEqual(self.starts()[-1]["reason"], f"stopped: {reason}".encode())
        self.assertEqual([path.name for path in self.path.glob("r.h5.*")], [])

    def test_usr1_saves_and_stops(self):
        for ranks in (None, 2):
            before = self.complete() if ranks else 0
            process = self.begin(ranks=ranks)
            process.send_signal(signal.SIGUSR1)
            self.assert_stopped(process, "signal USR1 or TERM")
            self.assertGreater(self.complete(), before)

    def test_term_does_the_same(self):
        process = self.begin()
        process.send_signal(signal.SIGTERM)
        self.assert_stopped(process, "signal USR1 or TERM")

    def test_usr2_saves_and_goes_on(self):
        process = self.begin()
        self.assertEqual(self.complete(), 0)
        process.send_signal(signal.SIGUSR2)
        self.wait_for(lambda: self.complete() > 0, process)
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGUSR1)
        self.assert_stopped(process, "signal USR1 or TERM")

    def test_a_second_usr1_abandons_what_is_being_computed(self):
        # a single realization that takes minutes
        self.write("model.ini", LONG)
        words = ("--superposition.method", "direct", "--sources.rate", "1/4.1", "--energy.points-per-decade",
                 300)
        process = self.start("run", "model.ini", "-o", "r.h5", *words)
        self.addCleanup(process.kill)
        self.wait_for(lambda: (self.path / "r.h5").exists(), process)
        time.sleep(0.5)
        process.send_signal(signal.SIGUSR1)
        time.sleep(0.2)
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGUSR1)
        _, err = process.communicate(timeout=15)
        self.assertEqual(process.returncode, STOPPED, err)
        self.assertIn("0 of 2 realizations", err)

    def test_stop_files(self):
        for name in ("STOP.r.h5", "STOP"):
            process = self.begin()
            self.write(name, "")
            self.assert_stopped(process, f"the file {name}")
            before = self.snapshot()
            self.assert_refused(self.resume(*PATIENT), 2, name, "remove it")
            self.assertEqual(self.snapshot(), before)
            (self.path / name).unlink()

    def test_a_run_through_a_link(self):
        (self.path / "link.h5").symlink_to("r.h5")
        for name in ("STOP.r.h5", "STOP.link.h5"):
            process = self.start("run", "model.ini", "-o", "link.h5", "--resume", *PATIENT)
            self.addCleanup(process.kill)
            needed = self.path / "r.h5.lock", self.path / "r.h5"
            self.wait_for(lambda: all(path.exists() for path in needed), process)
            self.assert_refused(self.resume(*PATIENT), 2, f"r.h5 is being written by process {process.pid}")
            self.write(name, "")
            self.assert_stopped(process, f"the file {name}")
            (self.path / name).unlink()
        self.assertTrue((self.path / "link.h5").is_symlink())
        self.assertEqual([path.name for path in self.path.glob("link.h5.*")], [])

    def test_the_end_of_the_slurm_job(self):
        end = int(time.time()) + 13
        done = self.resume(*PATIENT, environment={"SLURM_JOB_END_TIME": end})
        self.assertEqual(done.status, STOPPED, done.err)
        self.assertIn("stopped by the end of the Slurm job is near", done.err)

    def test_two_runs_never_write_one_result(self):
        process = self.begin()
        for words in (("--resume",), ("--overwrite",)):
            done = self.run_program("run", "model.ini", "-o", "r.h5", *PATIENT, *words)
            self.assert_refused(done, 2, "r.h5 is being written by process", str(process.pid), "-o")
        (self.path / "link.h5").symlink_to("r.h5")
        done = self.resume(*PATIENT, path="link.h5")
        self.assert_refused(done, 2, "r.h5 is being written by process", str(process.pid))
        process.send_signal(signal.SIGUSR1)
        self.assert_stopped(process, "signal USR1 or TERM")

    def test_other_names_of_a_result_keep_what_they_stand_for(self):
        for stored in ("all", "anisotropy"):
            words = ("--output.realizations", stored, "--ensemble.realizations", 5)
            self.run_well("run", "model.ini", "-o", "whole.h5", "--overwrite", *words)
            path, kept = f"{stored}.h5", f"kept-{stored}.h5"
            self.assertEqual(self.resume(*words, *ONE_TURN, path=path).status, STOPPED)
            names = [name.name for name in self.path.glob(f"{path}*")]
            self.assertEqual(len(names), 1 if stored == "all" else 2)
            for name in names:
                os.link(self.path / name, self.path / f"kept-{name}")
            before = {name: (self.path / f"kept-{name}").read_bytes() for name in names}
            done = self.resume(*words, *ONE_TURN, path=path, ranks=2)
            self.assertEqual(done.status, STOPPED, done.err)
            self.assertIn(f"{path} has other names (hard links)", done.err)
            self.assertEqual({name: (self.path / f"kept-{name}").read_bytes() for name in names}, before)
            # each is a result of its own now
            for each in (path, kept):
                done = self.resume(*words, path=each)
                self.assertEqual(done.status, 0, done.err)
                self.assertNotIn("hard links", done.err)
                self.assert_same(each, "whole.h5")
        # and a finished one is not even copied
        os.link(self.path / "all.h5", self.path / "again.h5")
        before = self.snapshot()
        done = self.resume("--ensemble.realizations", 5, path="again.h5")
        self.assertIn("all realizations were there already", done.out)
        self.assertEqual(self.snapshot(), before)



if __name__ == "__main__":
    unittest.main()
