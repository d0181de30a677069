"""The subcommand `moments`: delta_A1 and delta_A2 against energy, by integration and of ensembles."""

from dataclasses import dataclass

import h5py
import numpy as np

from . import caption, curves, looks, page, result
from .errors import InputError

NAME = "moments"
HELP = ("Large-scale and small-scale anisotropy, delta_A1 and delta_A2, by integration ('greenhalo expect') and of ensembles "
        "('greenhalo run').")


@dataclass(frozen=True)
class Moments:
    """delta_A1 and delta_A2 [nE] at energies in GeV, and the effective input; `realizations` is 0 for integrals."""

    energy: np.ndarray
    large: np.ndarray
    small: np.ndarray
    config: dict
    realizations: int = 0


def add_arguments(parser):
    """Declares the options."""
    parser.add_argument("moments", metavar="MOMENTS.h5", nargs="+",
                        help="files of 'greenhalo expect' and results of 'greenhalo run', drawn together")
    parser.add_argument("-o", "--output", metavar="FILE", default="moments.png",
                        help="figure to write, .png, .pdf or .svg (default: %(default)s)")
    parser.add_argument("--title", default="", metavar="TEXT", help="title above the frame (default: none)")
    parser.add_argument("--caption", default=None, metavar="TEXT",
                        help="text below the figure instead of the one that describes it; '' for none")


def read(path):
    """Energies in GeV, delta_A1, delta_A2 and the effective input of a file of 'greenhalo expect'."""
    try:
        with h5py.File(path, "r") as file:
            if "expect" not in file:
                raise InputError(f"{path} holds no moments; 'greenhalo expect' writes them, and 'greenhalo run' those of its "
                                 "ensemble")
            config = {key: result.text(value) for key, value in file["config"].attrs.items()}
            return (np.atleast_1d(file["energy"]), np.atleast_1d(file["expect/large_scale"]),
                    np.atleast_1d(file["expect/small_scale"]), config)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {str(error).splitlines()[0]}") from error


def load(path):
    """The Moments of a file of 'greenhalo expect', or those of the ensemble of a finished 'greenhalo run'."""
    try:
        with h5py.File(path, "r") as file:
            if "ensemble" not in file:
                return Moments(*read(path))
            count = int(file["ensemble/realizations"][()])
            if count < 2:
                raise InputError(f"{path}: " + ("one realization has no fluctuations" if count else
                                                "the statistics are not there yet; the run has not finished"))
            config = {key: result.text(value) for key, value in file["config"].attrs.items()}
            return Moments(np.atleast_1d(file["energy"]), np.atleast_1d(file["ensemble/delta_A1"]),
                           np.atleast_1d(file["ensemble/delta_A2"]), config, count)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {str(error).splitlines()[0]}") from error


def rise_of_ratio(path, above, below, low, high):
    """Relative rise of the ratio of the mean densities of two groups between two energies in GeV, without the exponential
    cuts of their spectra."""
    with h5py.File(path, "r") as file:
        names = [result.text(name) for name in file["species/name"]]
        energy, density = np.atleast_1d(file["energy"]), np.asarray(file["expect/density"])
        cut = float(result.text(file["config"].attrs["injection.max-energy"])) * np.asarray(file["species/charge"])
    uncut = density * np.exp(energy / cut[:, None])
    at = [int(np.argmin(np.abs(np.log(energy / wanted)))) for wanted in (low, high)]
    ratio = uncut[names.index(above)][at] / uncut[names.index(below)][at]
    return float(ratio[1] / ratio[0] - 1.0)


def dashes(number, count):
    """Dashes of one of `count` models: those of the others fall into its gaps, so that equal curves are all seen."""
    if count == 1:
        return looks.DASHES[1]
    length = 3.0
    return number * length, (length, length * (count - 1))


def _minimum_age(config):
    """How T_min is chosen, as text."""
    value = config.get("expect.minimum-age", "auto")
    return ("T_min by the rule (3.12): one source is expected within the diffusion length in this time" if value == "auto" else
            f"T_min = {caption.duration(float(value))}").replace("T_min", r"$T_\mathrm{min}$")


def describe(configs, counts=None):
    """The text below the figure; `counts` are the realizations of each, 0 for integrals."""
    counts = counts or [0] * len(configs)
    integrals = [config for config, count in zip(configs, counts) if count == 0]
    ensembles = [config for config, count in zip(configs, counts) if count > 0]
    groups = {config.get("species.names", "") for config in configs}
    drawn = [words for words, present in ((r"full lines: $\delta_{A,1}$, from the mean gradient; dashed: $\delta_{A,2}$, from the "
                                           "fluctuations of single sources; by integration", integrals),
                                          (r"full symbols: $\delta_{A,1}$, from the mean current of an ensemble; open: "
                                           r"$\delta_{A,2}$, from its variance", ensembles)) if present]
    text = "; ".join([*drawn, caption.common(configs)])
    text = text[0].upper() + text[1:]
    if len(groups) == 1 and "" not in groups:
        text += f"; groups: {', '.join(groups.pop().split())}"
    ages = list(dict.fromkeys(_minimum_age(config) for config in integrals))
    text += f". {'; '.join(ages)}." if ages else "."
    if any(float(config.get("sources.minimum-age", "0")) == 0.0 for config in ensembles):
        text += " Without a minimum age the variance of an ensemble does not converge."
    return text


def _draw(axes, data, look, words, position):
    """Lines for integrals, points for ensembles, both with the symbol of the model; returns the handles."""
    number, count = position
    colour = look["color"]
    if data.realizations:
        words = f"{words + ', ' if words else ''}{data.realizations} realizations"
        return [axes.plot(data.energy, values, label=rf"$\delta_{{A,{part}}}$  {words}", color=colour, linestyle="none",
                          clip_on=False, zorder=2.5, **looks.symbol(number, 4.2, fill))[0]
                for part, values, fill in ((1, data.large, colour), (2, data.small, "white"))]
    if count > 1:
        look = curves.with_symbol(look, number, data.energy, count, size=4.6)
    large = axes.plot(*curves.extended(data.energy, data.large), label=rf"$\delta_{{A,1}}$  {words}".strip(), **look)[0]
    axes.plot(*curves.extended(data.energy, data.small), linestyle=dashes(*position), **look)
    # the sample of the legend is too short for gaps that wide
    return [large, axes.plot([], [], linestyle=looks.DASHES[3], label=rf"$\delta_{{A,2}}$  {words}".strip(), **look)[0]]


def run(options):
    """Draws the figure and says where it is."""
    page.check_output(options.output)
    files = [load(path) for path in options.moments]
    figure, axes = page.log_frame()
    configs = [data.config for data in files]
    handles = []
    names = [caption.differences(config, configs) if len(files) > 1 else "" for config in configs]
    groups = [config.get("species.names", "").split() for config in configs]
    order = list(dict.fromkeys(names))
    most = max(len(names_of) for names_of in groups)
    for data, name, members in zip(files, names, groups):
        # a colour and a symbol for each model, a thin line where it is computed for fewer groups
        look = {"color": looks.colour(order.index(name)), "linewidth": 1.9 if len(members) == most else 0.9}
        words = name
        if len({len(names_of) for names_of in groups}) > 1:
            words += ", protons" if members == ["H"] else f", {len(members)} groups"
        handles += _draw(axes, data, look, words, (order.index(name), len(order)))
    axes.set_xlim(*curves.energy_range(np.concatenate([data.energy for data in files])))
    axes.set_xlabel(r"$E$  [GeV]")
    axes.set_ylabel("anisotropy amplitude")
    text = describe(configs, [data.realizations for data in files]) if options.caption is None else options.caption
    page.compose(figure, axes, [handles], options.title, text)
    page.save(figure, options.output)
    print(f"{options.output}: moments of {len(files)} model{'s' if len(files) > 1 else ''}")
