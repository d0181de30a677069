"""The subcommand `spectrum`: the all-particle spectrum and its groups, with Gaisser's H3a."""

import h5py
import numpy as np

from . import caption, curves, looks, page, result, statistics
from .errors import InputError

NAME = "spectrum"
HELP = "All-particle spectrum and its groups, with the H3a parametrization of Gaisser."

LIGHT = 2.99792458e10  # cm/s

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


def _look(number):
    """The look of a group: black is that of all particles."""
    return {**looks.line(number, 1.1), "color": looks.colour(number + 1)}


def describe(data, count, with_h3a):
    """The text below the figure."""
    lines = "Lines: one realization" if count == 1 else (
        f"Lines: median of {count} realizations; {curves.scatter_in_words([count])}")
    text = f"{lines}; {caption.model(data.config)}."
    if with_h3a:
        text += (" Dotted: first population of the parametrization H3a by Gaisser (2012), all particles in grey, its groups "
                 "with full symbols.")
    return text


def run(options):
    """Draws the figure and says where it is."""
    page.check_output(options.output)
    data = result.read(options.result)
    names, flux = fluxes(options.result)
    energy, scale = data.energy, data.energy**2.7
    figure, axes = page.log_frame()
    count = len(flux)

    def draw(values, look):
        if count > 1:
            curves.draw_scatter(axes, energy, values, look)
        return statistics.quantiles(values, (0.5,))[0]

    look = looks.line(0, 1.7)
    median = draw(flux.sum(axis=1) * scale, look)
    handles = axes.plot(*curves.extended(energy, median), zorder=3, label="all particles", **look)
    top, bottom = np.nanmax(median), np.inf
    for number, name in enumerate(names):
        look = _look(number)
        median = draw(flux[:, number] * scale, look)
        axes.plot(*curves.extended(energy, median), zorder=2.5, **curves.with_symbol(look, number, energy, len(names)))
        # the sample of the legend has its symbol in the middle
        handles += axes.plot([], [], label=name, **look, **looks.symbol(number))
        bottom = min(bottom, median[median > 0].max() if (median > 0).any() else bottom)
    if not options.no_h3a:
        parts = h3a(energy) * scale
        for (name, *_), part in zip(H3A, parts):
            if name in names:
                number = names.index(name)
                look = {**_look(number), "linestyle": looks.DOTTED}
                axes.plot(*curves.extended(energy, part), zorder=2,
                          **curves.with_symbol(look, number, energy, len(names), fill=look["color"]))
        handles += axes.plot(*curves.extended(energy, parts.sum(axis=0)), color="0.45", linewidth=2.0,
                             linestyle=looks.DOTTED, label="H3a, all particles", zorder=2)
        top = max(top, parts.sum(axis=0).max())
    axes.set_xlim(*curves.energy_range(data.energy))
    axes.set_ylim(bottom / 30.0, top * 2.0)
    axes.set_xlabel(r"$E$  [GeV per particle]")
    axes.set_ylabel(r"$E^{2.7} J$  [m$^{-2}$ s$^{-1}$ sr$^{-1}$ GeV$^{1.7}$]")
    text = describe(data, count, not options.no_h3a) if options.caption is None else options.caption
    page.compose(figure, axes, [handles], options.title, text)
    page.save(figure, options.output)
    print(f"{options.output}: spectra of {count} realizations, {len(names)} groups")
