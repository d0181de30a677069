"""The campaign of faults in its short form, and what it says of options."""

import re
import subprocess
import sys
import unittest

import support

FAULTS = support.SOURCE / "tools" / "faults"


class Faults(support.InFolder):
    def call(self, *words, **options):
        return subprocess.run([sys.executable, "-B", FAULTS, *map(str, words)], capture_output=True, text=True,
                              cwd=self.path, check=False, **options)

    def test_nothing_is_lost_and_nothing_wrong(self):
        done = self.call("--short", "--program", support.GREENHALO, timeout=1200)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        rows = {words[0]: [int(word) for word in words[1:]] for words in
                (re.split(r"\s{2,}", line) for line in done.stdout.splitlines()) if len(words) == 6 and words[0]}
        self.assertEqual(rows["kills"][0], 6, done.stdout)
        self.assertEqual(rows["corruptions"][0], 12, done.stdout)
        self.assertGreater(rows["kills"][1], 0, "no kill met anything that was saved\n" + done.stdout)
        self.assertTrue(all(row[3:] == [0, 0] for row in rows.values()), done.stdout)
        self.assertIn("inside a call that changes a file", done.stdout)

    def test_wrong_numbers_are_found(self):
        # a program that disturbs its own results: the campaign must see it
        program = self.write("program", f"""\
#!/bin/sh
{support.GREENHALO} "$@"
status=$?
case "$*" in *--resume*) {sys.executable} - "$4" <<'END'
import sys, h5py
with h5py.File(sys.argv[1], "r+") as file:
    file["realizations/density"][0, 0, 0] *= 1.0000001
END
esac
exit $status
""")
        program.chmod(0o755)
        done = self.call("--short", "--kills", 0, "--full-discs", 0, "--program", program, "--ranks", 1, timeout=1200)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertRegex(done.stdout, "FAILED .*other numbers than the undisturbed run: realizations/density")

    def test_a_program_that_is_not_there(self):
        done = self.call("--program", "nowhere")
        self.assertEqual(done.returncode, 1)
        self.assertIn("nowhere is not a program", done.stderr)


if __name__ == "__main__":
    unittest.main()
