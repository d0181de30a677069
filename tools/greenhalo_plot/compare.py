"""The subcommand `compare`: ensembles laid over each other, and the ratio of their medians to that of the first."""

import numpy as np

from . import amplitude, caption, curves, looks, measurements, page, result, statistics
from .errors import InputError

NAME = "compare"
HELP = "Several ensembles in one frame: medians with 68 and 95 % bands, and beside them the ratio of their medians to the first."

MOST = len(looks.DASHES)  # which tell them apart in grey


def add_arguments(parser):
    """Declares the options."""
    parser.add_argument("result", metavar="RESULT.h5", nargs="+",
                        help=f"two to {MOST} results of 'greenhalo run'; the first is the reference")
    parser.add_argument("-o", "--output", metavar="FILE", default="compare.png",
                        help="figure to write, .png, .pdf or .svg (default: %(default)s)")
    parser.add_argument("--projection", action="store_true",
                        help="draw |delta| cos(dec), which arrays measure, instead of |delta|")
    parser.add_argument("--data", action="store_true", help="draw the measured points as well")
    parser.add_argument("--title", default="", metavar="TEXT", help="title above the first frame (default: none)")
    parser.add_argument("--caption", default=None, metavar="TEXT",
                        help="text below the figure instead of the one that describes it; '' for none")


def names_of(paths, configs):
    """What tells the models apart; the files' names where their inputs do not."""
    names = [caption.differences(config, configs) for config in configs]
    return names if len(set(names)) == len(names) else [str(path) for path in paths]


def median_ratio(reference, other):
    """Energies that two ensembles (energy, value [M, nE]) share, and the ratio of their medians there."""
    (energy, value), (energies, values) = reference, other
    pairs = [(i, int(np.argmin(np.abs(energies / e - 1.0)))) for i, e in enumerate(energy)]
    pairs = [(i, j) for i, j in pairs if abs(energies[j] / energy[i] - 1.0) < 1e-6]
    if not pairs:
        return np.array([]), np.array([])
    here, there = map(list, zip(*pairs))
    first, second = statistics.quantiles(value, (0.5,))[0], statistics.quantiles(values, (0.5,))[0]
    return energy[here], second[there] / first[here]


def _draw(axes, energy, value, number, name):
    look = looks.line(number, 1.5)
    curves.draw_scatter(axes, energy, value, look)
    median = statistics.quantiles(value, (0.5,))[0]
    return axes.plot(*curves.extended(energy, median), zorder=3, label=name, **look)[0]


def describe(counts, configs, names, projection, shown):
    """The text below the figure."""
    symbol = r"$|\delta|\,\cos\,\mathrm{dec}$" if projection else r"$|\delta|$"
    many = [str(count) for count in counts]
    number = many[0] if len(set(many)) == 1 else " and ".join([", ".join(many[:-1]), many[-1]])
    text = (f"Left: median of {symbol} over {number} realizations; {curves.scatter_in_words(counts)}. "
            f"Right: medians over that of {names[0]}.")
    if common := caption.common(configs):
        text += f" All: {common}."
    if shown:
        text += r" Measured points: right-ascension projections, $|\delta|\,\cos\,\mathrm{dec}$."
    return text


def run(options):
    """Draws the figure and says where it is."""
    page.check_output(options.output)
    if not 2 <= len(options.result) <= MOST:
        raise InputError(f"compare takes two to {MOST} results, not {len(options.result)}")
    results = [result.read(path) for path in options.result]
    values = [amplitude.amplitudes(data, options.projection) for data in results]
    for path, value in zip(options.result, values):
        if not np.isfinite(value).any():
            raise InputError(f"{path}: no realization has an anisotropy at any energy, nothing to draw")
    configs = [data.config for data in results]
    names = names_of(options.result, configs)
    figure, (left, right) = page.frames(2)
    handles = [_draw(left, data.energy, value, number, name)
               for number, (data, value, name) in enumerate(zip(results, values, names))]
    low, high = curves.energy_range(np.concatenate([data.energy for data in results]))
    shown = [(experiment, inside) for experiment in (measurements.experiments() if options.data else [])
             if (inside := (experiment.energy >= low) & (experiment.energy <= high)).any()]
    markers = [measurements.draw(left, experiment) for experiment, _ in shown]
    ranges = [amplitude.frame_range(statistics.quantiles(value, curves.LEVELS) if curves.are_many(len(value)) else value,
                                    shown) for value in values]
    left.set_ylim(min(r[0] for r in ranges), max(r[1] for r in ranges))
    symbol = r"$|\delta|\,\cos\,\mathrm{dec}$" if options.projection else r"$|\delta|$"
    left.set_ylabel(f"anisotropy amplitude  {symbol}")

    ratios = [median_ratio((results[0].energy, values[0]), (data.energy, value)) for data, value in zip(results, values)]
    every = np.concatenate([ratio[np.isfinite(ratio) & (ratio > 0.0)] for _, ratio in ratios] + [np.ones(1)])
    if every.max() / every.min() < 10.0:
        right.set_yscale("linear")
        page.linear_axis(right.yaxis)
    right.axhline(1.0, **looks.line(0, 1.0))
    for number, (energy, ratio) in enumerate(ratios):
        if number > 0 and energy.size:
            right.plot(*curves.extended(energy, ratio), **looks.line(number, 1.5))
    right.set_ylabel("ratio of medians")
    for axes in (left, right):
        axes.set_xlim(low, high)
        axes.set_xlabel(r"$E$  [GeV]")
    text = options.caption
    if text is None:
        text = describe([len(value) for value in values], configs, names, options.projection, shown)
    page.compose(figure, [left, right], [group for group in (handles, markers) if group], options.title, text)
    page.save(figure, options.output)
    print(f"{options.output}: {len(results)} ensembles of " + ", ".join(str(len(value)) for value in values) +
          " realizations")
