"""Runs that are interrupted, resumed and extended give, bit for bit, what the uninterrupted run gives."""

import os
import unittest

import h5py
import numpy as np

from interrupted import LONG, ONE_TURN, STOPPED, Interrupted


class ExactRestart(Interrupted):
    def test_more_than_twenty_interruptions_on_changing_ranks(self):
        for method in ("fast", "direct"):
            words = ("--superposition.method", method, "--ensemble.realizations", 53,
                     "--sources.rate", "1/30", "--sources.time-span", 30)
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

    @unittest.skipUnless(os.environ.get("GREENHALO_LONG"), "a campaign: tools/test --long")
    def test_more_than_twenty_interruptions_within_one_realization(self):
        # 1.2e9 sources in sixty segments
        self.write("model.ini", LONG.replace("rate = 1\ntime-span = 80 Myr", "rate = 1/30\ntime-span = 36000 Myr")
                   .replace("realizations = 2", "realizations = 1"))
        self.run_well("run", "model.ini", "-o", "whole.h5")
        stops = self.interrupt_until_done((), "parts.h5")
        self.assertGreaterEqual(stops, 20)
        self.assertEqual({int(row["ranks"]) for row in self.starts("parts.h5")}, {1, 2, 3, 4})
        self.assert_same("parts.h5", "whole.h5")

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
        self.assertRegex(done.err, "realization 0 comes out differently now, by up to [0-9.]+e-16 of its")
        self.assertEqual(self.snapshot(), before)

    @staticmethod
    def spoil_quietly(file):
        """The last bit of a number, with a checksum that fits."""
        import hashlib
        rows = file["realizations"]
        density = rows["density"][0]
        density[0, 0] = np.nextafter(density[0, 0], 0)
        rows["density"][0] = density
        model = file["provenance"].attrs["model_sha256"]
        digest = hashlib.sha256(model if isinstance(model, bytes) else model.encode())
        digest.update(np.array([rows["index"][0], rows["source_count"][0]], "<i8").tobytes())
        for name in ("density", "current", "anisotropy", "projected/amplitude", "projected/phase",
                     *(f"dominant/{part}" for part in ("distance", "age", "longitude", "latitude",
                                                       "share_current", "share_density", "listed"))):
            digest.update(rows[name][0].astype("<f8").tobytes())
        rows["checksum"][0] = int.from_bytes(digest.digest()[:8], "big")


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
            self.run_well("run", "model.ini", "-o", "whole.h5", "--overwrite", "--ensemble.realizations", 11,
                          *words)
            path = f"{stored}.h5"
            self.run_well("run", "model.ini", "-o", path, "--ensemble.realizations", 4, *words)
            done = self.resume("--ensemble.realizations", 11, *words, path=path, ranks=2)
            self.assertEqual(done.status, 0, done.err)
            self.assert_same(path, "whole.h5")
            told = "none.h5.rows was removed when the run had finished" in done.err
            self.assertEqual(told, stored == "none")
            self.assertEqual(len(self.starts(path)), 2)
            with h5py.File(self.path / path, "r") as file:
                self.assertEqual(file["config"].attrs["ensemble.realizations"], b"11")

    def test_what_changes_numbers_is_refused(self):
        self.write("known.csv", "x_kpc,y_kpc,z_kpc,age_yr\n8.3,0,0,1e4\n")
        known = ("--sources.catalogue", "known.csv")
        self.run_well("run", "model.ini", "-o", "r.h5", *known)
        before = self.snapshot()
        for words, parts in (
                (("--halo.half-height", 2, "--ensemble.seed", 7),
                 ("halo.half-height: 4 in the file, 2 now (command line)",
                  "ensemble.seed: 1 in the file, 7 now")),
                (("--diffusion.coefficient", "4e28"),
                 ("diffusion.coefficient: not used in the file, 4e28 now",)),
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


if __name__ == "__main__":
    unittest.main()
