"""The subcommand `compare`: ensembles laid over each other, and the ratio of their medians to that of the first."""

import numpy as np

from . import amplitude, caption, curves, measurements, page, result, statistics
from .errors import InputError

NAME = "compare"
HELP = "Several ensembles in one frame: medians with 68 % bands, and beside them the ratio of their medians to the first."

# Apart for colour-blind readers, and in grey by the dashes and the brightness.
COLOURS = ("#000000", "#d55e00", "#0072b2", "#009e73", "#cc79a7")
LEVELS = (0.16, 0.5, 0.84)
FEW = 10  # realizations below which a 68 % band would be a guess: the curves themselves are drawn


def add_arguments(parser):
    """Declares the options."""
    parser.add_argument("result", metavar="RESULT.h5", nargs="+",
                        help=f"two to {len(COLOURS)} results of 'greenhalo run'; the first is the reference")
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
    colour, dash = COLOURS[number], curves.DASHES[number % len(curves.DASHES)]
    median = statistics.quantiles(value, LEVELS)
    if len(value) < FEW:
        for curve in value:
            axes.plot(energy, curve, color=colour, linestyle=dash, linewidth=0.4, alpha=0.6, zorder=1.5)
    else:
        axes.fill_between(energy, median[0], median[2], color=colour, alpha=0.16, linewidth=0, zorder=1)
        for edge in (0, 2):
            axes.plot(energy, median[edge], color=colour, linestyle=dash, linewidth=0.4, zorder=1.5)
    return axes.plot(energy, median[1], color=colour, linestyle=dash, linewidth=1.4, zorder=3, label=name,
                     marker="o" if energy.size == 1 else "", markersize=4)[0]


def describe(counts, configs, names, projection, shown):
    """The text below the figure."""
    symbol = r"$|\delta|\,\cos\,\mathrm{dec}$" if projection else r"$|\delta|$"
    many = [str(count) for count in counts]
    number = many[0] if len(set(many)) == 1 else " and ".join([", ".join(many[:-1]), many[-1]])
    spread = "; ".join(words for words, present in (("bands: 68 %", max(counts) >= FEW),
                                                    ("thin: single realizations", min(counts) < FEW)) if present)
    text = f"Left: median of {symbol} over {number} realizations; {spread}. Right: medians over that of {names[0]}."
    if common := caption.common(configs):
        text += f" All: {common}."
    if shown:
        text += r" Measured points: right-ascension projections, $|\delta|\,\cos\,\mathrm{dec}$."
    return text


def run(options):
    """Draws the figure and says where it is."""
    page.check_output(options.output)
    if not 2 <= len(options.result) <= len(COLOURS):
        raise InputError(f"compare takes two to {len(COLOURS)} results, not {len(options.result)}")
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
    ranges = [amplitude.frame_range(value if len(value) < FEW else statistics.quantiles(value, LEVELS), shown)
              for value in values]
    left.set_ylim(min(r[0] for r in ranges), max(r[1] for r in ranges))
    symbol = r"$|\delta|\,\cos\,\mathrm{dec}$" if options.projection else r"$|\delta|$"
    left.set_ylabel(f"anisotropy amplitude  {symbol}")

    right.set_yscale("linear")
    right.axhline(1.0, color=COLOURS[0], linewidth=1.0)
    reference = (results[0].energy, values[0])
    for number, (data, value) in enumerate(zip(results[1:], values[1:]), start=1):
        energy, ratio = median_ratio(reference, (data.energy, value))
        right.plot(energy, ratio, color=COLOURS[number], linestyle=curves.DASHES[number % len(curves.DASHES)],
                   linewidth=1.4, marker="o" if energy.size == 1 else "", markersize=4)
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
