"""Runs that are stopped, killed, resumed and extended give, bit for bit, what the uninterrupted run gives."""

import itertools
import os
import signal
import time
import unittest

import h5py
import numpy as np

import support
from support import CHEAP, numbers

# every start stops as soon as it has done one piece of work on each rank
ONE_TURN = ("--checkpoint.stop-after", 1e-6)
# 8e7 sources in each of two realizations: four segments each
LONG = """\
[sources]
rate = 1
time-span = 80 Myr
[energy]
min = 1e3
max = 1e5
points-per-decade = 1
[species]
names = H
[ensemble]
realizations = 2
"""
# tens of milliseconds for each of very many realizations
PATIENT = ("--superposition.method", "direct", "--sources.rate", "1/30", "--sources.time-span", 30,
           "--ensemble.realizations", 2000)
STOPPED = 85


class Interrupted(support.InFolder):
    def setUp(self):
        super().setUp()
        self.write("model.ini", CHEAP)

    def resume(self, *words, path="r.h5", **options):
        return self.run_program("run", "model.ini", "-o", path, "--resume", *words, **options)

    def assert_same(self, path, other, groups=("realizations", "ensemble")):
        mine, expected = numbers(self.path / path, groups), numbers(self.path / other, groups)
        self.assertEqual(list(mine), list(expected))
        self.assertEqual([name for name in expected if mine[name] != expected[name]], [])

    def assert_refused(self, done, status, *parts):
        """One error, which may come after warnings about the model."""
        self.assertEqual((done.status, done.out), (status, ""), done.err)
        errors = [line for line in done.err.splitlines() if line.startswith("greenhalo: error: ")]
        self.assertEqual(len(errors), 1, done.err)
        for part in parts:
            self.assertIn(part, errors[0])

    def complete(self, path="r.h5"):
        with h5py.File(self.path / path, "r") as file:
            return int(np.count_nonzero(file["realizations/complete"][:]))

    def starts(self, path="r.h5"):
        with h5py.File(self.path / path, "r") as file:
            rows = file["provenance/starts"][:]
        return [row for row in rows if row["started"]]

    def interrupt_until_done(self, words, path, ranks=(None, 3, 2, 4), most=200):
        """Resumes again and again; returns how often it was stopped."""
        for count, size in enumerate(itertools.cycle(ranks)):
            done = self.resume(*words, *ONE_TURN, path=path, ranks=size)
            if done.status == 0:
                return count
            self.assertEqual(done.status, STOPPED, done.err)
            self.assertIn("stopped by checkpoint.stop-after", done.err)
            self.assertLess(count, most)


class ExactRestart(Interrupted):
    def test_more_than_twenty_interruptions_on_changing_ranks(self):
        for method in ("fast", "direct"):
            words = ("--superposition.method", method, "--ensemble.realizations", 53, "--sources.rate", "1/30",
                     "--sources.time-span", 30)
            done = self.run_well("run", "model.ini", "-o", f"{method}.h5", *words, ranks=2)
            self.assertIn(f"superposition: {method}", done.err)
            self.assertNotIn("superposition: direct: ", done.err)
            stops = self.interrupt_until_done(words, f"{method}-parts.h5")
            self.assertGreaterEqual(stops, 20)
            self.assert_same(f"{method}-parts.h5", f"{method}.h5")
            starts = self.starts(f"{method}-parts.h5")
            self.assertEqual(len(starts), stops + 1)
            self.assertEqual({int(row["ranks"]) for row in starts}, {1, 2, 3, 4})
            self.assertTrue(all(row["reason"] == b"stopped: checkpoint.stop-after" for row in starts[:-1]))
            self.assertEqual(starts[-1]["reason"], b"finished")
            self.assertTrue(all(row["revision"] and row["instruction_set"] for row in starts))
        self.assertEqual(sorted(path.name for path in self.path.iterdir()),
                         ["direct-parts.h5", "direct.h5", "fast-parts.h5", "fast.h5", "model.ini"])

    def test_a_long_realization_is_resumed_in_its_middle_and_shared(self):
        self.write("model.ini", LONG)
        for method in ("fast", "direct"):
            words = ("--superposition.method", method)
            whole, parts = f"{method}.h5", f"{method}-parts.h5"
            self.run_well("run", "model.ini", "-o", whole, *words)
            self.assertEqual(self.resume(*words, *ONE_TURN, path=parts, ranks=3).status, STOPPED)
            self.assertEqual(self.complete(parts), 0)
            with h5py.File(self.path / f"{parts}.parts", "r") as file:
                self.assertEqual(file["parts/segment"][:].tolist(), [0, 1, 2])
            self.assertIn(f"{parts}.parts", self.run_well("info", parts).out)
            stops = self.interrupt_until_done(words, parts, ranks=(None, 2))
            self.assertGreaterEqual(stops, 2)
            self.assert_same(parts, whole)
            self.assertFalse((self.path / f"{parts}.parts").exists())

    def test_whatever_is_stored(self):
        for stored in ("anisotropy", "none"):
            words = ("--output.realizations", stored, "--ensemble.realizations", 9)
            self.run_well("run", "model.ini", "-o", "whole.h5", "--overwrite", *words)
            self.assertEqual(self.resume(*words, *ONE_TURN, path=f"{stored}.h5", ranks=2).status, STOPPED)
            self.assertTrue((self.path / f"{stored}.h5.rows").exists())
            self.interrupt_until_done(words, f"{stored}.h5", ranks=(2, 4))
            self.assert_same(f"{stored}.h5", "whole.h5")
            self.assertFalse((self.path / f"{stored}.h5.rows").exists())

    def test_without_the_companion_rows_are_computed_again(self):
        words = ("--output.realizations", "none", "--ensemble.realizations", 5)
        self.run_well("run", "model.ini", "-o", "whole.h5", *words)
        self.resume(*words, *ONE_TURN, ranks=2)
        (self.path / "r.h5.rows").unlink()
        done = self.resume(*words, *ONE_TURN)
        self.assertIn("r.h5.rows is missing", done.err)
        self.write("r.h5.rows", "spoilt")
        done = self.resume(*words)
        self.assertEqual(done.status, 0, done.err)
        self.assertIn("r.h5.rows is not a result of greenhalo", done.err)
        self.assert_same("r.h5", "whole.h5")

    def test_other_instruction_sets(self):
        words = ("--ensemble.realizations", 5)
        narrow = {"GREENHALO_ISA": "x86-64-v2"}
        self.run_well("run", "model.ini", "-o", "narrow.h5", *words, environment=narrow)
        self.resume(*words, *ONE_TURN, environment=narrow)
        done = self.resume(*words)  # takes up the kernels that the result was begun with
        self.assertEqual(done.status, 0, done.err)
        self.assert_same("r.h5", "narrow.h5")
        # and refuses where it was told to use others
        self.resume(*words, *ONE_TURN, path="other.h5", environment={"GREENHALO_ISA": "x86-64-v3"})
        before = self.snapshot()
        done = self.resume(*words, path="other.h5", environment=narrow)
        self.assert_refused(done, 2, "other.h5", "x86-64-v3", "x86-64-v2", "last bits")
        self.assertEqual(self.snapshot(), before)

    def test_a_result_that_other_arithmetic_began_is_refused(self):
        self.resume(*ONE_TURN)
        with h5py.File(self.path / "r.h5", "a") as file:
            self.spoil_quietly(file)
        before = self.snapshot()
        done = self.resume()
        self.assertEqual(done.status, 2)
        self.assertRegex(done.err, "realization 0 comes out differently now, by up to [0-9.]+e-16 of its numbers")
        self.assertEqual(self.snapshot(), before)

    @staticmethod
    def spoil_quietly(file):
        """The last bit of a number, with a checksum that fits."""
        import hashlib
        rows = file["realizations"]
        density = rows["density"][0]
        density[0, 0] = np.nextafter(density[0, 0], 0)
        rows["density"][0] = density
        digest = hashlib.sha256(np.array([rows["index"][0], rows["source_count"][0]], "<i8").tobytes())
        for name in ("density", "current", "anisotropy", "projected/amplitude", "projected/phase",
                     *(f"dominant/{part}" for part in ("distance", "age", "longitude", "latitude", "share_current",
                                                       "share_density", "listed"))):
            digest.update(rows[name][0].astype("<f8").tobytes())
        rows["checksum"][0] = int.from_bytes(digest.digest()[:8], "big")


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
        words = ("--superposition.method", "direct", "--sources.rate", "1/4.1", "--energy.points-per-decade", 300)
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
        process.send_signal(signal.SIGUSR1)
        self.assert_stopped(process, "signal USR1 or TERM")


class GoingOn(Interrupted):
    """What --resume does with each file that it can meet."""

    def test_no_file_yet_and_a_finished_one(self):
        first = self.resume()
        self.assertEqual(first.status, 0, first.err)
        before = self.snapshot()
        again = self.resume()
        self.assertEqual(again.status, 0, again.err)
        self.assertEqual(self.snapshot(), before)
        self.assertIn("all realizations were there already", again.out)
        table = [line for line in first.out.splitlines() if "TeV" in line or "PeV" in line]
        self.assertTrue(table)
        self.assertEqual([line for line in again.out.splitlines() if "TeV" in line or "PeV" in line], table)

    def test_more_realizations_extend_it(self):
        for stored in ("all", "none"):
            words = ("--output.realizations", stored)
            self.run_well("run", "model.ini", "-o", "whole.h5", "--overwrite", "--ensemble.realizations", 11, *words)
            path = f"{stored}.h5"
            self.run_well("run", "model.ini", "-o", path, "--ensemble.realizations", 4, *words)
            done = self.resume("--ensemble.realizations", 11, *words, path=path, ranks=2)
            self.assertEqual(done.status, 0, done.err)
            self.assert_same(path, "whole.h5")
            self.assertEqual(len(self.starts(path)), 2)
            with h5py.File(self.path / path, "r") as file:
                self.assertEqual(file["config"].attrs["ensemble.realizations"], b"11")

    def test_what_changes_numbers_is_refused(self):
        self.write("known.csv", "x_kpc,y_kpc,z_kpc,age_yr\n8.3,0,0,1e4\n")
        known = ("--sources.catalogue", "known.csv")
        self.run_well("run", "model.ini", "-o", "r.h5", *known)
        before = self.snapshot()
        for words, parts in (
                (("--halo.half-height", 2, "--ensemble.seed", 7), ("halo.half-height: 4 in the file, 2 now (command line)",
                                                                   "ensemble.seed: 1 in the file, 7 now")),
                (("--diffusion.coefficient", "4e28"), ("diffusion.coefficient: not used in the file, 4e28 now",)),
                (("--output.realizations", "none"), ("output.realizations: all in the file, none now",)),
                (("--ensemble.first", 1), ("ensemble.first: 0 in the file, 1 now",)),
                (("--ensemble.realizations", 2), ("has room for 3 realizations", "only grows"))):
            done = self.resume(*known, *words, ranks=2)
            self.assertEqual((done.status, done.out), (2, ""), done.err)
            for part in parts:
                self.assertIn(part, done.err)
            self.assertEqual(self.snapshot(), before)
        done = self.resume()
        self.assertIn("sources.catalogue: ", done.err)
        self.assertEqual(done.status, 2)
        # the name of a catalogue does not matter, its content does
        (self.path / "known.csv").rename(self.path / "renamed.csv")
        self.assertEqual(self.resume("--sources.catalogue", "renamed.csv").status, 0)
        self.write("renamed.csv", "x_kpc,y_kpc,z_kpc,age_yr\n8.3,0,0,1.1e4\n")
        done = self.resume("--sources.catalogue", "renamed.csv")
        self.assertEqual(done.status, 2)
        self.assertIn("sources.catalogue: the content of", done.err)

    def test_what_changes_no_numbers_may_change(self):
        self.resume(*ONE_TURN)
        done = self.resume("--checkpoint.interval", "1 h", "--expect.span", "finite")
        self.assertEqual(done.status, 0, done.err)

    def test_options_that_exclude_each_other(self):
        done = self.resume("--overwrite")
        self.assert_refused(done, 2, "--resume", "--overwrite", "one of them")
        done = self.run_program("expect", "model.ini", "--resume")
        self.assert_refused(done, 2, "unknown option --resume", "expect")


class Damage(Interrupted):
    def setUp(self):
        super().setUp()
        self.run_well("run", "model.ini", "-o", "whole.h5")
        (self.path / "r.h5").write_bytes((self.path / "whole.h5").read_bytes())

    def change(self, name, index, value):
        with h5py.File(self.path / "r.h5", "a") as file:
            file[name][index] = value

    def test_damaged_realizations_are_computed_again(self):
        self.change("realizations/current", (1, 0, 0, 0), 5.0)
        done = self.resume()
        self.assertEqual(done.status, 0, done.err)
        self.assertIn("1 of the realizations in r.h5 do not match their checksums", done.err)
        self.assert_same("r.h5", "whole.h5")

    def test_damaged_statistics_and_model_are_written_again(self):
        for name, index, value in (("ensemble/amplitude_quantile", (2, 1), 7.0), ("energy", 2, 1.0),
                                   ("realizations/index", 0, 77), ("species/release/yield", (0, 0), 0.0)):
            self.change(name, index, value)
            done = self.resume()
            self.assertEqual(done.status, 0, done.err)
            self.assert_same("r.h5", "whole.h5", ("realizations", "ensemble", "species"))
            again = self.resume()
            self.assertIn("all realizations were there already", again.out)
            self.assertNotIn("damaged", again.err)

    def test_realizations_are_saved_from_a_file_that_cannot_be_read(self):
        whole = (self.path / "whole.h5").read_bytes()
        with h5py.File(self.path / "whole.h5", "r") as file:
            last = file["realizations/dominant/listed"]
            end = last.id.get_offset() + last.id.get_storage_size()
        cut = whole[:end - 8], 2  # the last number of the last realization is missing
        structure = whole[:600] + bytes(50000) + whole[50600:], 3
        for content, found in (cut, structure):
            self.write("r.h5", content)
            done = self.resume("--checkpoint.interval", "1 h")
            self.assertEqual(done.status, 0, done.err)
            self.assertIn(f"{found} realizations were found in it", done.err)
            self.assert_same("r.h5", "whole.h5")
            self.assertEqual([path.name for path in self.path.glob("r.h5.*")], [])
            # but not for another model, of which the file says nothing any more
            self.write("r.h5", content)
            done = self.resume("--halo.half-height", 2)
            self.assertEqual(done.status, 2, done.err)
            self.assertIn("realization 0 comes out differently now", done.err)
            self.assertEqual((self.path / "r.h5").read_bytes(), content)

    def test_files_that_cannot_be_used(self):
        whole = (self.path / "whole.h5").read_bytes()
        self.write("foreign.h5", "x_kpc,y_kpc\n")
        self.write("cut.h5", whole[:len(whole) // 2])
        for name, version in (("older.h5", 1), ("newer.h5", 99)):
            self.write(name, whole)
            with h5py.File(self.path / name, "a") as file:
                file.attrs.modify("format_version", version)
        self.run_well("sources", "model.ini", "-o", "sources.h5")
        before = self.snapshot()
        for name, parts in (("foreign.h5", ("not a result of greenhalo",)), ("cut.h5", ("truncated", "restore it from a copy", "no realization")),
                            ("older.h5", ("older format 1",)), ("newer.h5", ("newer format 99", "newer greenhalo")),
                            ("sources.h5", ("not a result of greenhalo run",))):
            done = self.resume(path=name)
            self.assertIn(done.status, (1, 2))
            self.assert_refused(done, done.status, name, *parts)
            self.assertEqual(self.snapshot(), before)

    @unittest.skipUnless(support.IS_ROOT, "only root can become another user")
    def test_a_folder_that_turned_read_only(self):
        os.chmod(self.path, 0o755)
        before = self.snapshot()
        done = self.resume(before=support.NOBODY)
        self.assert_refused(done, 2, "r.h5 cannot be read and written")
        self.assertEqual(self.snapshot(), before)


class Merging(Interrupted):
    PARTS = ((0, 4), (4, 1), (5, 6))

    def setUp(self):
        super().setUp()
        for first, count in self.PARTS:
            self.run_well("run", "model.ini", "-o", f"{first}.h5", "--ensemble.first", first,
                          "--ensemble.realizations", count)

    def merge(self, *words, **options):
        return self.run_program("merge", "-o", "all.h5", *words, **options)

    def test_the_whole_is_that_of_the_single_run(self):
        self.run_well("run", "model.ini", "-o", "single.h5", "--ensemble.realizations", 11, ranks=2)
        done = self.merge("5.h5", "0.h5", "4.h5")
        self.assertEqual(done.status, 0, done.err)
        self.assertIn("3 parts with realizations 0 to 10 merged", done.out)
        self.assert_same("all.h5", "single.h5", ("realizations", "ensemble", "species"))
        with h5py.File(self.path / "all.h5", "r") as merged, h5py.File(self.path / "single.h5", "r") as single:
            mine, other = (file["config"].attrs["text"].decode() for file in (merged, single))
            self.assertEqual(mine.replace("all.h5", "single.h5"), other)
        self.assertEqual(len(self.starts("all.h5")), 3)
        # and it is a result like any other
        self.assertEqual(self.resume("--ensemble.realizations", 11, path="all.h5").status, 0)
        self.assertIn("11 of 11 complete", self.run_well("info", "all.h5").out)
        self.assert_refused(self.merge("0.h5"), 2, "all.h5 exists", "--overwrite")
        self.assertEqual(self.merge("0.h5", "--overwrite").status, 0)

    def test_what_does_not_fit_is_refused_by_name(self):
        self.run_well("run", "model.ini", "-o", "flat.h5", "--ensemble.first", 11, "--halo.half-height", 2)
        self.run_well("run", "model.ini", "-o", "few.h5", "--ensemble.first", 11, "--output.realizations", "anisotropy")
        self.resume("--ensemble.first", 11, *ONE_TURN, path="begun.h5")
        before = self.snapshot()
        for words, parts in (((), ("parts are missing",)),
                             (("0.h5", "4.h5", "4.h5"), ("4.h5 (realization 4) and 4.h5 (realization 4) overlap",)),
                             (("0.h5", "5.h5"), ("realization 4 are missing between 0.h5 and 5.h5", "--ensemble.first 4")),
                             (("0.h5", "flat.h5"), ("different models", "halo.half-height: 4 in 0.h5, 2 in flat.h5")),
                             (("few.h5",), ("few.h5", "output.realizations = all")),
                             (("begun.h5",), ("1 of the 3 realizations in begun.h5", "--resume")),
                             (("0.h5", "none.h5"), ("none.h5", "No such file")),
                             (("0.h5", "--all"), ("unknown option --all",)),
                             (("all.h5", "0.h5", "-o", "0.h5"), ("0.h5",))):
            done = self.merge(*words)
            self.assertEqual((done.status, done.out), (2, ""), done.err)
            for part in parts:
                self.assertIn(part, done.err)
            self.assertEqual(self.snapshot(), before)

    def test_without_mpi(self):
        refuse = '{ fputs("MPI was started", stderr); _exit(97); }\n'
        no_mpi = self.shim("#include <stdio.h>\n#include <unistd.h>\n"
                           f"int MPI_Init(int* argc, char*** argv) {refuse}"
                           f"int MPI_Init_thread(int* argc, char*** argv, int wanted, int* given) {refuse}")
        done = self.merge("0.h5", "4.h5", environment=no_mpi)
        self.assertEqual((done.status, done.err), (0, ""))


if __name__ == "__main__":
    unittest.main()
