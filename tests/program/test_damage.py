"""Results that were damaged: it is noticed, and what is sound is kept."""

import os
import unittest

import h5py

import support
from interrupted import Interrupted


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
            # but not for another model, also where its first realization happens to be the same
            for words in (("--halo.half-height", 2),
                          ("--sources.exclude-distance", "1 pc", "--sources.exclude-age", 1)):
                self.write("r.h5", content)
                done = self.resume(*words)
                self.assert_refused(done, 1, "r.h5", "no realization of this input was found in it",
                                    "try the input and the ensemble.realizations that it was begun with")
                self.assertEqual((self.path / "r.h5").read_bytes(), content)
                self.assertEqual([path.name for path in self.path.glob("r.h5.*")], [])

    def test_one_changed_bit_at_the_very_beginning(self):
        whole = (self.path / "whole.h5").read_bytes()
        self.write("r.h5", whole[:1] + bytes([whole[1] ^ 1]) + whole[2:])
        done = self.resume()
        self.assertEqual(done.status, 0, done.err)
        self.assertIn("3 realizations were found in it", done.err)
        self.assert_same("r.h5", "whole.h5")

    def test_a_truncated_file_and_more_realizations(self):
        content = (self.path / "whole.h5").read_bytes()[:-4000]
        self.write("r.h5", content)
        done = self.resume("--ensemble.realizations", 5)
        self.assert_refused(done, 1, "truncated", "the ensemble.realizations that it was begun with")
        self.assertEqual((self.path / "r.h5").read_bytes(), content)
        self.assertEqual(self.resume().status, 0)
        self.assertEqual(self.resume("--ensemble.realizations", 5).status, 0)
        self.assertEqual(self.complete(), 5)

    def test_what_a_kill_leaves_beside_a_finished_result(self):
        for suffix in ("rows", "parts", "salvaged", "salvaged.new-abcdef"):
            self.write(f"r.h5.{suffix}", "left")
        done = self.resume()
        self.assertEqual(done.status, 0, done.err)
        self.assertIn("all realizations were there already", done.out)
        self.assertEqual([path.name for path in self.path.glob("r.h5.*")], [])

    def test_files_that_cannot_be_used(self):
        whole = (self.path / "whole.h5").read_bytes()
        self.write("foreign.h5", "x_kpc,y_kpc\n")
        self.write("cut.h5", whole[:len(whole) // 2])
        for name, version in (("older.h5", 1), ("newer.h5", 99)):
            self.write(name, whole)
            with h5py.File(self.path / name, "a") as file:
                file.attrs.modify("format_version", version)
        self.run_well("sources", "model.ini", "-o", "sources.h5")
        self.write("empty.h5", "")
        before = self.snapshot()
        for name, parts in (("foreign.h5", ("not a result of greenhalo", "no realization")),
                            ("empty.h5", ("is empty: remove it",)),
                            ("cut.h5", ("truncated", "restore it from a copy", "no realization")),
                            ("older.h5", ("older format 1",)),
                            ("newer.h5", ("newer format 99", "newer greenhalo")),
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


if __name__ == "__main__":
    unittest.main()
