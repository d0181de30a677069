"""Input that is wrong: exit status 2, one message with the place and the remedy, and nothing is touched."""

import os
import shlex
import shutil
import unittest
from concurrent.futures import ThreadPoolExecutor

import support
from support import CHEAP, GREENHALO

# Words of the command line behind "run model.ini -o new.h5", and what the message must say.
COMMAND_LINE = [
    ("--halo.half-heigth 3", "command line", "unknown key halo.half-heigth", "halo.half-height"),
    ("--halo.half 3", "unknown key halo.half", "nearest valid name is halo.half-height"),
    ("--halo.half=3", "unknown key halo.half", "nearest valid name is halo.half-height"),
    ("--half-height 3", "command line", "--half-height", "--section.key"),
    ("--halo.half-height", "--halo.half-height needs a value"),
    ("--halo.half-height=", "--halo.half-height", "value"),
    ("--halo.half-height ''", "halo.half-height", "empty", "leave the key out"),
    ("--halo.half-height --energy.min 1", "halo.half-height", "needs a value"),
    ("--halo.half-height '3 Myr'", "halo.half-height = 3 Myr", "unit", "kpc", "length"),
    ("--halo.half-height 0", "halo.half-height = 0", "(0, 1000]", "kpc"),
    ("--halo.half-height -1", "halo.half-height = -1", "(0, 1000]"),
    ("--halo.half-height nan", "halo.half-height = nan", "not a number"),
    ("--halo.half-height inf", "halo.half-height = inf"),
    ("--halo.half-height 1/0", "halo.half-height = 1/0"),
    ("--halo.half-height 4,5", "halo.half-height = 4,5", "one number"),
    ("--halo.half-height 0.1", "halo.half-height = 0.1 kpc", "gas.disc-half-thickness = 0.15 kpc"),
    ("--halo.half-height 3 --halo.half-height 3", "halo.half-height", "given twice"),
    ("--diffusion.slope 0", "diffusion.slope = 0", "(0, 1]"),
    ("--diffusion.slope 1.01", "diffusion.slope = 1.01", "(0, 1]"),
    ("--diffusion.slope 0.5", "diffusion.slope = 0.5", "1/3 and 0.6", "diffusion.normalization"),
    ("--diffusion.coefficient 1e29 --diffusion.normalization 2", "diffusion.coefficient",
     "diffusion.normalization", "exclude each other", "remove one"),
    ("--energy.min '1 TeV' --energy.max 100", "energy.max = 100 GeV", "less than", "energy.min = 1000 GeV"),
    ("--energy.points-per-decade 0", "energy.points-per-decade = 0", "> 0"),
    ("--ensemble.realizations 0", "ensemble.realizations = 0", "[1,"),
    ("--ensemble.realizations -3", "ensemble.realizations = -3", "sign"),
    ("--ensemble.realizations 2.5", "ensemble.realizations = 2.5", "integer"),
    ("--ensemble.seed -1", "ensemble.seed = -1", "sign"),
    ("--sources.rate 0", "sources.rate = 0", "> 0", "sources.model = none"),
    ("--sources.model spherical", "sources.model = spherical", "cylindrical", "uniform-disc", "none"),
    ("--sources.causal maybe", "sources.causal = maybe", "yes", "no"),
    ("--sources.minimum-age '4 Myr'", "sources.minimum-age", "sources.time-span"),
    ("--sources.exclude-distance 1", "sources.exclude-distance", "sources.exclude-age", "both"),
    ("--observer.position '8.5 0 4'", "observer.position = 8.5 0 4 kpc", "outside the halo",
     "halo.half-height = 4 kpc"),
    ("--observer.position '8.5 0'", "observer.position = 8.5 0", "3 numbers"),
    ("--observer.position 8.5 0 0", "surplus word \"0\"", "quotes"),
    ("--species.names 'H Li'", "species.names", "species.Li.charge"),
    ("--species.names 'H H'", "species.names", "twice"),
    ("--species.Fe.charg 26", "unknown key species.Fe.charg", "species.Fe.charge"),
    ("--sources.model none", "sources.model = none", "sources.catalogue"),
    ("--sources.model none --sources.catalogue known.csv", "injection.normalization = observed",
     "unit or efficiency"),
    ("--injection.normalization efficiency", "injection.efficiency", "one number for all"),
    ("--injection.normalization efficiency --injection.efficiency 0.3", "injection.efficiency",
     "adds up to 1.5", "at most 1"),
    ("--injection.max-energy 100", "injection.max-energy", "1 TeV", "unit or efficiency"),
    ("--sources.catalogue bad.csv", "bad.csv, line 3", "z_kpc = 'zero'", "not a number"),
    ("--sources.catalogue high.csv", "high.csv, line 1", "z_kpc = 4", "below halo.half-height = 4 kpc"),
    ("--sources.catalogue missing.csv", "command line", "sources.catalogue", "missing.csv",
     "No such file", "leave the key out"),
    ("--sources.catalogue folder", "sources.catalogue", "folder is a folder", "name another file"),
    ("--sources.catalogue ''", "sources.catalogue", "empty"),
    ("surplus", "surplus word \"surplus\""),
    ("other.ini", "surplus word \"other.ini\""),
    ("--overwrite=yes", "--overwrite", "without a value"),
    ("--over", "unknown option --over", "--overwrite", "-o FILE"),
    ("-x 3", "-x", "--section.key"),
    ("--nonsense.key 3", "unknown key nonsense.key", "\"greenhalo input\" lists all keys"),
    ("-o other.h5", "output.file", "twice"),
]

# Content of the input file, and what the message must say.
INPUT_FILES = [
    ("[halo]\nhalf-heigth = 3\n", "model.ini, line 2", "halo.half-heigth", "halo.half-height"),
    ("[halo]\n\n# thick\nhalf-height = 3 Myr\n", "model.ini, line 4", "half-height = 3 Myr", "kpc"),
    ("[halo]\nhalf-height = 3\n[diffusion]\nslope = 0.6\n[halo]\nhalf-height = 4\n",
     "model.ini, line 6", "halo.half-height is given twice", "line 2"),
    ("[halo]\nhalf-height =\n", "model.ini, line 2", "halo.half-height has no value", "default"),
    ("[halo]\nhalf-height 3\n", "model.ini, line 2", "key = value"),
    ("half-height = 3\n", "model.ini, line 1", "unknown key half-height", "halo.half-height"),
    ("[halo\nhalf-height = 3\n", "model.ini, line 1", "[halo]"),
    ("[Halo]\nhalf-height = 3\n", "model.ini, line 2", "Halo.half-height", "halo.half-height"),
    ("; old\n", "model.ini, line 1", "#"),
    ("[energy]\nmin = 1e6\nmax = 1e5\n", "energy.max = 1e5 GeV (model.ini, line 3)",
     "energy.min = 1e6 GeV (model.ini, line 2)"),
    ("[output]\nfile = existing.h5\n", "the output existing.h5 exists", "--overwrite"),
    ("[sources]\ncatalogue = missing.csv\n", "model.ini, line 2", "sources.catalogue", "missing.csv"),
    (b"\x00\x01\x02", "model.ini", "not a text file"),
]

# The whole command line after "greenhalo".
COMMANDS = [
    ("", "command is missing", "run", "--help"),
    ("rnu model.ini", "unknown command 'rnu'", "the nearest is run"),
    ("vaildate model.ini", "the nearest is validate"),
    ("--verison", "unknown command '--verison'"),
    ("run", "input file is missing", "run INPUT.ini", "greenhalo input"),
    ("run --overwrite", "input file is missing"),
    ("run missing.ini", "missing.ini does not exist", "greenhalo input"),
    ("run folder", "folder is a folder", "input file"),
    ("run model.ini", "the output result.h5 exists", "--overwrite", "-o"),
    ("run model.ini -o", "--output.file needs a value"),
    ("run model.ini -o existing.h5", "existing.h5 exists", "--overwrite", "-o"),
    ("run model.ini -o folder", "folder is a folder", "name a file in it"),
    ("run model.ini -o folder/", "folder/ is a folder", "name a file in it"),
    ("run model.ini -o folder --overwrite", "folder is a folder"),
    ("run model.ini -o no/such/new.h5", "no/such/new.h5", "No such file", "create it first"),
    ("run model.ini -o known.csv/new.h5", "known.csv/new.h5", "not a folder"),
    ("run model.ini -o /dev/null --overwrite", "/dev/null", "not an ordinary file"),
    ("info", "info FILE.h5"),
    ("info missing.h5", "missing.h5", "No such file"),
    ("info existing.h5 existing.h5", "one file"),
    ("input surplus", "surplus"),
]


class WithFiles(support.InFolder):
    def setUp(self):
        super().setUp()
        self.write("model.ini", CHEAP)
        self.write("known.csv", "8,0.1,0,1e4\n")
        self.write("bad.csv", "# known remnants\n8,0,0,1e4\n8,0,zero,1e4\n")
        self.write("high.csv", "8,0,4,1e4\n")
        self.write("existing.h5", "hours of work")
        self.write("result.h5", "hours of work")
        (self.path / "folder").mkdir()

    def assert_all_refused(self, cases, **options):
        """Cases are a folder, the command line, and what the message must say. Starting takes longer than
        refusing: several run side by side."""
        before = self.snapshot()

        def end(case):
            folder, words, *_ = case
            return self.run_program(*shlex.split(words), folder=folder, **options)

        with ThreadPoolExecutor(4) as pool:
            ends = list(pool.map(end, cases))
        for (folder, words, *parts), done in zip(cases, ends):
            with self.subTest(folder=folder.name, words=words):
                self.assert_one_message(done, 2, *parts)
        self.assertEqual(self.snapshot(), before)


class BadInput(WithFiles):
    def test_command_line(self):
        self.assert_all_refused([(self.path, f"run model.ini -o new.h5 {words}", *parts)
                                 for words, *parts in COMMAND_LINE])

    def test_input_file(self):
        cases = []
        for number, (content, *parts) in enumerate(INPUT_FILES):
            place = self.write(f"case{number}/model.ini", content).parent
            self.write(f"case{number}/existing.h5", "hours of work")
            # without -o, so that the output the file names counts
            cases.append((place, "run model.ini", *parts))
        self.assert_all_refused(cases)

    def test_commands_and_places(self):
        self.assert_all_refused([(self.path, words, *parts) for words, *parts in COMMANDS])

    def test_on_two_ranks_one_says_it(self):
        cases = [
            ("rnu model.ini", "unknown command"),
            ("run missing.ini", "missing.ini"),
            ("run model.ini", "result.h5 exists"),
            ("run model.ini -o new.h5 --halo.half-height 0", "halo.half-height = 0"),
            ("run model.ini -o new.h5 --sources.catalogue bad.csv", "bad.csv, line 3"),
        ]
        self.assert_all_refused([(self.path, *case) for case in cases], ranks=2)

    def test_unknown_instruction_set(self):
        available = "x86-64-v3" if os.uname().machine == "x86_64" else "generic"
        self.assert_all_refused([(self.path, "run model.ini -o new.h5", "GREENHALO_ISA=avx", available)],
                                environment={"GREENHALO_ISA": "avx"})

    def test_folder_that_cannot_be_written(self):
        # someone else's program and input, readable for everybody; a folder that only its owner may write
        program = self.path / "greenhalo"
        shutil.copy(GREENHALO, program)
        closed = self.path / "closed"
        closed.mkdir()
        closed.chmod(0o555)
        self.addCleanup(closed.chmod, 0o755)
        self.path.chmod(0o755)
        for path in (program, self.path / "model.ini"):
            path.chmod(0o755)
        if support.IS_ROOT and shutil.which("setpriv") is None:
            self.skipTest("root writes everywhere, and there is no setpriv to become somebody else")
        before = self.snapshot()
        done = self.run_program("run", "model.ini", "-o", "closed/new.h5", program=program,
                                before=support.NOBODY if support.IS_ROOT else ())
        self.assert_one_message(done, 2, "closed/new.h5", "cannot be written", "Permission denied", "-o")
        self.assertEqual(self.snapshot(), before)

    def test_input_that_cannot_be_read(self):
        if support.IS_ROOT:
            self.skipTest("root reads everything")
        (self.path / "model.ini").chmod(0)
        done = self.run_program("run", "model.ini", "-o", "new.h5")
        self.assert_one_message(done, 2, "model.ini", "Permission denied")


# Words behind "run model.ini -o real.h5 --overwrite" that go wrong later and later: reading the command line,
# the input, the files that it names, the model.
OVER_A_RESULT = [
    ("surplus", "surplus word"),
    ("--halo.half-heigth 3", "unknown key"),
    ("--halo.half-height '3 Myr'", "unit"),
    ("--ensemble.realizations 0", "[1,"),
    ("--energy.min '1 TeV' --energy.max 100", "less than"),
    ("--energy.points-per-decade 1e9", "are possible"),
    ("--observer.position '8.5 0 4'", "outside the halo"),
    ("--sources.minimum-age '4 Myr'", "sources.time-span"),
    ("--sources.model none", "sources.catalogue"),
    ("--injection.normalization efficiency --injection.efficiency 0.3", "adds up to 1.5"),
    ("--injection.max-energy 100", "1 TeV"),
    ("--sources.catalogue missing.csv", "No such file"),
    ("--sources.catalogue bad.csv", "bad.csv, line 3"),
    ("--sources.catalogue high.csv", "high.csv, line 1"),
]


class OverAResult(WithFiles):
    """--overwrite replaces a result by another one, not by an error."""

    def setUp(self):
        super().setUp()
        self.run_well("run", "model.ini", "-o", "real.h5")

    def test_bad_input(self):
        self.assert_all_refused([(self.path, f"run model.ini -o real.h5 --overwrite {words}", *parts)
                                 for words, *parts in OVER_A_RESULT])

    def test_bad_input_on_two_ranks(self):
        self.assert_all_refused([(self.path, f"run model.ini -o real.h5 --overwrite {words}", *parts)
                                 for words, *parts in OVER_A_RESULT[-2:]], ranks=2)

    def test_commands(self):
        for command in ("expect", "sources"):
            line = f"{command} model.ini -o real.h5 --overwrite"
            self.assert_all_refused([(self.path, f"{line} {words}", *parts)
                                     for words, *parts in (OVER_A_RESULT[1], OVER_A_RESULT[6])])

    def test_unknown_instruction_set(self):
        self.assert_all_refused([(self.path, "run model.ini -o real.h5 --overwrite", "GREENHALO_ISA=avx")],
                                environment={"GREENHALO_ISA": "avx"})

    def test_and_the_same_command_replaces_it_without_the_mistake(self):
        before = (self.path / "real.h5").read_bytes()
        self.run_well("run", "model.ini", "-o", "real.h5", "--overwrite", "--ensemble.seed", 2)
        self.assertNotEqual((self.path / "real.h5").read_bytes(), before)


class Messages(support.InFolder):
    """What is told when the trouble lies outside of the input."""

    def test_file_system_without_locks(self):
        self.write("model.ini", CHEAP)
        self.run_well("run", "model.ini")
        shim = self.shim("#include <errno.h>\n"
                         "int flock(int file, int operation) { errno = ENOLCK; return -1; }\n")
        refused = self.run_program("info", "result.h5", environment=shim)
        self.assert_one_message(refused, 2, "result.h5", "HDF5_USE_FILE_LOCKING=FALSE")
        refused = self.run_program("run", "model.ini", "-o", "new.h5", environment=shim)
        self.assertEqual(refused.status, 2, refused.err)
        self.assertIn("HDF5_USE_FILE_LOCKING=FALSE", refused.err)
        self.assertEqual(refused.err.count("greenhalo: error:"), 1)
        self.assertEqual(list(self.path.glob("new.h5*")), [])
        self.run_well("info", "result.h5", environment={**shim, "HDF5_USE_FILE_LOCKING": "FALSE"})

    def test_place_that_takes_no_files(self):
        # root may write to the folder as far as its permissions tell; others may not
        self.write("model.ini", CHEAP)
        for ranks in (None, 2):
            done = self.run_program("run", "model.ini", "-o", "/proc/r.h5", ranks=ranks)
            self.assertEqual((done.status, done.out), (2, ""), done.err)
            self.assertEqual(done.err.count("greenhalo: error:"), 1)
            self.assertRegex(done.err, "error: .*/proc.*with -o\n")

    def test_disc_without_room_for_another_file(self):
        self.write("model.ini", CHEAP)
        self.run_well("run", "model.ini")
        before = (self.path / "result.h5").read_bytes()
        shim = self.shim("#include <errno.h>\nint mkstemp(char* path) { errno = ENOSPC; return -1; }\n")
        done = self.run_program("run", "model.ini", "--overwrite", environment=shim)
        self.assertEqual((done.status, done.out), (1, ""), done.err)
        self.assertRegex(done.err, "error: .*result.h5: No space left on device; make room, or .* with -o\n")
        self.assertEqual((self.path / "result.h5").read_bytes(), before)

    def test_damaged_result(self):
        self.write("model.ini", CHEAP)
        self.run_well("run", "model.ini")
        whole = (self.path / "result.h5").read_bytes()
        contents = {"cut.h5": whole[:len(whole) // 2], "empty.h5": b"", "text.h5": b"no result\n"}
        for name, content in contents.items():
            with self.subTest(name):
                self.write(name, content)
                self.assert_one_message(self.run_program("info", name), 2 if name == "empty.h5" else 1, name)


if __name__ == "__main__":
    unittest.main()
