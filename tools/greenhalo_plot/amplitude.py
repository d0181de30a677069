"""The subcommand `amplitude`: amplitude of the anisotropy against energy, with the measured points."""

import numpy as np

from . import caption, curves, measurements, page, result, sky
from .errors import InputError

NAME = "amplitude"
HELP = "Amplitude of the dipole anisotropy against energy: all realizations, their mean, measured points."

def add_arguments(parser):
    """Declares the options."""
    parser.add_argument("result", metavar="RESULT.h5", nargs="+",
                        help="results of 'greenhalo run'; several are drawn side by side")
    parser.add_argument("-o", "--output", metavar="FILE", default="amplitude.png",
                        help="figure to write, .png, .pdf or .svg (default: %(default)s)")
    parser.add_argument("--projection", action="store_true",
                        help="draw |delta| cos(dec), which arrays measure, instead of |delta|")
    parser.add_argument("--no-data", action="store_true", help="leave the measured points out")
    parser.add_argument("--title", default="", metavar="TEXT", help="title above the frame (default: none)")
    parser.add_argument("--caption", default=None, metavar="TEXT",
                        help="text below the figure instead of the one that describes it; '' for none")


def amplitudes(data, projection):
    """Amplitudes [M, nE] of a Result; NaN also where it is zero, which a logarithmic axis cannot show."""
    vector = data.anisotropy
    value = sky.right_ascension_projection(vector) if projection else np.linalg.norm(vector, axis=-1)
    return np.where(value > 0.0, value, np.nan)


def _drawn(counts, symbol):
    """What the curves are, for results with these numbers of realizations."""
    few, many = (" and ".join(str(c) for c in sorted(set(counts)) if curves.are_many(c) == above)
                 for above in (False, True))
    parts = []
    if few:
        parts.append(f"curve: {symbol} of one realization" if few == "1" else
                     f"curves: {symbol} of {few} realizations; staircase: their mean")
    if many:
        parts.append(f"curve and bands: median, 68 % and 95 % of {symbol} over {many} realizations")
    words = "; ".join(parts)
    return words[0].upper() + words[1:]


def describe(results, projection, shown):
    """The text below the figure of one or more results; `shown` are the experiments with the points in the frame."""
    data = results[0]
    counts = [len(r.anisotropy) for r in results]
    model = caption.common([r.config for r in results])
    symbol = r"$|\delta|\,\cos\,\mathrm{dec}$ (the right-ascension projection)" if projection else r"$|\delta|$"
    words = f"{_drawn(counts, symbol)}{'; ' + model if model else ''}."
    if not curves.are_many(min(counts)) and any(r.config.get("injection.mode") == "continuous" for r in results):
        words += (" Teeth: a group's onset at a near remnant, and its end, are sharper than the "
                  f"{data.config.get('energy.points-per-decade', 'few')} energies per decade.")
    planned = sum(r.planned for r in results)
    if planned > sum(counts):
        words += f" Not computed yet: {planned - sum(counts)} of {planned} realizations."
    if shown:
        words += " Measured points: " + ("the same projection" if projection else
                                         r"right-ascension projections, $|\delta|\,\cos\,\mathrm{dec}$")
        if any(np.isnan(e.err_high[inside & ~e.upper_limit]).any() for e, inside in shown):
            words += "; without bars: errors smaller than the symbol"
        if any(e.compatible_with_zero[inside].any() for e, inside in shown):
            words += "; a bar down to the frame: compatible with zero"
        if any(e.upper_limit[inside].any() for e, inside in shown):
            words += "; arrows: upper limits"
        words += "."
    return words


def frame_range(curves, shown):
    """The range of amplitudes in the frame: all points, and the curves but for their deepest dips."""
    values = [np.nanquantile(curves, 0.005), np.nanmax(curves)]
    for experiment, inside in shown:
        values += [experiment.amplitude[inside].min() / 1.6, experiment.amplitude[inside].max() * 1.3]
    low, high = min(values) / 1.25, max(values) * 1.25
    # At least one decade, or the axis would have no labelled tick.
    middle = np.sqrt(low * high)
    return min(low, middle / 10**0.5), max(high, middle * 10**0.5)


def run(options):
    """Draws the figure and says where it is."""
    page.check_output(options.output)
    results = [result.read(path) for path in options.result]
    values = [amplitudes(data, options.projection) for data in results]
    for path, value in zip(options.result, values):
        if not np.isfinite(value).any():
            raise InputError(f"{path}: no realization has an anisotropy at any energy, nothing to draw")

    figure, panels = page.frames(len(results))
    low, high = curves.energy_range(np.concatenate([data.energy for data in results]))
    experiments = [] if options.no_data else measurements.experiments()
    shown = [(experiment, inside) for experiment in experiments
             if (inside := (experiment.energy >= low) & (experiment.energy <= high)).any()]
    ranges = [frame_range(value, shown) for value in values]
    symbol = r"$|\delta|\,\cos\,\mathrm{dec}$" if options.projection else r"$|\delta|$"
    lines = []
    for axes, data, value in zip(panels, results, values):
        lines += curves.draw_realizations(axes, data.energy, value)
        markers = [measurements.draw(axes, experiment) for experiment, _ in shown]
        axes.set_xlim(low, high)
        axes.set_ylim(min(r[0] for r in ranges), max(r[1] for r in ranges))
        axes.set_xlabel(r"$E$  [GeV]")
        if axes is panels[0]:
            axes.set_ylabel(f"anisotropy amplitude  {symbol}")
        if len(panels) > 1:
            axes.set_title(caption.differences(data.config, [r.config for r in results]))
    text = describe(results, options.projection, shown) if options.caption is None else options.caption
    page.compose(figure, panels, [group for group in (page.unlike(lines), markers) if group], options.title, text)
    page.save(figure, options.output)
    print(f"{options.output}: " + ", ".join(
        f"{len(value)} of {data.planned} realizations" for data, value in zip(results, values)) +
        f", {results[0].energy.size} energies, {len(shown)} experiments")
