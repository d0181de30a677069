"""The subcommand `validation`: what `greenhalo validate` compared, for each of its problems."""

import h5py
import numpy as np

from . import caption, curves, looks, page, result
from .errors import InputError

NAME = "validation"
HELP = "Grid solutions against Green functions, from a file of 'greenhalo validate'."
STARTS = ("exact field", "source on a node", "source between nodes")


def add_arguments(parser):
    """Declares the options."""
    parser.add_argument("grid", metavar="GRID.h5", help="file of 'greenhalo validate'")
    parser.add_argument("-o", "--output", metavar="FILE", default="validation.png",
                        help="figure to write, .png, .pdf or .svg (default: %(default)s)")
    parser.add_argument("--title", default="", metavar="TEXT", help="title above the frame (default: none)")
    parser.add_argument("--caption", default=None, metavar="TEXT",
                        help="text below the figure instead of the one that describes it; '' for none")


def read(path):
    """The problem, its datasets by name, energies, groups, the effective input and how many rows passed."""
    try:
        with h5py.File(path, "r") as file:
            problems = [name for name in file.get("grid", {}) if name in DRAW]
            if not problems:
                raise InputError(f"{path} holds no grid solution; 'greenhalo validate' writes them")
            data = {name: values[()] for name, values in file["grid"][problems[0]].items()}
            data["energy"] = np.atleast_1d(file["energy"][()])
            data["species"] = [name.decode() for name in file["species/name"][()]]
            data["passed"] = file["grid/comparison/passed"][()]
            config = {key: result.text(value) for key, value in file["config"].attrs.items()}
            return problems[0], data, config
    except OSError as error:
        raise InputError(f"{path} cannot be read: {str(error).splitlines()[0]}") from error


def draw_one_source(data, config):
    """Relative errors of density and gradient against the spacing, and against the step."""
    figure, (left, right) = page.frames(2)
    handles = []
    last = -1  # the last age
    finest = data["step"].reshape(3, 3, 3)
    for start in range(3):
        n = data["density"].reshape(3, 3, 3, -1)[start, ..., last]
        gradient = data["gradient"].reshape(3, 3, 3, -1, 3)[start, ..., last, :]
        true_n, true_gradient = data["green_density"][start, last], data["green_gradient"][start, last]
        h = data["spacing"].reshape(3, 3, 3)[start, :, -1]
        dt = finest[start, -1] * 1e-3
        for what, values, fill in (("$n$", n / true_n - 1, looks.colour(start)), (r"$\nabla n$", None, "white")):
            if values is None:
                size = np.linalg.norm(true_gradient)
                off = np.linalg.norm(gradient[:, -1] - true_gradient, axis=-1) / size
                steps = np.linalg.norm(gradient[-1] - _limit(dt, gradient[-1]), axis=-1) / size
            else:
                off = np.abs(values[:, -1])
                steps = np.abs(n[-1] - _limit(dt, n[-1])) / true_n
            style = {**looks.points(start, 5.0), "markerfacecolor": fill}
            handles.append(left.plot(h, off, label=f"{what}, {STARTS[start]}", **style)[0])
            right.plot(dt, steps, **style)
    for axes, x in ((left, data["spacing"]), (right, finest[:, -1] * 1e-3)):
        x = np.array([x.min(), x.max()])
        low, high = axes.get_ylim()
        anchor = np.sqrt(low * high) / x[0] ** 2
        axes.plot(x, anchor * x**2, color="0.5", linewidth=0.9)
        middle = np.sqrt(x[0] * x[1])
        axes.annotate("slope 2", (middle, anchor * middle**2), textcoords="offset points", xytext=(8, -10), color="0.4",
                      fontsize=8.5)
        axes.set_xlim(x[0] / 1.25, x[1] * 1.25)
    left.set_xlabel(r"spacing $h$  [kpc]")
    left.set_ylabel("relative error against the Green function")
    right.set_xlabel(r"time step $\Delta t$  [kyr]")
    right.set_ylabel(r"relative distance from $\Delta t \to 0$")
    text = (f"One source, density and gradient at the observer at an age of {caption.duration(data['age'][last])}. Left: three "
            "grids with the shortest steps, against the Green function; right: three steps on the finest grid, against "
            "their own limit.")
    return figure, [left, right], handles, text


def _limit(dt, values):
    """The constant of c + a dt^2 + b dt^3 through three values, along the first axis."""
    matrix = np.stack([np.ones(3), (dt / dt[0]) ** 2, (dt / dt[0]) ** 3], axis=1)
    return np.linalg.solve(matrix, values)[0]


def draw_many_sources(data, config):
    """Density and anisotropy at the observer against time, both curves."""
    figure, (left, right) = page.frames(2, log_y=False)
    time = data["time"] * 1e-6
    handles = []
    for e, energy in enumerate(data["energy"]):
        # as many as there are, they must not hide the lines
        look, symbols = looks.line(e), {**looks.points(e, 3.0), "markerfacecolor": "none", "markeredgewidth": 0.7}
        label = caption.energy(energy)
        n, green = data["density"][:, e].sum(0), data["green_density"][:, e].sum(0)
        handles.append(left.plot(time, green / green.mean(), label=f"{label}, Green functions", **look)[0])
        handles.append(left.plot(time, n / green.mean(), label=f"{label}, grid", clip_on=False, zorder=3, **symbols)[0])
        delta, right_delta = (np.linalg.norm(data[name][e], axis=-1) for name in ("anisotropy", "green_anisotropy"))
        right.plot(time, 1e3 * right_delta, **look)
        right.plot(time, 1e3 * delta, clip_on=False, zorder=3, **symbols)
    for axes in (left, right):
        axes.set_xscale("linear")
        page.linear_axis(axes.xaxis)
        page.linear_axis(axes.yaxis)
        axes.set_xlabel("time  [Myr]")
        axes.set_xlim(time[0], time[-1])
    left.set_ylabel(r"$n(t)\,/\,\overline{n}$")
    right.set_ylabel(r"$|\delta(t)|$  [$10^{-3}$]")
    text = (f"Density (left) and anisotropy (right) of {' '.join(data['species'])} at the observer as the sources of one "
            f"realization explode, counted from an age of {caption.duration(float(config['sources.minimum-age']))} on: lines, "
            f"superposed Green functions; symbols, the grid; {caption.common([config])}.")
    return figure, [left, right], handles, text


def draw_steady(data, config):
    """delta_A1 against energy, on both grids, by integration and of the ensemble."""
    figure, (left, right) = page.frames(2)
    energy, expected = data["energy"], data["expected_large_scale"]
    drawn = (("expected_large_scale", r"integration", looks.line(0)),
             ("large_scale", r"grid $(r, z)$", looks.points(1, 7.0)),
             ("box_large_scale", r"grid $(x, y, z)$", looks.points(2, 5.0)),
             ("median_large_scale", "median of the ensemble", looks.points(3, 4.2)))
    handles = []
    for name, label, look in drawn:
        values = (energy, data[name]) if "marker" in look else curves.extended(energy, data[name])
        handles.append(left.plot(*values, label=label, **look)[0])
        if name != "expected_large_scale":
            right.plot(energy, np.abs(data[name] / expected - 1), **look)
    for axes in (left, right):
        axes.set_xlabel(r"$E$  [GeV]")
        axes.set_xlim(*curves.energy_range(np.array([energy[0] / 2, energy[-1] * 2])))
    left.set_ylabel(r"$\delta_{A,1}$")
    right.set_ylabel("relative distance from the integration")
    text = (r"Anisotropy $\delta_{A,1}$ of the mean current of smooth sources: two grids, the integrals of greenhalo expect, "
            f"and the component-wise median of {config['ensemble.realizations']} realizations; {caption.common([config])}.")
    return figure, [left, right], handles, text


def draw_beyond(data, config):
    """delta_A1 of every halo, relative to the uniform one."""
    figure, (left, right) = page.frames(2)
    right.set_yscale("linear")
    page.linear_axis(right.yaxis)
    energy, handles = data["energy"], []
    for case, name in enumerate(data["name"]):
        uniform = data["exact_large_scale"][0]
        for panel, unit in ((left, np.ones_like(uniform)), (right, uniform)):
            panel.plot(*curves.extended(energy, data["exact_large_scale"][case] / unit), **looks.line(case))
            panel.plot(energy, data["large_scale"][case] / unit, zorder=3, **looks.points(case))
        handles.append(left.plot([], [], label=name.decode(), **looks.line(case), **looks.symbol(case))[0])
    for axes in (left, right):
        axes.set_xlabel(r"$E$  [GeV]")
        axes.set_xlim(*curves.energy_range(np.array([energy[0] / 2, energy[-1] * 2])))
    left.set_ylabel(r"$\delta_{A,1}$")
    right.set_ylabel(r"$\delta_{A,1}$ over that of the uniform halo")
    text = (r"Anisotropy $\delta_{A,1}$ of the mean current in halos that differ in one thing from the uniform one of the Green "
            f"function: lines, exact; symbols, grid; {caption.common([config])}.")
    return figure, [left, right], handles, text


DRAW = {"one_source": draw_one_source, "many_sources": draw_many_sources, "steady": draw_steady, "beyond": draw_beyond}


def run(options):
    """Draws the figure and says where it is."""
    page.check_output(options.output)
    problem, data, config = read(options.grid)
    figure, axes, handles, text = DRAW[problem](data, config)
    page.compose(figure, axes, [handles], options.title, text if options.caption is None else options.caption)
    page.save(figure, options.output)
    print(f"{options.output}: {problem.replace('_', '-')}, {int(data['passed'].sum())} of {data['passed'].size} comparisons passed")
