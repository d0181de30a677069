"""The installed library as other projects find it, and the libraries that configuring refuses."""

import math
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(os.environ.get("GREENHALO_SOURCE", Path(__file__).resolve().parents[2]))
BUILD = os.environ.get("GREENHALO_BUILD")


# A program that includes every header of the package and superposes one source.
OUTSIDE = """\
INCLUDES
#include <iomanip>
#include <iostream>

int main() {
    greenhalo::Transport transport;
    transport.diffusion.coefficient = 1e28 * greenhalo::units::cm2_per_s;
    transport.nuclei = {{"H", 1.0, 1.0, 0.0}};
    transport.energies = {3.0};
    transport.release = {{{{0.0, 1.0}}}};
    greenhalo::SourceBuffer source(8);
    source.size = 1;
    source.x[0] = greenhalo::sun_radius - 0.1;
    source.y[0] = source.z[0] = 0.0;
    source.age[0] = 0.1;
    const greenhalo::Superposition sum = greenhalo::DirectSum(transport, {}).sum(source);
    std::cout << greenhalo::version() << std::setprecision(17);
    std::cout << ' ' << sum.density[0] << ' ' << sum.current[0] << '\\n';
}
"""


def run(*command, **environment):
    """Runs a command; returns it with both outputs as one text, words joined by single blanks."""
    environment = {**os.environ, **{key: str(value) for key, value in environment.items()}}
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, env=environment, check=False)
    done.words = re.sub(r"\s+", " ", done.stdout)
    return done


class InTemporaryFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)

    def write(self, name, content, executable=False):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        if executable:
            path.chmod(0o755)
        return path

    def shared_library(self, name, *options, soname=None):
        """A shared library with nothing in it but its name and what it needs."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        empty = self.write("empty.c", "int greenhalo_test_nothing(void) { return 0; }\n")
        done = run("cc", "-shared", "-fPIC", empty, f"-Wl,-soname,{soname or path.name}",
                   "-Wl,--no-as-needed", "-o", path, *options)
        self.assertEqual(done.returncode, 0, done.stdout)
        return path


class WithoutGoogleTest(InTemporaryFolder):
    """A machine that has what the program needs, and nothing of what its tests need."""

    def configure(self, *options):
        return run("cmake", "-S", SOURCE, "-B", self.path / "build", "-DCMAKE_DISABLE_FIND_PACKAGE_benchmark=ON",
                   *options)

    def test_configures_without_the_tests_and_says_so(self):
        done = self.configure("-DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("GoogleTest was not found: the tests are not built", done.words)

    def test_tests_that_are_asked_for_are_not_left_out(self):
        done = self.configure("-DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON", "-DGREENHALO_TESTS=ON")
        self.assertNotEqual(done.returncode, 0, done.stdout)
        self.assertIn("GTest", done.words)


@unittest.skipUnless(BUILD, "GREENHALO_BUILD names no build folder")
class InstalledPackage(InTemporaryFolder):
    def test_another_project_finds_links_and_runs_it(self):
        prefix = self.path / "prefix"
        done = run("cmake", "--install", BUILD, "--prefix", prefix)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertTrue((prefix / "bin" / "greenhalo").exists())

        # C++ alone, as many projects are: the package itself asks for what it needs of C.
        self.write("project/CMakeLists.txt", """\
cmake_minimum_required(VERSION 3.20)
project(outside LANGUAGES CXX)
find_package(greenhalo REQUIRED)
add_executable(outside main.cpp)
target_link_libraries(outside PRIVATE greenhalo::greenhalo)
""")
        self.write("project/main.cpp", OUTSIDE.replace("INCLUDES", "".join(
            f"#include <{header.relative_to(prefix / 'include')}>\n"
            for header in sorted((prefix / "include").rglob("*.h")))))
        build = self.path / "build"
        done = run("cmake", "-S", self.path / "project", "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}")
        self.assertEqual(done.returncode, 0, done.stdout)
        # The package that was found is the one installed a moment ago, not one of the system.
        self.assertIn(f"greenhalo_DIR:PATH={prefix}", (build / "CMakeCache.txt").read_text())
        done = run("cmake", "--build", build)
        self.assertEqual(done.returncode, 0, done.stdout)
        done = run(build / "outside")
        self.assertEqual(done.returncode, 0, done.stdout)
        declared = re.search(r"project\(greenhalo VERSION ([0-9.]+)", (SOURCE / "CMakeLists.txt").read_text())
        version, density, current = done.stdout.split()
        self.assertEqual(version, declared.group(1))
        # One proton of 3 GeV, 0.1 kpc away and 0.1 Myr old, in free space: J = d n/(2 tau) and
        # n = (4 pi D tau)^(-3/2) exp(-d^2/(4 D tau)) with D = 1e28 cm^2/s.
        spread = 4 * 1e28 * 31557600e6 / 3.0856775814913673e21**2 * 0.1  # 4 D tau, kpc^2
        expected = (math.pi * spread)**-1.5 * math.exp(-0.1**2 / spread)
        self.assertAlmostEqual(float(density) / expected, 1, delta=1e-9)
        self.assertAlmostEqual(float(current) / (expected * 0.1 / (2 * 0.1)), 1, delta=1e-9)

        for header in sorted((SOURCE / "include").rglob("*.h")):
            self.assertTrue((prefix / "include" / header.relative_to(SOURCE / "include")).exists(), header)

    def test_nothing_installed_names_the_source_or_the_build_folder(self):
        prefix = self.path / "prefix"
        self.assertEqual(run("cmake", "--install", BUILD, "--prefix", prefix).returncode, 0)
        for path in prefix.rglob("*.cmake"):
            content = path.read_text()
            self.assertNotIn(str(SOURCE / "src"), content, path)
            self.assertNotIn(str(Path(BUILD)) + "/", content, path)


class Dependencies(InTemporaryFolder):
    """src/cmake/Dependencies.cmake, run as it is by a project that consists of nothing else."""

    def setUp(self):
        super().setUp()
        self.write("CMakeLists.txt", f"""\
cmake_minimum_required(VERSION 3.20)
project(dependencies LANGUAGES C CXX)
include("{SOURCE}/src/cmake/Dependencies.cmake")
""")

    def configure(self, *options, **environment):
        return run("cmake", "-S", self.path, "-B", self.path / "build", *options, **environment)

    def assert_refused(self, done, *says):
        self.assertNotEqual(done.returncode, 0, done.stdout)
        for words in says:
            self.assertIn(words, done.words)

    def assert_accepted(self, done):
        self.assertEqual(done.returncode, 0, done.stdout)

    def fake_hdf5(self, parallel, *link):
        """An HDF5 as far as CMake asks: the compiler wrapper's two answers, headers, a library."""
        prefix = self.path / "hdf5"
        self.write("hdf5/include/H5pubconf.h", '#define H5_VERSION "1.10.8"\n'
                   + ("#define H5_HAVE_PARALLEL 1\n" if parallel else "/* #undef H5_HAVE_PARALLEL */\n"))
        self.write("hdf5/include/hdf5.h", "#include <H5pubconf.h>\n")
        self.shared_library("hdf5/lib/libhdf5.so", *link)
        self.write(f"hdf5/bin/{'h5pcc' if parallel else 'h5cc'}", f"""\
#!/bin/sh
case "$1" in
    -showconfig) echo "HDF5 Version: 1.10.8"; echo "Parallel HDF5: {'yes' if parallel else 'no'}" ;;
    *) echo "cc -I{prefix}/include -L{prefix}/lib -lhdf5" ;;
esac
""", executable=True)
        return prefix

    def fake_petsc(self, scalar, *link):
        """A PETSc as far as pkg-config and the configuration header tell."""
        prefix = self.path / "petsc"
        self.write("petsc/include/petscconf.h", f"#define PETSC_USE_{scalar} 1\n")
        self.shared_library("petsc/lib/libpetsc.so", *link)
        self.write("petsc/lib/pkgconfig/PETSc.pc", f"Name: PETSc\nDescription: stub\nVersion: 3.18.5\n"
                   f"Cflags: -I{prefix}/include\nLibs: -L{prefix}/lib -lpetsc\n")
        return prefix

    def other_mpi(self):
        return self.shared_library("mpi/libmpi.so", soname="libmpi.so.999")

    def test_serial_hdf5_is_refused_and_a_parallel_one_then_accepted_in_the_same_folder(self):
        prefix = self.fake_hdf5(parallel=False)
        self.assert_refused(self.configure(f"-DHDF5_ROOT={prefix}"), "HDF5 1.10.8", f"({prefix}/include)",
                            "is not parallel", "one file from all ranks", "libhdf5-openmpi-dev", "HDF5_ROOT")
        self.assert_accepted(self.configure("-UHDF5_ROOT"))

    def test_complex_petsc_is_refused_and_a_real_one_then_accepted_in_the_same_folder(self):
        prefix = self.fake_petsc("COMPLEX")
        refused = self.configure(PKG_CONFIG_PATH=prefix / "lib" / "pkgconfig", PETSC_DIR="")
        self.assert_refused(refused, "PETSc 3.18.5", f"({prefix}/include/petscconf.h)", "complex numbers",
                            "needs real ones", "libpetsc-real-dev")
        self.assert_accepted(self.configure())

    def test_petsc_dir_is_where_petsc_is_looked_for(self):
        prefix = self.fake_petsc("COMPLEX")
        self.assert_refused(self.configure(PETSC_DIR=prefix, PETSC_ARCH=""),
                            f"({prefix}/include/petscconf.h)")
        shutil.rmtree(self.path / "build")
        self.assert_refused(self.configure(f"-DPETSC_DIR={self.path}", "-DPETSC_ARCH=petsc"),
                            f"({prefix}/include/petscconf.h)")
        shutil.rmtree(self.path / "build")
        done = self.configure(PETSC_DIR=self.path / "nowhere", PETSC_ARCH="")
        self.assert_accepted(done)
        self.assertIn(f"there is no {self.path}/nowhere/lib/pkgconfig", done.words)

    def test_hdf5_of_another_mpi_is_refused(self):
        prefix = self.fake_hdf5(True, self.other_mpi())
        self.assert_refused(self.configure(f"-DHDF5_ROOT={prefix}"), f"HDF5 ({prefix}/lib/libhdf5.so)",
                            "built with another MPI", "libmpi.so.999")
        self.assert_accepted(self.configure("-UHDF5_ROOT"))

    def test_petsc_of_another_mpi_is_refused(self):
        prefix = self.fake_petsc("REAL_DOUBLE", self.other_mpi())
        self.assert_refused(self.configure(PETSC_DIR=prefix, PETSC_ARCH=""),
                            f"PETSc ({prefix}/lib/libpetsc.so)", "built with another MPI", "libmpi.so.999")
        self.assert_accepted(self.configure())


if __name__ == "__main__":
    unittest.main()
