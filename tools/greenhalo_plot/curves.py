"""How an ensemble of curves is drawn against energy."""

import numpy as np

from . import statistics

# Above this number single curves cannot be told apart: their median and bands are drawn instead.
MOST_CURVES = 30
GREYS = ("0.35", "0.62", "0.48", "0.72")
DASHES = ("-", (0, (5, 1.6)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)), (0, (2.6, 1.2)))


def energy_range(energy):
    """The range of energies in the frame: what was computed, but never less than a decade."""
    low, high = float(np.min(energy)), float(np.max(energy))
    missing = max(0.0, 1.0 - np.log10(high / low))
    return low / 10.0 ** (missing / 2), high * 10.0 ** (missing / 2)


def draw_realizations(axes, energy, value):
    """The curves and their mean, or median and bands; returns the handles for the legend."""
    single = energy.size == 1
    if len(value) > MOST_CURVES:
        q = statistics.quantiles(value, (0.025, 0.16, 0.5, 0.84, 0.975))
        if energy.size == 1:
            energy, q = statistics.bin_edges(energy), np.repeat(q, 2, axis=1)
        wide = axes.fill_between(energy, q[0], q[4], color="0.88", linewidth=0, zorder=1, label="95 %")
        narrow = axes.fill_between(energy, q[1], q[3], color="0.73", linewidth=0, zorder=1.1, label="68 %")
        median = axes.plot(energy, q[2], color="black", linewidth=1.3, zorder=3,
                           label=f"median of {len(value)} realizations")[0]
        return [median, narrow, wide]
    for number, curve in enumerate(value):
        line = axes.plot(energy, curve, color=GREYS[number % len(GREYS)],
                         linestyle="none" if single else DASHES[number % len(DASHES)], linewidth=0.75,
                         marker="." if single else "", markersize=4, zorder=2, label="one realization")[0]
        if number == 0:
            handles = [line]
    if len(value) > 1:
        handles.append(axes.stairs(statistics.mean(value), statistics.bin_edges(energy), baseline=None,
                                   color="black", linewidth=1.5, zorder=3,
                                   label=f"mean of {len(value)} realizations"))
    return handles
