"""The nine figures."""

import time

from . import cases, work


def _moments(program):
    """The files of figure 7: every half height, all groups and protons alone."""
    files = []
    for groups in cases.MOMENT_GROUPS:
        for height in cases.MOMENT_HEIGHTS:
            words = ["--halo.half-height", height, *(("--species.names", groups) if groups else ())]
            files.append(program("expect", "figure7", f"figure7-H{height}-{groups or 'all'}.h5", words))
    return files


def draw(program, only=()):
    """Runs the inputs and draws the figures, all of them or the numbers in `only`; returns the paths."""
    drawn = []
    for number, (kind, inputs, options) in cases.FIGURES.items():
        if only and number not in only:
            continue
        start = time.monotonic()
        if kind == "moments":
            files = _moments(program)
        else:
            command = "sources" if kind == "sources" else "run"
            files = [program(command, name, f"{name}.h5") for name in inputs]
        figure = program.folder / f"figure{number}.png"
        work.plot(kind, files, figure, options)
        if kind == "amplitude":
            # the paper draws |delta| beside points that are projections; this one compares like with like
            work.plot(kind, files, program.folder / f"figure{number}-projected.png", (*options, "--projection"))
        if kind == "phase":
            # measured phases are right ascensions, which the paper's angle cannot be compared with
            work.plot(kind, files, program.folder / f"figure{number}-ra.png", (*options, "--angle", "ra"))
        print(f"  {figure}  ({time.monotonic() - start:.0f} s)", flush=True)
        drawn.append(figure)
    return drawn
