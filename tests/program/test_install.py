"""An installation in an empty prefix: everything in it runs from there, without the source tree."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from manual_pages import dead_links, pages_below
from support import BUILD, CHEAP, SOURCE

PATHS = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", "MPLCONFIGDIR": "/tmp"}


def run(*words, **options):
    settings = {**PATHS, **{key: value for key, value in os.environ.items() if key.startswith("OMPI_")},
                **options.pop("environment", {})}
    return subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env=settings, check=False, timeout=300, **options)


class Installation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.prefix = Path(cls.temporary.name) / "prefix"
        cls.done = run("cmake", "--install", BUILD, "--prefix", cls.prefix)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def setUp(self):
        self.assertEqual(self.done.returncode, 0, self.done.stdout)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)

    def run_well(self, *words, **options):
        done = run(*words, cwd=self.path, **options)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def modules(self, name="modulefile"):
        """What the module file does to the environment: (command, variable, value) in its order."""
        if shutil.which("tclsh") is None:
            self.skipTest("no tclsh")
        script = ('proc prepend-path {name value} {puts "prepend-path|$name|$value"}\n'
                  'proc setenv {name value} {puts "setenv|$name|$value"}\n'
                  'proc conflict {name} {}\nproc module-whatis {text} {puts "whatis||$text"}\n'
                  f'source "{self.prefix}/share/greenhalo/{name}"\n')
        done = subprocess.run(["tclsh"], input=script, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [tuple(line.split("|")) for line in done.stdout.splitlines()]

    def test_program_and_figures_run_from_there(self):
        (self.path / "model.ini").write_text(CHEAP, encoding="utf-8")
        program = self.prefix / "bin" / "greenhalo"
        self.run_well(program, "run", "model.ini")
        self.assertIn("3 of 3 complete", self.run_well(program, "info", "result.h5"))
        self.run_well(self.prefix / "bin" / "greenhalo-plot", "amplitude", "result.h5", "-o", "a.png")
        self.assertTrue((self.path / "a.png").stat().st_size > 10000)
        done = run(self.prefix / "bin" / "greenhalo-plot", "amplitude", "none.h5", cwd=self.path)
        self.assertIn("greenhalo-plot: none.h5: there is no such file", done.stdout)

    def test_inputs_run_from_there(self):
        program, inputs = self.prefix / "bin" / "greenhalo", self.prefix / "share/greenhalo/input"
        self.assertTrue((inputs / "figure2-right.ini").exists())
        self.run_well(program, "run", inputs / "figure2-right.ini", "--ensemble.realizations", "1", "--sources.time-span",
                      "3", "-o", "r.h5")

    def test_the_module_file_leads_to_everything(self):
        done = self.modules()
        self.assertIn(("setenv", "GREENHALO_ROOT", str(self.prefix)), done)
        environment = dict(PATHS)
        for command, name, value in done:
            if command != "prepend-path":
                continue
            self.assertTrue(Path(value).is_dir(), f"{name}: {value}")
            environment[name] = f"{value}:{environment.get(name, '')}"
        self.assertEqual(set(environment) - set(PATHS), {"MANPATH", "PYTHONPATH", "CMAKE_PREFIX_PATH"})
        self.assertIn("greenhalo ", self.run_well("sh", "-c", "greenhalo --version", environment=environment))
        where = self.run_well(sys.executable, "-c", "import greenhalo; print(greenhalo.__file__)", environment=environment)
        self.assertTrue(where.startswith(str(self.prefix)), where)
        self.assertTrue((self.prefix / "share/man/man1/greenhalo.1").read_text(encoding="utf-8").startswith(".TH GREENHALO"))

    def test_completion_and_job_scripts_are_there(self):
        completion = self.prefix / "share/bash-completion/completions/greenhalo"
        self.run_well("bash", "-n", completion)
        self.assertTrue(list((self.prefix / "share/greenhalo/jobscripts").glob("*.sh")))

    def test_job_scripts_find_the_installed_program(self):
        (self.path / "model.ini").write_text(CHEAP, encoding="utf-8")
        loaded = {"PATH": f"{self.prefix}/bin:{PATHS['PATH']}", "GREENHALO_LAUNCHER": "env"}
        for folder, environment in ((self.prefix / "share/greenhalo/jobscripts", {"GREENHALO_ROOT": str(self.prefix)}),
                                    (SOURCE / "jobscripts", {"GREENHALO_ROOT": str(self.prefix)}),
                                    (self.prefix / "share/greenhalo/jobscripts",
                                     {"SLURM_SUBMIT_DIR": str(self.prefix / "share/greenhalo")})):
            done = self.run_well("bash", folder / "single.sh", "model.ini", "r.h5", environment={**loaded, **environment})
            self.assertIn("3 of 3 complete", done)
            (self.path / "r.h5").unlink()
        # a program that is named is not replaced by another
        done = run("bash", SOURCE / "jobscripts/single.sh", "model.ini", "r.h5", cwd=self.path,
                   environment={**loaded, "GREENHALO_ROOT": str(self.prefix), "GREENHALO": "/nowhere/greenhalo"})
        self.assertNotEqual(done.returncode, 0, done.stdout)
        self.assertIn("/nowhere/greenhalo", done.stdout)

    def test_the_manual_is_whole_and_its_links_lead_to_files(self):
        folder = self.prefix / "share/doc/greenhalo"
        pages = pages_below(folder)
        self.assertEqual([page.relative_to(folder) for page in pages], [page.relative_to(SOURCE) for page in pages_below(SOURCE)])
        self.assertEqual(dead_links(pages), [])

    def test_nothing_points_back_to_the_source_tree(self):
        for path in self.prefix.rglob("*"):
            if path.is_file() and path.suffix not in (".a", ".so", ".png") and path.name != "greenhalo":
                text = path.read_text(encoding="utf-8", errors="replace")
                self.assertNotIn(str(SOURCE), text, path)
        self.assertFalse(list(self.prefix.rglob("__pycache__")))


@unittest.skipUnless(os.environ.get("GREENHALO_LONG") and shutil.which("dpkg-deb"), "a campaign, and needs dpkg")
class DebianPackage(unittest.TestCase):
    def test_holds_the_same(self):
        with tempfile.TemporaryDirectory() as folder:
            done = run("cpack", "-G", "DEB", "--config", Path(BUILD) / "CPackConfig.cmake", "-B", folder, cwd=folder)
            self.assertEqual(done.returncode, 0, done.stdout)
            (package,) = Path(folder).glob("greenhalo*.deb")
            content = run("dpkg-deb", "-c", package).stdout
            for path in ("./usr/bin/greenhalo\n", "./usr/bin/greenhalo-plot\n", "./usr/share/man/man1/greenhalo.1",
                         "./usr/lib/python3/dist-packages/greenhalo/__init__.py\n"):
                self.assertIn(path, content)
            control = run("dpkg-deb", "-f", package).stdout
            for part in ("Package: greenhalo\n", "libopenmpi", "libhdf5-openmpi", "Section: science"):
                self.assertIn(part, control)


if __name__ == "__main__":
    unittest.main()
