"""How an ensemble of curves is drawn against energy."""

import numpy as np
from matplotlib.colors import to_rgba

from . import looks, statistics

# Above this number single curves cannot be told apart: their median and bands are drawn instead.
MOST_CURVES = 30
LEVELS = (0.025, 0.16, 0.5, 0.84, 0.975)


def energy_range(energy):
    """The range of energies in the frame: what was computed, but never less than a decade."""
    low, high = float(np.min(energy)), float(np.max(energy))
    missing = max(0.0, 1.0 - np.log10(high / low))
    return low / 10.0 ** (missing / 2), high * 10.0 ** (missing / 2)


def are_many(count):
    """Whether so many realizations are drawn as bands."""
    return count > MOST_CURVES


def extended(energy, value):
    """Energies and values (energies last) of a line; a single energy has a short one around it, of three points."""
    if energy.size > 1:
        return energy, value
    low, high = statistics.bin_edges(energy)
    return np.array([low, energy[0], high]), np.repeat(value, 3, axis=-1)


def with_symbol(look, number, energy, of, fill="white", size=4.2):
    """The look of an extended line that is the one with a number `of` several, with its symbol at a few energies."""
    at = [1] if energy.size == 1 else looks.sparse(number, energy.size, of)
    return {**look, **looks.symbol(number, size, fill), "markevery": at}


def bands(axes, energy, quantiles, shades):
    """The bands of 95 and 68 % of quantiles at LEVELS, in the shades of one and the other; returns both, wide first."""
    energy, quantiles = extended(energy, quantiles)
    return [axes.fill_between(energy, quantiles[low], quantiles[high], color=shade, linewidth=0, zorder=order, label=label)
            for low, high, shade, order, label in ((0, 4, shades[0], 1, "95 %"), (1, 3, shades[1], 1.1, "68 %"))]


def thin(axes, energy, value, look_of):
    """One thin curve for each realization, of the look that `look_of` has for its number; returns the first."""
    single = energy.size == 1
    lines = [axes.plot(energy, curve, marker="." if single else "", markersize=4, label="one realization",
                       **{"zorder": 1.5, **look_of(number), **({"linestyle": "none"} if single else {})})[0]
             for number, curve in enumerate(value)]
    return lines[0]


def draw_scatter(axes, energy, value, look):
    """How the realizations [M, nE] scatter about a median of the given look: bands of many, thin curves of few."""
    if not are_many(len(value)):
        thin(axes, energy, value, lambda _: {**looks.thinner(look, 0.4), "alpha": 0.55})
        return
    quantiles = statistics.quantiles(value, LEVELS)
    bands(axes, energy, quantiles, (to_rgba(look["color"], 0.10), to_rgba(look["color"], 0.16)))
    energy, quantiles = extended(energy, quantiles)
    # their edges have the dashes of the median: bands that lie on each other are told apart in grey
    for edge, width in ((0, 0.35), (1, 0.6), (3, 0.6), (4, 0.35)):
        axes.plot(energy, quantiles[edge], zorder=1.5, **looks.thinner(look, width))


def scatter_in_words(counts):
    """What draw_scatter draws for ensembles of these sizes."""
    return "; ".join(words for words, present in (("bands: 68 % and 95 %", any(map(are_many, counts))),
                                                  ("thin: single realizations", not all(map(are_many, counts)))) if present)


def draw_realizations(axes, energy, value):
    """The curves and their mean, or median and bands; returns the handles for the legend."""
    if are_many(len(value)):
        quantiles = statistics.quantiles(value, LEVELS)
        wide, narrow = bands(axes, energy, quantiles, ("0.88", "0.73"))
        median = axes.plot(*extended(energy, quantiles[2]), color="black", linewidth=1.3, zorder=3,
                           label=f"median of {len(value)} realizations")[0]
        return [median, narrow, wide]
    handles = [thin(axes, energy, value, lambda number: {**looks.realization(number, 0.75), "zorder": 2})]
    if len(value) > 1:
        handles.append(axes.stairs(statistics.mean(value), statistics.bin_edges(energy), baseline=None,
                                   color="black", linewidth=1.5, zorder=3,
                                   label=f"mean of {len(value)} realizations"))
    return handles
