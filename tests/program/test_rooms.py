"""The rooms of the source use only those below them, through all headers that they include."""

import re
import unittest

from support import SOURCE

# As doc/development.md draws them. The grid knows of the galaxy its coordinate frame alone.
BELOW = {
    "base": set(),
    "parallel": {"base"},
    "physics": {"base", "parallel"},
    "galaxy": {"base", "parallel", "physics"},
    "superposition": {"base", "parallel", "physics", "galaxy"},
    "ensemble": {"base", "parallel", "physics", "galaxy", "superposition"},
    "grid": {"base", "parallel", "galaxy/frame.h"},
    "validation": {"base", "parallel", "physics", "galaxy", "superposition", "ensemble", "grid"},
    "storage": {"base", "parallel"},
    "app": {"base", "parallel", "physics", "galaxy", "superposition", "ensemble", "grid", "validation", "storage"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)


def included(file):
    """Headers of the project that a file includes, as paths from include/greenhalo or src."""
    found = set()
    for name in INCLUDE.findall(file.read_text()):
        for folder in (SOURCE / "include", SOURCE / "src"):
            if (folder / name).is_file():
                found.add(folder / name)
    return found


def with_all_below(file):
    seen, waiting = set(), [file]
    while waiting:
        for header in included(waiting.pop()) - seen:
            seen.add(header)
            waiting.append(header)
    return seen


def place(file):
    """("grid", "grid/axis.h") of src/grid/axis.h and include/greenhalo/grid/axis.h."""
    parts = file.relative_to(SOURCE).parts
    parts = parts[2:] if parts[0] == "include" else parts[1:]
    return parts[0], "/".join(parts)


def files_of(room):
    for folder in (SOURCE / "include/greenhalo" / room, SOURCE / "src" / room):
        yield from (file for file in sorted(folder.glob("*")) if file.suffix in (".h", ".cpp"))


class Rooms(unittest.TestCase):
    def test_every_folder_is_a_known_room(self):
        for parent in (SOURCE / "include/greenhalo", SOURCE / "src"):
            rooms = {file.parent.name for file in parent.glob("*/*") if file.suffix in (".h", ".cpp")}
            self.assertLessEqual(rooms, set(BELOW))

    def test_nothing_from_above(self):
        for room, below in BELOW.items():
            files = list(files_of(room))
            self.assertTrue(files, room)
            for file in files:
                for header in with_all_below(file):
                    other, name = place(header)
                    self.assertTrue(other == room or other in below or name in below, f"{file} reaches {header}")

    def test_an_include_from_above_is_found(self):
        reached = {place(header)[0] for header in with_all_below(SOURCE / "src/validation/one_source.cpp")}
        self.assertIn("physics", reached)  # the Green function, a template in a header

    def test_headers_of_petsc_stay_with_the_grid(self):
        for file in sorted((SOURCE / "src").rglob("*")) + sorted((SOURCE / "include").rglob("*")):
            if file.suffix not in (".h", ".cpp") or file.is_relative_to(SOURCE / "src/grid"):
                continue
            names = [name for name in INCLUDE.findall(file.read_text()) if name.startswith("petsc") and name != "petscversion.h"]
            self.assertEqual(names, [], file)


if __name__ == "__main__":
    unittest.main()
