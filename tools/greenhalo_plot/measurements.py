"""The measured anisotropy: the project's table, and how each experiment is drawn."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import looks

TABLE = Path(__file__).parent / "data" / "anisotropy.csv"

# A marker of its own for every experiment, so that the figure can be read in black and white.
_BLACK, _VERMILLION, _BLUE, _GREEN, _PURPLE, _ORANGE, _SKY, _WINE = looks.COLOURS[:8]
STYLES = {
    "ARGO-YBJ": ("o", _VERMILLION),
    "EAS-TOP": ("s", _BLACK),
    "HAWC": ("^", _GREEN),
    "HAWC-IceCube": ("*", _PURPLE),
    "IceCube": ("D", _BLUE),
    "IceTop": ("p", _SKY),
    "KASCADE-Grande": ("h", _PURPLE),
    "MACRO": ("v", _ORANGE),
    "Milagro": (">", _WINE),
    "Super-Kamiokande": ("<", _BLACK),
    "Tibet ASgamma": ("X", _ORANGE),
    "Utah muon": ("P", _GREEN),
}
LABELS = {"Tibet ASgamma": r"Tibet AS$\gamma$", "HAWC-IceCube": "HAWC + IceCube"}


@dataclass(frozen=True)
class Experiment:
    """The points [N] of one experiment: energy in GeV, amplitudes, phases (right ascension of the maximum,
    degrees) and their errors; NaN where nothing is published."""

    name: str
    energy: np.ndarray
    amplitude: np.ndarray
    err_low: np.ndarray
    err_high: np.ndarray
    upper_limit: np.ndarray
    phase: np.ndarray
    phase_error: np.ndarray

    @property
    def compatible_with_zero(self):
        """Where only an upper error is published."""
        return np.isnan(self.err_low) & ~np.isnan(self.err_high)

    @property
    def label(self):
        """The name as it is printed in a legend."""
        return LABELS.get(self.name, self.name)


def rows(path=TABLE):
    """The table's rows as dictionaries of text."""
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def experiments(path=TABLE):
    """All experiments of the table in its order."""

    def number(value):
        return float(value) if value else np.nan

    groups = {}
    for row in rows(path):
        groups.setdefault(row["experiment"], []).append(row)
    result = []
    for name, members in groups.items():
        columns = {key: np.array([number(row[column]) for row in members])
                   for key, column in (("energy", "energy_GeV"), ("amplitude", "amplitude"),
                                       ("err_low", "err_low"), ("err_high", "err_high"),
                                       ("phase", "phase_ra_deg"), ("phase_error", "phase_err_deg"))}
        limit = np.array([row["upper_limit"] == "1" for row in members])
        result.append(Experiment(name, upper_limit=limit, **columns))
    return result


def _look(experiment):
    marker, colour = STYLES.get(experiment.name, ("o", _BLACK))
    size = {"*": 7.5, "X": 5.2, "P": 5.2, "h": 5.2, "p": 5.2}.get(marker, 4.2)
    return dict(linestyle="none", marker=marker, markersize=size, color=colour, markeredgecolor="white",
                markeredgewidth=0.4, zorder=5)


def draw_phase(axes, experiment):
    """Draws the phases of one experiment (right ascension, degrees); returns a plain marker for the legend."""
    look = _look(experiment)
    for turn in (-360.0, 0.0, 360.0):  # what leaves the frame on one side comes back on the other
        axes.errorbar(experiment.energy, experiment.phase + turn, yerr=np.nan_to_num(experiment.phase_error),
                      elinewidth=0.8, capsize=1.5, capthick=0.8, **look)
    return axes.plot([], [], label=experiment.label, **look)[0]


def draw(axes, experiment):
    """Draws the points of one experiment; returns a plain marker for the legend."""
    look = _look(experiment)
    point = ~experiment.upper_limit
    # Compatible with zero: the bar runs down to the frame. No error at all: it is smaller than the symbol.
    low = np.where(experiment.compatible_with_zero, experiment.amplitude, np.nan_to_num(experiment.err_low))
    errors = np.array([low, np.nan_to_num(experiment.err_high)])
    axes.errorbar(experiment.energy[point], experiment.amplitude[point], yerr=errors[:, point],
                  elinewidth=0.8, capsize=1.5, capthick=0.8, **look)
    limit = experiment.upper_limit
    if limit.any():
        level = experiment.amplitude[limit]
        axes.errorbar(experiment.energy[limit], level, yerr=0.35 * level, uplims=True, elinewidth=0.8,
                      capsize=2.0, **look)
    return axes.plot([], [], label=experiment.label, **look)[0]
