"""What the program says on stderr: as much as is asked for, in colour only where somebody sees it."""

import os
import pty
import subprocess
import unittest

import support
from support import CHEAP, GREENHALO


class Verbosity(support.InFolder):
    def setUp(self):
        super().setUp()
        self.write("model.ini", CHEAP)

    def test_quiet_leaves_warnings_and_the_table(self):
        done = self.run_well("run", "model.ini", "--quiet", ranks=2)
        for line in support.without_banner(done.err):
            self.assertTrue(line.startswith("greenhalo: warning: "), line)
        self.assertIn("short of a steady state", done.err)
        self.assertIn("median |delta|", done.out)

    def test_normal_tells_notes_and_progress(self):
        done = self.run_well("run", "model.ini")
        for part in ("greenhalo: note: limits of the model", "3 of 3 realizations", "kernels for"):
            self.assertIn(part, done.err)
        self.assertNotIn("half height H", done.err)

    def test_verbose_adds_the_model(self):
        for command in ("run", "expect", "sources"):
            done = self.run_well(command, "model.ini", "--verbose")
            self.assertIn("half height H = 4 kpc", done.err)

    def test_both_at_once(self):
        self.assert_one_message(self.run_program("run", "model.ini", "--quiet", "--verbose"), 2, "exclude each other")

    def test_the_command_line_in_the_file_is_that_of_the_model(self):
        self.run_well("run", "model.ini", "--quiet")
        self.assertIn("  greenhalo run model.ini\n", self.run_well("info", "result.h5").out)


class Colours(support.InFolder):
    def on_a_terminal(self, **environment):
        """Standard error of a failing command whose stderr is a terminal."""
        master, slave = pty.openpty()
        settings = {**os.environ, "TERM": "xterm", "NO_COLOR": "", **environment}
        subprocess.run([GREENHALO, "info", "nothing.h5"], cwd=self.path, stderr=slave, env=settings, check=False)
        os.close(slave)
        text = b""
        try:
            while piece := os.read(master, 4096):
                text += piece
        except OSError:  # Linux's way of saying that the other end is closed
            pass
        os.close(master)
        return text.decode()

    def test_only_on_a_terminal(self):
        self.assertIn("\x1b[1;31merror:\x1b[0m", self.on_a_terminal())
        self.assertIn("greenhalo: error: ", self.on_a_terminal(NO_COLOR="1"))
        self.assertNotIn("\x1b", self.on_a_terminal(NO_COLOR="1"))
        self.assertNotIn("\x1b", self.on_a_terminal(TERM="dumb"))
        self.assertNotIn("\x1b", self.run_program("info", "nothing.h5").err)


if __name__ == "__main__":
    unittest.main()
