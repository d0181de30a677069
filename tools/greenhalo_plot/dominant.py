"""The subcommand `dominant`: amplitude of one realization, its bumps labelled by their remnants."""

from dataclasses import dataclass

import numpy as np
from matplotlib import patheffects

from . import caption, looks, page, result
from .errors import InputError

NAME = "dominant"
HELP = "Amplitude of one realization with the remnant that dominates each energy: distance, age, share."

# Shares of |J| below this are not worth a label, and more labels than this cannot be told apart.
LEAST_SHARE = 0.2
MOST_LABELS = 9


@dataclass(frozen=True)
class Remnant:
    """A source and the energies [k] (indices) that it dominates."""

    distance: float
    age: float
    name: str
    at: np.ndarray
    share: float


def add_arguments(parser):
    """Declares the options."""
    parser.add_argument("result", metavar="RESULT.h5", help="a result of 'greenhalo run'")
    parser.add_argument("-o", "--output", metavar="FILE", default="dominant.png",
                        help="figure to write, .png, .pdf or .svg (default: %(default)s)")
    parser.add_argument("--realization", metavar="N", type=int, default=None,
                        help="index of the realization (default: the first that is complete)")
    parser.add_argument("--title", default="", metavar="TEXT", help="title above the frame (default: none)")
    parser.add_argument("--caption", default=None, metavar="TEXT",
                        help="text below the figure instead of the one that describes it; '' for none")


def remnants(data):
    """The sources that dominate somewhere, in the order of their lowest energies."""
    found = {}
    for at in np.flatnonzero(np.isfinite(data.age)):
        found.setdefault((data.distance[at], data.age[at], data.listed[at]), []).append(at)
    result_list = []
    for (distance, age, listed), at in found.items():
        row = int(listed)
        name = data.names[row] if 0 <= row < len(data.names) else ""
        result_list.append(Remnant(distance, age, name, np.array(at), float(data.share_current[at].max())))
    return result_list


def labelled(sources):
    """Those that are worth a label, in their order."""
    worth = sorted((s for s in sources if s.share >= LEAST_SHARE), key=lambda s: (-len(s.at), -s.share))
    chosen = worth[:MOST_LABELS]
    return [s for s in sources if s in chosen]


def words(source):
    """Name, distance, age and share of |J|."""
    distance = f"{source.distance:.2f} kpc" if source.distance >= 0.1 else f"{1e3 * source.distance:.0f} pc"
    return f"{source.name + ': ' if source.name else ''}{distance}, {caption.duration(source.age)}, {100 * source.share:.0f} %"


def describe(data, realization, hidden):
    """The text below the figure; `hidden` sources have no label."""
    model = caption.model(data.config)
    which = "one realization" if realization is None else f"realization {realization}"
    text = (rf"Curve: $|\delta|$ of {which}{'; ' + model if model else ''}. Coloured: the energies at which one "
            "remnant gives the largest current; its distance, its age since the explosion, and the largest ratio of its "
            r"$|J|$ to that of all (above 100 % where others cancel a part of it).")
    if hidden:
        text += (f" Grey: {hidden} other remnant{'s' if hidden > 1 else ''} with "
                 f"less than {100 * LEAST_SHARE:.0f} %, or at few energies.")
    return text


def _beside_the_line(axes, energy, value, at):
    """Offset in points of a label that stays off the line and inside the frame at its sides: square to the line, on its
    upper side."""
    around = [i for i in range(max(at - 1, 0), min(at + 2, value.size)) if np.isfinite(value[i])]
    x, y = axes.transData.transform(np.column_stack([energy[around], value[around]])).T
    rise = np.arctan2(y[-1] - y[0], x[-1] - x[0]) if len(around) > 1 else 0.0
    distance = 10.0
    inwards = 12 if at < 2 and value.size > 4 else -12 if at > value.size - 3 and value.size > 4 else 0
    return inwards - distance * np.sin(rise), distance * np.cos(rise)


def run(options):
    """Draws the figure and says where it is."""
    page.check_output(options.output)
    data = result.read_dominant(options.result, options.realization)
    value = np.where(data.amplitude > 0.0, data.amplitude, np.nan)
    if not np.isfinite(value).any():
        raise InputError(f"{options.result}: the realization has no anisotropy at any energy, nothing to draw")
    figure, axes = page.log_frame()
    axes.plot(data.energy, value, color="0.6", linewidth=0.9, zorder=1, marker="." if value.size == 1 else "")

    sources = remnants(data)
    chosen = labelled(sources)
    lowest, highest = np.nanmin(value), np.nanmax(value)
    handles, labels = [], []
    for number, source in enumerate(chosen, start=1):
        colour = looks.colour(number)
        handles.append(axes.plot(data.energy[source.at], value[source.at], color=colour, linestyle="none",
                                 zorder=2.5, clip_on=False, label=f"{number}  {words(source)}",
                                 **looks.symbol(number - 1, 3.2, colour))[0])
        for part in np.split(source.at, np.flatnonzero(np.diff(source.at) > 1) + 1):
            if part.size > 1:
                axes.plot(data.energy[part], value[part], color=colour, linewidth=1.6, zorder=1.5)
        summit = source.at[np.argmax(data.share_current[source.at])]
        labels.append((number, summit, colour))
    low, high = data.energy.min(), data.energy.max()
    axes.set_xlim((low / 10**0.5, high * 10**0.5) if low == high else (low, high))
    middle = np.sqrt(lowest * highest)
    axes.set_ylim(min(lowest / 1.5, middle / 10**0.5), max(highest * 2.0, middle * 10**0.5))
    for number, summit, colour in labels:
        axes.annotate(str(number), (data.energy[summit], value[summit]), color=colour, fontsize=9, ha="center", va="center",
                      xytext=_beside_the_line(axes, data.energy, value, summit), textcoords="offset points", zorder=4,
                      path_effects=[patheffects.withStroke(linewidth=2.5, foreground="white")])
    axes.set_xlabel(r"$E$  [GeV]")
    axes.set_ylabel(r"anisotropy amplitude  $|\delta|$")
    text = options.caption
    if text is None:
        text = describe(data, options.realization, len(sources) - len(chosen))
    page.compose(figure, axes, [handles] if handles else [], options.title, text)
    page.save(figure, options.output)
    print(f"{options.output}: {len(sources)} remnants dominate {np.isfinite(data.age).sum()} energies, "
          f"{len(chosen)} of them labelled")
