"""How figures look on the page: fonts, frame, legend and caption below the frame, and saving."""

import io
import math
import os

import matplotlib
import numpy as np

matplotlib.use("Agg")

import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.ticker import (AutoMinorLocator, FuncFormatter, Locator, LogLocator, MaxNLocator,  # noqa: E402
                               NullFormatter, ScalarFormatter)

from .errors import InputError, PlotError  # noqa: E402

FORMATS = ("png", "pdf", "svg")
WIDTH = 5.5  # inches: one and a half columns of a journal
FRAME_HEIGHT = 3.6
_LEFT, _RIGHT, _TOP = 0.62, 0.12, 0.10
_EDGE = 0.04  # at least between the labels and the edge of the page
_TITLE = 0.22
_GAP = 0.09

plt.rcParams.update({
    "font.family": "serif",
    "font.serif": ["STIXGeneral", "Times New Roman", "DejaVu Serif"],
    "mathtext.fontset": "stix",
    "font.size": 10,
    "axes.labelsize": 11,
    "axes.titlesize": 10,
    "axes.linewidth": 0.8,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "xtick.major.size": 5,
    "ytick.major.size": 5,
    "xtick.minor.size": 2.5,
    "ytick.minor.size": 2.5,
    "legend.fontsize": 8.5,
    "legend.frameon": False,
    "svg.hashsalt": "greenhalo",  # the same figure is the same file
    "pdf.fonttype": 42,
})


def check_output(path):
    """Refuses a name whose ending is not a format, before any work is done."""
    ending = os.path.splitext(path)[1].lower().lstrip(".")
    if ending not in FORMATS:
        raise InputError(f"{path}: the name of a figure ends in one of .{', .'.join(FORMATS)}")
    return ending


def log_ticks(low, high):
    """The labelled values of a logarithmic axis: decades; where less than two are in view also twice and five times each;
    where that is less than two, round numbers as far apart as on a linear axis. At least two in any case."""
    if not 0.0 < low < high:
        return np.array([])
    first, last = math.log10(low), math.log10(high)
    decades = np.arange(math.ceil(first - 1e-9), math.floor(last + 1e-9) + 1)
    if decades.size > 1:
        return 10.0 ** decades[::-(-decades.size // 12)]
    ticks = np.array([digit * 10.0**power for power in range(math.floor(first), math.floor(last) + 1) for digit in (1, 2, 5)])
    ticks = ticks[(ticks >= low * (1 - 1e-9)) & (ticks <= high * (1 + 1e-9))]
    if ticks.size > 1:
        return ticks
    ticks = MaxNLocator(nbins=5, steps=(1, 2, 5, 10)).tick_values(low, high)
    return ticks[(ticks >= low) & (ticks <= high)]


def log_label(value, ticks):
    """A labelled value as it is printed, in the way that suits all of `ticks`."""
    powers = np.floor(np.log10(ticks) + 1e-9)
    mantissas = ticks / 10.0**powers
    power = math.floor(math.log10(value) + 1e-9)
    if np.allclose(mantissas, 1.0):
        return f"$10^{{{power}}}$"
    plain = 1e-3 <= min(ticks) and max(ticks) < 1e3
    shown = ticks if plain else mantissas
    if np.isclose(mantissas[:, None], (1.0, 2.0, 5.0)).any(axis=1).all():
        text = f"{value if plain else value / 10.0**power:.6g}"
    else:
        decimals = max(len(f"{number:.5g}".partition(".")[2]) for number in shown)
        text = f"{value if plain else value / 10.0**power:.{decimals}f}"
    if plain:
        return text
    return f"$10^{{{power}}}$" if text == "1" else rf"${text}\!\times\!10^{{{power}}}$"


class _LogTicks(Locator):
    """log_ticks as matplotlib asks for them."""

    def __call__(self):
        return self.tick_values(*self.axis.get_view_interval())

    def tick_values(self, vmin, vmax):
        return log_ticks(*sorted((vmin, vmax)))


def log_axis(axis):
    """Ticks of a logarithmic axis: at least two labels, whatever is in view, and small ticks between decades."""
    axis.set_major_locator(_LogTicks())
    axis.set_major_formatter(FuncFormatter(
        lambda value, _: log_label(value, log_ticks(*sorted(axis.get_view_interval())))))
    axis.set_minor_locator(LogLocator(base=10.0, subs=tuple(range(2, 10)), numticks=15))
    axis.set_minor_formatter(NullFormatter())


def linear_axis(axis):
    """Ticks of a linear axis: round steps, small ticks between, and whole numbers instead of distances from an offset."""
    axis.set_major_locator(MaxNLocator(nbins=8, steps=(1, 2, 5, 10)))
    axis.set_minor_locator(AutoMinorLocator())
    axis.set_major_formatter(ScalarFormatter(useOffset=False))


def frames(count=1, log_y=True):
    """A figure with `count` frames side by side; energies, and values unless told, on logarithmic axes."""
    figure = plt.figure(figsize=(WIDTH, FRAME_HEIGHT))
    panels = []
    for number in range(count):
        axes = figure.add_axes((0.1 + 0.8 * number / count, 0.1, 0.8 / count, 0.8))
        axes.set_xscale("log")
        log_axis(axes.xaxis)
        if log_y:
            axes.set_yscale("log")
            log_axis(axes.yaxis)
        panels.append(axes)
    return figure, panels


def log_frame():
    """A figure with one frame, both axes logarithmic with a tick at every decade."""
    figure, (axes,) = frames()
    return figure, axes


def _page_width(count):
    """Inches: one and a half columns for one frame, a whole page for two."""
    return WIDTH if count == 1 else 3.9 * count


def _wrap(figure, content, size, width, between=" "):
    """Breaks a text into lines of at most `width` inches as they are printed, where its pieces are divided by `between`;
    mathematics stays whole."""
    renderer = figure.canvas.get_renderer()
    probe = figure.text(0, 0, "", fontsize=size)

    def fits(line):
        probe.set_text(line)
        return probe.get_window_extent(renderer).width <= width * figure.dpi

    lines = []
    for word in " ".join(content.split()).split(between):
        candidate = f"{lines[-1]}{between}{word}" if lines else word
        if lines and candidate.count("$") % 2 == 0 and not fits(candidate):
            lines.append(word)
        elif lines:
            lines[-1] = candidate
        else:
            lines.append(word)
    probe.remove()
    return f"{between.rstrip()}\n".join(lines)


def compose(figure, axes, groups, title="", caption="", frame_height=FRAME_HEIGHT):
    """Puts legends (lists of handles, one block each) and the caption below the frames; the page grows.

    `axes` is one frame or a list of frames, which are put side by side; a title belongs to the first.

    Positions are worked out in inches from the printed sizes, so nothing overlaps whatever the entries are.
    """
    panels = list(axes) if isinstance(axes, (list, tuple)) else [axes]
    page_width = _page_width(len(panels))
    figure.set_size_inches(page_width, frame_height)
    renderer = figure.canvas.get_renderer()
    dpi = figure.dpi
    if title:
        panels[0].set_title(title)
    # titles as wide as their frames at most
    wide = page_width / len(panels) - _LEFT - _RIGHT
    for panel in panels:
        panel.set_title(_wrap(figure, panel.get_title(), panel.title.get_fontsize(), wide, ", "))
    top = _TOP + _TITLE * max(len(panel.get_title().splitlines()) for panel in panels)

    def legend_of(handles, columns):
        lines = any(not hasattr(h, "get_linestyle") or h.get_linestyle() != "None" for h in handles)
        legend = figure.legend(handles=handles, loc="upper left", ncol=columns, columnspacing=1.8,
                               handletextpad=0.5, borderaxespad=0.0, borderpad=0.0,
                               handlelength=2.9 if lines else 0.9)
        box = legend.get_window_extent(renderer)
        return legend, box.width / dpi, box.height / dpi

    legends = []
    for handles in groups:
        # as few rows as fit, and these of equal lengths
        most = min(len(handles), 5 * len(panels))
        for rows in range(math.ceil(len(handles) / most), len(handles) + 1):
            legends.append(legend_of(handles, math.ceil(len(handles) / rows)))
            if legends[-1][1] <= page_width - 0.2 or rows == len(handles):
                break
            legends.pop()[0].remove()
    note, note_height = None, 0.0
    if caption:
        note = figure.text(0, 0, _wrap(figure, caption, 8.5, page_width - 2 * _RIGHT), fontsize=8.5, va="top",
                           linespacing=1.25)
        note_height = note.get_window_extent(renderer).height / dpi

    label = panels[0].xaxis.get_label()
    tick_space = 0.42 if label.get_text() else 0.25
    below = tick_space + sum(_GAP + height for _, _, height in legends)
    if note:
        below += _GAP + 0.03 + note_height
    height = top + frame_height + below + _GAP
    figure.set_size_inches(page_width, height)
    room = page_width / len(panels)
    left = _LEFT
    for _ in range(2):
        for number, panel in enumerate(panels):
            panel.set_position(((number * room + left) / page_width, (height - top - frame_height) / height,
                                (room - left - _RIGHT) / page_width, frame_height / height))
        # long labels need more room than usual ones
        missing = max(number * room + _EDGE - panel.yaxis.get_tightbbox(renderer).x0 / dpi
                      for number, panel in enumerate(panels))
        if missing <= 0.0:
            break
        left += missing
    y = height - top - frame_height - tick_space
    for legend, width, tall in legends:
        y -= _GAP
        legend.set_bbox_to_anchor((max(0.05, (page_width - width) / 2) / page_width, y / height))
        y -= tall
    if note:
        note.set_position((_RIGHT / page_width, (y - _GAP - 0.03) / height))


def unlike(handles):
    """Handles of a legend, those with the words of an earlier one left out."""
    return list({handle.get_label(): handle for handle in reversed(handles)}.values())[::-1]


def save(figure, path):
    """Writes the figure; the format follows from the ending of the name. Written whole or not at all."""
    ending = check_output(path)
    metadata = {"pdf": {"CreationDate": None}, "svg": {"Date": None}}.get(ending)
    buffer = io.BytesIO()
    figure.savefig(buffer, format=ending, dpi=300, metadata=metadata)
    plt.close(figure)
    try:
        with open(path, "wb") as file:
            file.write(buffer.getvalue())
    except OSError as error:
        raise PlotError(f"{path} cannot be written: {error.strerror}") from error
