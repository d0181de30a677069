#!/usr/bin/python3
"""Draws doc/fast-superposition.png: the way of the sources of a realization through the fast sum."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle  # noqa: E402

plt.rcParams.update({"font.family": ["STIXGeneral"], "mathtext.fontset": "stix", "font.size": 9.5})
LIGHT, DARK, EDGE = "#f5f5f5", "#e4e4e4", "black"

figure, axes = plt.subplots(figsize=(8, 5))
axes.set(xlim=(0, 100), ylim=(0, 62))
axes.axis("off")


def row_of_boxes(left, right, bottom, height, count):
    width = (right - left) / count
    for i in range(count):
        axes.add_patch(Rectangle((left + i * width, bottom), width, height, facecolor=(LIGHT, DARK)[i % 2], edgecolor=EDGE,
                                 linewidth=0.8))
    return width


def step(bottom, height, *lines):
    axes.add_patch(FancyBboxPatch((16, bottom), 74, height, boxstyle="round,pad=0,rounding_size=1", facecolor=LIGHT,
                                  edgecolor=EDGE, linewidth=0.8))
    for i, line in enumerate(lines):
        axes.text(53, bottom + height * (len(lines) - i - 0.5) / len(lines), line, ha="center", va="center")


def arrow(start, end, bend=0.0):
    axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=12, color=EDGE, linewidth=1,
                                   connectionstyle=f"arc3,rad={bend}", shrinkA=0, shrinkB=0))


axes.text(1, 60, "the youngest:", va="center")
axes.add_patch(Rectangle((1, 52), 18, 5.5, facecolor="#cccccc", edgecolor=EDGE, linewidth=0.8))
axes.text(10, 54.75, "direct sum", ha="center", va="center")
axes.text(21, 60, r"older: cells of ratio $2^{1/3}$ or $2^{1/6}$ in age, each with modes, rows and degrees of its own",
          va="center")
cell = row_of_boxes(21, 99, 52, 5.5, 18)
axes.text(80, 44, "slabs of the catalogue,\n0.2 % of the age wide;\ngroups of 1 to 28", va="center")
row_of_boxes(28, 78, 42, 4, 14)
for edge, to in ((21 + 9 * cell, 28), (21 + 10 * cell, 78)):
    axes.plot([edge, to], [52, 46], color="gray", linewidth=0.8)
step(27.5, 11.5, r"each source: $s=\rho^2/\tau$, one exponential $e^{-b_0 s}$, its powers by products; moments",
     r"$M_{r,m,p}=\sum_i e^{-n_r b_0 s_i}\,\{1,\ \Delta x_i,\ \Delta y_i\}\,\zeta_m(z_i)\,P_p(\tau_i)$")
step(18, 6, "once per group: the moments go into 8 Chebyshev moments in the age of their cell")
step(2, 12.5, r"once per realization, group and energy:  $e^{-s/4D}\approx\sum_r W_r(D)\,e^{-n_r b_0 s}$,  times",
     r"$e^{-(\Gamma+D k_m^2)\tau}/\tau$ at the Chebyshev ages: density and current")
for top, bottom in ((42, 39.3), (27.5, 24.3), (18, 14.8)):
    arrow((53, top), (53, bottom))
arrow((7, 52), (15.7, 8), 0.25)
figure.savefig(Path(__file__).with_suffix(".png"), dpi=150, bbox_inches="tight", pad_inches=0.05)
