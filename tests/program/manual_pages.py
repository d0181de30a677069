"""The pages of the manual: their fenced blocks, and how each kind of block is put to the test."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from support import GREENHALO, SOURCE

PAGES = [SOURCE / "README.md", SOURCE / "CONTRIBUTING.md", *sorted((SOURCE / "doc").glob("*.md"))]
LIMIT = 300  # seconds for one block

# First word of what follows the fence, and whether more may follow.
KINDS = {"sh": "optional", "python": None, "ini": "name", "csv": "name", "text": None, "json": None, "cpp": None,
         "cmake": None}
COMMAND = re.compile(r"^(\$ |sudo |mpirun |srun |sbatch |greenhalo |build/|tools/|jobscripts/|cmake |ctest |cpack |source "
                     r"|export |git |python3? |/usr/bin/python|h5ls |h5dump )")


@dataclass(frozen=True)
class Block:
    line: int  # of the fence
    kind: str
    extra: str  # "long", "site", the name of a file
    text: str


def blocks(page):
    """The fenced blocks of a page; ValueError for one whose kind is unknown or that does not end."""
    found, start, info, lines = [], None, "", []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.startswith("```"):
            lines.append(line)
        elif start is None:
            start, info, lines = number, line[3:].strip(), []
        else:
            kind, _, extra = info.partition(" ")
            if kind not in KINDS or bool(extra) and KINDS[kind] is None or not extra and KINDS[kind] == "name":
                raise ValueError(f"{page.name}:{start}: a block of the kind '{info}'; known are {', '.join(KINDS)}")
            if kind == "sh" and extra not in ("", "long", "site"):
                raise ValueError(f"{page.name}:{start}: sh may be long or site, not '{extra}'")
            found.append(Block(start, kind, extra, "\n".join(lines) + "\n"))
            start = None
    if start is not None:
        raise ValueError(f"{page.name}:{start}: the block does not end")
    return found


def stray_commands(page):
    """Lines that look like commands but stand in an indented block, where nothing tests them."""
    inside, stray = False, []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("```"):
            inside = not inside
        elif not inside and line.startswith("    ") and COMMAND.match(line.strip()):
            stray.append(f"{page.name}:{number}: {line.strip()}")
    return stray


def with_two_realizations(text):
    """The script with every run cut down to two realizations."""
    joined = re.sub(r"\\\n\s*", " ", text)
    lines = []
    for line in joined.splitlines():
        words = line.partition(" #")[0]
        if "greenhalo run" in words:
            line = re.sub(r"--ensemble\.realizations[ =]\S+", "", words).rstrip() + " --ensemble.realizations 2"
        lines.append(line)
    return "\n".join(lines) + "\n"


class Workplace:
    """A folder that looks like the root of a built checkout, where what is written touches nothing else."""

    def __init__(self, folder, scratch):
        self.folder = Path(folder)
        for entry in SOURCE.iterdir():
            if not entry.name.startswith((".", "build")) and entry.suffix not in (".h5", ".png"):
                (self.folder / entry.name).symlink_to(entry)
        (self.folder / "build").mkdir()
        (self.folder / "build" / "greenhalo").symlink_to(GREENHALO)
        self.environment = {
            **os.environ, "PATH": f"{self.folder}/build:{os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": str(scratch), "OMPI_MCA_rmaps_base_oversubscribe": "1",
            "OMPI_MCA_btl_vader_single_copy_mechanism": "none", "HDF5_USE_FILE_LOCKING": "FALSE"}

    def run(self, command, text):
        """Runs a program that reads `text`; returns it with both outputs as one text."""
        return subprocess.run(command, input=text, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=LIMIT, check=False)

    def prove(self, block):
        """Does with a block what its kind asks for; returns what went wrong, empty when nothing did."""
        if block.kind in ("ini", "csv"):
            (self.folder / block.extra).write_text(block.text, encoding="utf-8")
            return ""
        if block.kind == "python":
            done = self.run([sys.executable, "-"], block.text)
        elif block.kind == "sh" and block.extra == "site":
            done = self.run(["bash", "-n"], block.text)
        elif block.kind == "sh":
            text = with_two_realizations(block.text) if block.extra == "long" else block.text
            # a script in a file: programs that read stdin would swallow the rest of it
            done = self.run(["bash", "-euo", "pipefail", "-c", text], "")
        else:
            return ""
        return "" if done.returncode == 0 else f"status {done.returncode}\n{done.stdout}"


def _targets(page):
    """Targets of the links of a page within the manual, as they are written: file, #heading or both."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]


def links(page):
    """Relative targets of the links of a page."""
    return [target.partition("#")[0] for target in _targets(page) if not target.startswith("#")]


def headings(page):
    """The names that browsers of Markdown give the headings of a page."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return {re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-")
            for title in re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)}


def pages_below(folder):
    """All Markdown in a tree, apart from what is hidden or built."""
    def belongs(path):
        return not any(part.startswith((".", "build")) for part in path.relative_to(folder).parts)
    return [path for path in sorted(Path(folder).rglob("*.md")) if belongs(path)]


def dead_links(pages):
    """Links within the manual that lead to no file, or to no heading of it."""
    dead = []
    for page in pages:
        for target in _targets(page):
            name, _, heading = target.partition("#")
            file = page.parent / name if name else page
            if not file.exists() or heading and heading not in headings(file):
                dead.append(f"{page.name} links to {target}")
    return dead
