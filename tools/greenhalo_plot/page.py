"""How figures look on the page: fonts, frame, legend and caption below the frame, and saving."""

import io
import math
import os

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.ticker import FuncFormatter, LogLocator  # noqa: E402

from .errors import InputError, PlotError  # noqa: E402

FORMATS = ("png", "pdf", "svg")
WIDTH = 5.5  # inches: one and a half columns of a journal
FRAME_HEIGHT = 3.6
_LEFT, _RIGHT, _TOP = 0.62, 0.12, 0.10
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


def log_axis(axis):
    """Ticks of a logarithmic axis: a label at every decade; where less than two are in view also a 2 and a 5 between."""
    def digit(value, _):
        low, high = sorted(axis.get_view_interval())
        decades = math.floor(math.log10(high) + 1e-9) - math.ceil(math.log10(low) - 1e-9) + 1
        mantissa = round(value / 10.0 ** math.floor(math.log10(value) + 1e-9))
        return str(mantissa) if decades < 2 and mantissa in (2, 5) else ""

    axis.set_major_locator(LogLocator(base=10.0, numticks=15))
    axis.set_minor_locator(LogLocator(base=10.0, subs=tuple(range(2, 10)), numticks=15))
    axis.set_minor_formatter(FuncFormatter(digit))
    axis.set_tick_params(which="minor", labelsize=8)


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


def _wrap(figure, content, size, width):
    """Breaks a text into lines of at most `width` inches as they are printed; mathematics stays whole."""
    renderer = figure.canvas.get_renderer()
    probe = figure.text(0, 0, "", fontsize=size)

    def fits(line):
        probe.set_text(line)
        return probe.get_window_extent(renderer).width <= width * figure.dpi

    lines = []
    for word in content.split():
        candidate = f"{lines[-1]} {word}" if lines else word
        if lines and candidate.count("$") % 2 == 0 and not fits(candidate):
            lines.append(word)
        elif lines:
            lines[-1] = candidate
        else:
            lines.append(word)
    probe.remove()
    return "\n".join(lines)


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
    top = _TOP + (_TITLE if any(panel.get_title() for panel in panels) else 0.0)

    def legend_of(handles, columns):
        lines = any(not hasattr(h, "get_linestyle") or h.get_linestyle() != "None" for h in handles)
        legend = figure.legend(handles=handles, loc="upper left", ncol=columns, columnspacing=1.8,
                               handletextpad=0.5, borderaxespad=0.0, borderpad=0.0,
                               handlelength=1.9 if lines else 0.9)
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
    for number, panel in enumerate(panels):
        panel.set_position(((number * room + _LEFT) / page_width, (height - top - frame_height) / height,
                            (room - _LEFT - _RIGHT) / page_width, frame_height / height))
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
