"""The manual: pages that follow from tables are fresh, every command in every page works, every link leads somewhere."""

import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import manual_pages
import support
from manual_pages import PAGES, Workplace, blocks, dead_links, links, pages_below, stray_commands
from support import SOURCE


class Commands(unittest.TestCase):
    """One test for each page, made below: its blocks in their order, in a folder of its own."""

    maxDiff = None

    def prove(self, page):
        found = blocks(page)
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, \
                tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
            workplace = Workplace(folder, scratch)
            for block in found:
                problem = workplace.prove(block)
                self.assertEqual(problem, "", f"{page.name}:{block.line}:\n{block.text}{problem}")


def _test_of(page):
    return lambda self: self.prove(page)


for _page in PAGES:
    setattr(Commands, f"test_{_page.stem.lower().replace('-', '_')}", _test_of(_page))


class Pages(unittest.TestCase):
    def test_no_command_stands_where_nothing_runs_it(self):
        self.assertEqual([line for page in PAGES for line in stray_commands(page)], [])

    def test_links_lead_to_files(self):
        pages = pages_below(SOURCE)
        self.assertTrue({*PAGES, SOURCE / "CHANGELOG.md"} <= set(pages), pages)
        self.assertEqual(dead_links(pages), [])

    def test_a_dead_link_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page.md"
            page.write_text("# What is `here`\n[a](page.md#what-is-here), [b](https://example.org/b), [c](#no-such), "
                            "![e](no.png)\n[f](../no.md#f)\n", encoding="utf-8")
            self.assertEqual(dead_links(pages_below(folder)),
                             [f"page.md links to {target}" for target in ("#no-such", "no.png", "../no.md#f")])

    def test_every_page_is_reached_from_the_readme(self):
        reached, new = set(), {SOURCE / "README.md"}
        while new:
            page = new.pop()
            reached.add(page)
            targets = {(page.parent / target).resolve() for target in links(page)}
            new |= {target for target in targets if target.suffix == ".md"} - reached
        self.assertEqual([page.name for page in PAGES if page not in reached], [])

    def test_a_wrong_command_a_stray_one_and_an_unknown_block_are_found(self):
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as scratch:
            page = Workplace(folder, scratch).folder / "page.md"
            page.write_text("```sh\ngreenhalo info nothing.h5\n```\n\n    greenhalo run my.ini\n"
                            "```sh site\nif true; then\n```\n```sh long\nfalse | true\n```\n", encoding="utf-8")
            workplace = Workplace.__new__(Workplace)
            workplace.folder, workplace.environment = page.parent, {"PATH": f"{page.parent}/build:/usr/bin:/bin"}
            problems = [workplace.prove(block) for block in blocks(page)]
            self.assertIn("nothing.h5", problems[0])
            self.assertIn("syntax error", problems[1])
            self.assertTrue(problems[2].startswith("status 1"))
            self.assertEqual(stray_commands(page), ["page.md:5: greenhalo run my.ini"])
            page.write_text("```bash\n```\n", encoding="utf-8")
            self.assertRaisesRegex(ValueError, "kind 'bash'", blocks, page)

    def test_long_blocks_run_two_realizations(self):
        text = "mpirun -n 2 greenhalo run a.ini --ensemble.realizations 1000 \\\n  -o a.h5  # all\ntools/plot x\n"
        self.assertEqual(manual_pages.with_two_realizations(text),
                         "mpirun -n 2 greenhalo run a.ini   -o a.h5 --ensemble.realizations 2\ntools/plot x\n")


class Generated(support.InFolder):
    """What `greenhalo manual` writes."""

    def chapter(self, name):
        return self.run_well("manual", name).out

    def test_pages_are_fresh(self):
        for name in ("parameters", "file-format"):
            page = (SOURCE / "doc" / f"{name}.md").read_text(encoding="utf-8")
            self.assertEqual(page, self.chapter(name), f"stale: greenhalo manual {name} > doc/{name}.md")

    def test_man_page(self):
        page = self.chapter("man")
        for part in (".TH GREENHALO 1", "\\-\\-overwrite", "\\-\\-halo.half\\-height", "GREENHALO_ISA", ".SH EXIT STATUS"):
            self.assertIn(part, page)
        if shutil.which("groff") is None:
            self.skipTest("no groff")
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww"], input=page, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        printed = re.sub(r".\x08", "", done.stdout)  # bold by striking twice
        self.assertIn("--halo.half-height", printed)

    def completed(self, *words):
        """What completion offers for a command line whose last word is being typed."""
        line = "COMP_WORDS=({}); COMP_CWORD={}; _greenhalo; printf '%s\\n' \"${{COMPREPLY[@]}}\"".format(
            " ".join(f"'{word}'" for word in words), len(words) - 1)
        script = f"compopt() {{ :; }}\n{self.chapter('completion')}\n{line}\n"
        done = subprocess.run(["bash", "--norc", "-c", script], cwd=self.path, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split()

    def test_completion(self):
        self.write("my.ini", "")
        self.write("r.h5", "")
        self.assertEqual(self.completed("greenhalo", "in"), ["info", "input"])
        self.assertEqual(self.completed("greenhalo", "run", "m"), ["my.ini"])
        self.assertEqual(self.completed("greenhalo", "info", ""), ["r.h5"])
        self.assertEqual(self.completed("greenhalo", "run", "--halo"), ["--halo.half-height"])
        self.assertEqual(self.completed("greenhalo", "run", "--sources.model", "sp"), ["spiral"])
        self.assertEqual(self.completed("greenhalo", "run", "--species.He"),
                         [f"--species.He.{name}" for name in ("charge", "mass-number", "flux")])
        self.assertIn("--dry-run", self.completed("greenhalo", "run", "--d"))
        self.assertEqual(self.completed("greenhalo", "info", "--v"), ["--verify"])

    def test_completion_is_clean_shell(self):
        if shutil.which("shellcheck") is None:
            self.skipTest("no shellcheck")
        path = self.write("greenhalo.bash", self.chapter("completion"))
        done = subprocess.run(["shellcheck", path], capture_output=True, text=True, check=False)
        self.assertEqual(done.stdout, "")

    def test_unknown_chapter(self):
        self.assert_one_message(self.run_program("manual", "poetry"), 2, "parameters, file-format, man or completion")


@unittest.skipUnless(shutil.which("doxygen"), "no doxygen: tools/install-packages --tests installs it")
class Reference(support.InFolder):
    """The reference that doxygen makes of the installed headers."""

    def warnings(self, *settings):
        text = (SOURCE / "doc/Doxyfile").read_text(encoding="utf-8") + "\n"
        text += "\n".join((f"OUTPUT_DIRECTORY = {self.path}", *settings)) + "\n"
        done = subprocess.run(["doxygen", "-"], input=text, cwd=SOURCE, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        self.assertTrue((self.path / "html/index.html").exists())
        return done.stderr

    def test_no_warnings(self):
        self.assertEqual(self.warnings(), "")

    def test_a_comment_that_cannot_be_read_is_found(self):
        header = self.write("bad.h", "/// \\file\n/// The mean <n>.\n#pragma once\nint f();\n")
        self.assertIn("tag <n>", self.warnings(f"INPUT = {header}"))

    def test_what_has_no_comment_is_found(self):
        header = self.write("bare.h", "/// \\file\n/// Numbers.\n#pragma once\nstruct S {\n    double x;\n};\nint f();\n")
        said = self.warnings(f"INPUT = {header}")
        for item in ("Compound S", "f() (function)"):
            self.assertIn(item, said)


if __name__ == "__main__":
    unittest.main()
