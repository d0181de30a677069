"""greenhalo info: what a file is, how complete, whether it is sound, for people and for programs."""

import json
import unittest

import h5py
import numpy as np

import support
from support import ALONE, CHEAP


class Info(support.InFolder):
    def setUp(self):
        super().setUp()
        self.write("model.ini", CHEAP)
        self.run_well("run", "model.ini")

    def info(self, *words, status=0):
        done = self.run_program("info", *words)
        self.assertEqual((done.status, done.err), (status, ""))
        return done.out

    def test_fits_on_one_screen(self):
        lines = self.info("result.h5").splitlines()
        self.assertLessEqual(len(lines), 45)
        self.assertLessEqual(max(map(len, lines)), 110)

    def test_json_says_what_the_file_holds(self):
        told = json.loads(self.info("result.h5", "--json"))
        self.assertEqual(told["format"], "greenhalo-result")
        self.assertEqual(told["realizations"], {"first": 0, "planned": 3, "complete": 3})
        self.assertEqual(told["config"]["sources.rate"], str(1 / 300))
        self.assertEqual(told["starts"][0]["reason"], "finished")
        with h5py.File(self.path / "result.h5", "r") as file:
            self.assertEqual(told["summary"]["energy"], list(file["energy"]))
            self.assertEqual(told["summary"]["amplitude_median"], list(file["ensemble/amplitude_quantile"][2]))
            self.assertEqual(told["summary"]["amplitude_84"], list(file["ensemble/amplitude_quantile"][3]))
            self.assertEqual(told["provenance"], {key: value.decode() for key, value in file["provenance"].attrs.items()})
        self.assertNotIn("verification", told)

    def test_json_of_other_kinds(self):
        self.run_well("expect", "model.ini")
        told = json.loads(self.info("moments.h5", "--json"))
        self.assertEqual(told["summary_units"]["minimum_age"], "yr")
        with h5py.File(self.path / "moments.h5", "r") as file:
            self.assertEqual(told["summary_cautions"],
                             {"small_scale": file["expect/small_scale"].attrs["caution"].decode()})
            self.assertEqual(told["summary"]["small_scale"], list(file["expect/small_scale"]))
        self.run_well("sources", "model.ini")
        told = json.loads(self.info("sources.h5", "--json"))
        with h5py.File(self.path / "sources.h5", "r") as file:
            self.assertEqual(told["sources"], len(file["sources/age"]))
        for name, path in (("moments.h5", "expect/density"), ("sources.h5", "sources/age")):
            self.assertIn("everything matches its checksum", self.info(name, "--verify"))
            with h5py.File(self.path / name, "a") as file:
                file[path][0] = np.nextafter(file[path][0], np.inf)
            self.assertIn("DAMAGED       the content does not match its checksum", self.info(name, "--verify", status=1))

    def test_verify_finds_a_single_wrong_bit(self):
        self.assertIn("all 3 complete realizations match their checksums", self.info("result.h5", "--verify"))
        with h5py.File(self.path / "result.h5", "a") as file:
            value = file["realizations/density"][1, 2, 3]
            file["realizations/density"][1, 2, 3] = np.nextafter(value, 1.0)
        text = self.info("result.h5", "--verify", status=1)
        self.assertIn("DAMAGED       1 of 3 realizations do not match their checksums: 1\n", text)
        told = json.loads(self.info("result.h5", "--verify", "--json", status=1))
        self.assertEqual((told["verification"]["sound"], told["verification"]["damaged"]), (False, [1]))
        # without --verify nobody looks
        self.assertNotIn("DAMAGED", self.info("result.h5"))

    def test_verify_checks_the_copies_of_input_files(self):
        self.write("known.csv", "8.2,0,0,1e4\n")
        self.write("alone.ini", ALONE)
        self.run_well("run", "alone.ini", "-o", "alone.h5")
        self.assertIn("read          known.csv (SHA-256 ", self.info("alone.h5", "--verify"))
        with h5py.File(self.path / "alone.h5", "a") as file:
            file["config/files/0/content"][0] = ord("9")
        self.assertIn("known.csv does not match its SHA-256", self.info("alone.h5", "--verify", status=1))

    def test_the_model_is_told_from_the_file_alone(self):
        # with a catalogue whose original is gone
        self.write("known.csv", "8.2,0,0,1e4\n8.1,0,0,2e4\n")
        self.write("alone.ini", ALONE)
        self.run_well("run", "alone.ini", "-o", "alone.h5")
        (self.path / "known.csv").unlink()
        text = self.info("alone.h5")
        self.assertIn("no random ones", text)
        self.assertRegex(" ".join(text.split()), r"and 2 listed in \S*known.csv")

    def test_input_of_another_release(self):
        with h5py.File(self.path / "result.h5", "a") as file:
            text = file["config"].attrs["text"].decode()
            file["config"].attrs["text"] = np.bytes_("[halo]\nwarp = 3\n" + text)
        self.assertIn("written by another release", self.info("result.h5"))

    def test_wrong_words(self):
        for words, reason in ((("result.h5", "--all"), "unknown option --all"), ((), "takes one file"),
                              (("a.h5", "b.h5"), "takes one file")):
            self.assert_one_message(self.run_program("info", *words), 2, reason)


class Unfinished(support.InFolder):
    def test_says_when_the_statistics_come_and_how(self):
        self.write("model.ini", CHEAP)
        done = self.run_program("run", "model.ini", "--ensemble.realizations", "100000", "--checkpoint.stop-after", "0.02")
        self.assertEqual(done.status, 85, done.err)
        info = self.run_well("info", "result.h5").out
        self.assertRegex(info, r"realizations  \d+ of 100000 complete")
        self.assertRegex(info.replace("\n               ", ""), "statistics    are made when all realizations are complete: .*--resume")


class Warnings(support.InFolder):
    """What physics says against a result, when it is made and whenever it is looked at."""

    def both(self, source, *parts):
        self.write("known.csv", source)
        self.write("alone.ini", ALONE)
        run = self.run_well("run", "alone.ini", "--overwrite")
        info = self.run_well("info", "result.h5").out
        for part in parts:
            self.assertIn(part, run.err)
            self.assertIn(part, info.replace("\n    ", " "))
        return run.err + info

    def test_amplitude_above_one(self):
        # 3 d/(2 c tau): 4 kpc in 1000 yr
        self.both("4.5,0,0,1000\n", "in 1 of 1 realization (100 %) the amplitude exceeds 1", "2/3 c tau", "sources.causal")

    def test_source_inside_its_remnant(self):
        # 20 pc away, of 31 pc
        text = self.both("8.48,0,0,2e5\n", "nearer than the radius of its remnant", "it is one of sources.catalogue")
        self.assertNotIn("sources.minimum-distance", text)  # which lists do not obey

    def test_amplitudes_that_are_not_stored(self):
        self.write("known.csv", "4.5,0,0,1000\n")
        self.write("alone.ini", ALONE)
        run = self.run_well("run", "alone.ini", "--output.realizations", "none")
        for text in (run.err, self.run_well("info", "result.h5").out.replace("\n    ", " ")):
            self.assertIn("in 1 of 1 realization (100 %) the amplitude exceeds 1", text)

    def test_neither(self):
        text = self.both("8.2,0,0,1e5\n")
        self.assertNotIn("exceeds", text)
        self.assertNotIn("remnant", text)

    def test_mean_free_path(self):
        self.write("model.ini", CHEAP)
        done = self.run_well("run", "model.ini", "--diffusion.slope", "0.6")
        self.assertIn("greenhalo: warning: diffusion is out of its range from ", done.err)
        self.assertIn("diffusion is out of its range", self.run_well("info", "result.h5").out)


if __name__ == "__main__":
    unittest.main()
