"""The subcommand `distribution`: how the amplitude is spread, and how well its quantiles are known."""

import numpy as np

from . import caption, curves, looks, page, result
from .errors import InputError

NAME = "distribution"
HELP = "Histograms of the amplitude at some energies, and the quantiles of the ensemble with their intervals."

MOST_ENERGIES = 4
LEAST_REALIZATIONS = 10


def add_arguments(parser):
    """Declares the options."""
    parser.add_argument("result", metavar="RESULT.h5", help="a result of 'greenhalo run'")
    parser.add_argument("-o", "--output", metavar="FILE", default="distribution.png",
                        help="figure to write, .png, .pdf or .svg (default: %(default)s)")
    parser.add_argument("--energy", metavar="GEV", type=float, nargs="+", default=None,
                        help=f"up to {MOST_ENERGIES} energies in GeV; the nearest of the result are taken "
                             "(default: the lowest, the middle and the highest)")
    parser.add_argument("--title", default="", metavar="TEXT",
                        help="title above the first frame (default: none)")
    parser.add_argument("--caption", default=None, metavar="TEXT",
                        help="text below the figure instead of the one that describes it; '' for none")


def chosen_energies(energy, wanted):
    """Indices of the energies to draw, each once."""
    if wanted is None:
        return sorted({0, energy.size // 2, energy.size - 1})
    if len(wanted) > MOST_ENERGIES:
        raise InputError(f"--energy takes up to {MOST_ENERGIES} energies, not {len(wanted)}")
    for value in wanted:
        if not energy[0] / 1.2 <= value <= energy[-1] * 1.2:
            raise InputError(f"--energy {value:g}: the result has {energy[0]:g} to {energy[-1]:g} GeV")
    return sorted({int(np.argmin(np.abs(np.log(energy / value)))) for value in wanted})


def histogram(amplitude):
    """Edges and share of realizations per decade of the amplitudes that exist (Freedman & Diaconis)."""
    logs = np.log10(amplitude[amplitude > 0.0])
    low, high = np.quantile(logs, (0.25, 0.75))
    width = max(2.0 * (high - low) / logs.size ** (1 / 3), (logs.max() - logs.min()) / 200.0, 1e-3)
    bins = max(1, int(np.ceil((logs.max() - logs.min()) / width)))
    counts, edges = np.histogram(logs, bins=bins)
    return 10.0**edges, counts / amplitude.size / np.diff(edges)


def describe(data, count):
    """The text below the figure."""
    model = caption.model(data.config)
    return (rf"Left: distribution of $|\delta|$ over {count} realizations. Right: its quantiles at 2.5, 16, 50, "
            r"84 and 97.5 %; bands: 68 % intervals of each quantile by the bootstrap"
            + (f"; {model}." if model else "."))


def _draw_histograms(axes, data, chosen):
    handles, tops, lows, highs = [], [], [], []
    for number, at in enumerate(chosen):
        values = data.amplitude[:, at]
        values = values[np.isfinite(values)]
        if not (values > 0.0).any():
            continue
        edges, share = histogram(values)
        # an empty bin has no place on a logarithmic axis: the line is broken there
        handles.append(axes.stairs(np.where(share > 0.0, share, np.nan), edges, baseline=None,
                                   label=f"{caption.energy(data.energy[at])}", **looks.line(number, 1.2)))
        tops.append((share.max(), share[share > 0.0].min()))
        lows.append(edges[0])
        highs.append(edges[-1])
    if not handles:
        raise InputError("no realization has an anisotropy at these energies, nothing to draw")
    axes.set_xlim(min(lows) / 1.2, max(highs) * 1.2)
    axes.set_ylim(min(low for _, low in tops) / 2.0, max(top for top, _ in tops) * 2.0)
    axes.set_xlabel(r"anisotropy amplitude  $|\delta|$")
    axes.set_ylabel("share of realizations per decade")
    return handles


def _draw_quantiles(axes, data):
    energy = data.energy
    value, low, high = (data.statistics[name] for name in
                        ("amplitude_quantile", "amplitude_quantile_low", "amplitude_quantile_high"))
    if energy.size == 1:
        energy = np.array(curves.energy_range(energy))
        value, low, high = (np.repeat(each, 2, axis=1) for each in (value, low, high))
    handles = []
    dotted, dashed = looks.DOTTED, looks.DASHES[1]
    lines = (("95 %", dotted, "0.75"), ("68 %", dashed, "0.62"), ("median", "-", "0.5"), ("", dashed, "0.62"),
             ("", dotted, "0.75"))
    for level, (label, style, colour) in enumerate(lines):
        axes.fill_between(energy, low[level], high[level], color=colour, linewidth=0, zorder=1)
        line = axes.plot(energy, value[level], color="black", linestyle=style, linewidth=1.0, zorder=2,
                         label=label)[0]
        if label:
            handles.insert(0, line)
    axes.set_xlim(*curves.energy_range(data.energy))
    axes.set_ylim(np.nanmin(low) / 1.4, np.nanmax(high) * 1.4)
    axes.set_xlabel(r"$E$  [GeV]")
    axes.set_ylabel(r"anisotropy amplitude  $|\delta|$")
    return handles


def run(options):
    """Draws the figure and says where it is."""
    page.check_output(options.output)
    data = result.read_ensemble(options.result)
    count = len(data.amplitude)
    if count < LEAST_REALIZATIONS:
        raise InputError(f"{options.result}: {count} realizations have no distribution; "
                         f"the figure needs {LEAST_REALIZATIONS} or more")
    chosen = chosen_energies(data.energy, options.energy)
    figure, panels = page.frames(2)
    histograms = _draw_histograms(panels[0], data, chosen)
    quantiles = _draw_quantiles(panels[1], data)
    text = describe(data, count) if options.caption is None else options.caption
    page.compose(figure, panels, [histograms, quantiles], options.title, text)
    page.save(figure, options.output)
    print(f"{options.output}: {count} realizations, histograms at {len(histograms)} energies")
