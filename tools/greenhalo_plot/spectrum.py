"""The subcommand `spectrum`: the all-particle spectrum and its groups, with Gaisser's H3a."""

import h5py
import numpy as np

from . import caption, curves, page, result, statistics
from .errors import InputError

NAME = "spectrum"
HELP = "All-particle spectrum and its groups, with the H3a parametrization of Gaisser."

LIGHT = 2.99792458e10  # cm/s
GREYS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00")

# Dots are left to the parametrization.
DASHES = ("-", (0, (5, 1.6)), (0, (6, 1.5, 1.2, 1.5)), (0, (2.6, 1.2)), (0, (9, 2)))

# Gaisser 2012 (Astropart. Phys. 35, 801), H3a, first population: a [m^-2 s^-1 sr^-1], gamma, Z; cut at Z 4 PV.
H3A = (("H", 7860.0, 1.66, 1.0), ("He", 3550.0, 1.58, 2.0), ("CNO", 2200.0, 1.63, 6.0),
       ("MgAlSi", 1430.0, 1.67, 14.0), ("Fe", 2120.0, 1.63, 26.0))
H3A_CUT = 4e6  # GV


def add_arguments(parser):
    """Declares the options."""
    parser.add_argument("result", metavar="RESULT.h5", help="a result of 'greenhalo run' with stored densities")
    parser.add_argument("-o", "--output", metavar="FILE", default="spectrum.png",
                        help="figure to write, .png, .pdf or .svg (default: %(default)s)")
    parser.add_argument("--no-h3a", action="store_true", help="leave the parametrization out")
    parser.add_argument("--title", default="", metavar="TEXT", help="title above the frame (default: none)")
    parser.add_argument("--caption", default=None, metavar="TEXT",
                        help="text below the figure instead of the one that describes it; '' for none")


def h3a(energy):
    """Flux dN/dE [groups, nE] in m^-2 s^-1 sr^-1 GeV^-1 of the first population at energies in GeV."""
    energy = np.asarray(energy, dtype=float)
    return np.array([a * energy ** (-gamma - 1.0) * np.exp(-energy / (charge * H3A_CUT))
                     for _, a, gamma, charge in H3A])


def fluxes(path):
    """Names and fluxes [M, nS, nE] in m^-2 s^-1 sr^-1 GeV^-1 of the complete realizations of a result file."""
    with h5py.File(path, "r") as file:
        if "density" not in file["realizations"]:
            raise InputError(f"{path} does not store the realizations' density: run with output.realizations = all")
        complete = np.asarray(file["realizations/complete"]) == 1
        density = np.asarray(file["realizations/density"])[complete]
        names = [result.text(name) for name in file["species/name"]]
    return names, density * LIGHT / (4.0 * np.pi) * 1e4


def run(options):
    """Draws the figure and says where it is."""
    page.check_output(options.output)
    data = result.read(options.result)
    names, flux = fluxes(options.result)
    scale = data.energy**2.7
    figure, axes = page.log_frame()
    total = flux.sum(axis=1) * scale
    count = len(total)
    handles = []
    levels = statistics.quantiles(total, (0.16, 0.5, 0.84))
    if count > 1:
        handles.append(axes.fill_between(data.energy, levels[0], levels[2], color="0.85", linewidth=0,
                                         label="all particles, 68 %"))
    handles.append(axes.plot(data.energy, levels[1], color="black", linewidth=1.6, label="all particles")[0])
    top, bottom = levels[2].max(), np.inf
    for number, name in enumerate(names):
        group = statistics.quantiles(flux[:, number] * scale, (0.16, 0.5, 0.84))
        colour = GREYS[number % len(GREYS)]
        if count > 1:
            axes.fill_between(data.energy, group[0], group[2], color=colour, alpha=0.15, linewidth=0)
        handles.append(axes.plot(data.energy, group[1], color=colour, linewidth=1.0,
                                 linestyle=DASHES[number % len(DASHES)], label=name)[0])
        bottom = min(bottom, group[1][group[1] > 0].max() if (group[1] > 0).any() else bottom)
    if not options.no_h3a:
        parts = h3a(data.energy) * scale
        for (name, *_), part in zip(H3A, parts):
            if name in names:
                axes.plot(data.energy, part, color=GREYS[names.index(name) % len(GREYS)], linewidth=1.3, alpha=0.8,
                          linestyle=(0, (1, 1.6)))
        handles.append(axes.plot(data.energy, parts.sum(axis=0), color="0.45", linewidth=2.2, alpha=0.8,
                                 linestyle=(0, (1, 1)), label="H3a, sum and groups")[0])
        top = max(top, parts.sum(axis=0).max())
    axes.set_xlim(*curves.energy_range(data.energy))
    axes.set_ylim(bottom / 30.0, top * 2.0)
    axes.set_xlabel(r"$E$  [GeV per particle]")
    axes.set_ylabel(r"$E^{2.7} J$  [m$^{-2}$ s$^{-1}$ sr$^{-1}$ GeV$^{1.7}$]")
    text = options.caption
    if text is None:
        text = f"Lines: median of {count} realization{'s' if count > 1 else ''}" + \
               ("; bands: 68 %" if count > 1 else "") + f"; {caption.model(data.config)}."
        if not options.no_h3a:
            text += (" Dotted: first population of the parametrization H3a by Gaisser (2012), all particles in grey, its groups "
                     "in the colours of ours.")
    page.compose(figure, axes, [handles], options.title, text)
    page.save(figure, options.output)
    print(f"{options.output}: spectra of {count} realizations, {len(names)} groups")
