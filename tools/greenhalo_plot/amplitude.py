"""The subcommand `amplitude`: amplitude of the anisotropy against energy, with the measured points."""

import numpy as np

from . import caption, measurements, page, result, sky, statistics
from .errors import InputError

NAME = "amplitude"
HELP = "Amplitude of the dipole anisotropy against energy: all realizations, their mean, measured points."

# Above this number single curves cannot be told apart: their median and bands are drawn instead.
MOST_CURVES = 30
GREYS = ("0.35", "0.62", "0.48", "0.72")
DASHES = ("-", (0, (5, 1.6)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)), (0, (2.6, 1.2)))


def add_arguments(parser):
    """Declares the options."""
    parser.add_argument("result", metavar="RESULT.h5", help="a result of 'greenhalo run'")
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


def describe(data, projection, shown):
    """The text below the figure; `shown` are the experiments with the points that are in the frame."""
    count = len(data.anisotropy)
    model = caption.model(data.config)
    symbol = r"$|\delta|\,\cos\mathrm{dec}$ (the right-ascension projection)" if projection else r"$|\delta|$"
    if count > MOST_CURVES:
        curves = f"Curve and bands: median, 68 % and 95 % of {symbol} over {count} realizations"
    elif count > 1:
        curves = f"Curves: {symbol} of {count} realizations; staircase: their mean"
    else:
        curves = f"Curve: {symbol} of one realization"
    words = f"{curves}{'; ' + model if model else ''}."
    if data.planned > count:
        words += f" Not computed yet: {data.planned - count} of {data.planned} realizations."
    if shown:
        words += " Measured points: " + ("the same projection" if projection else
                                         r"right-ascension projections, $|\delta|\,\cos\mathrm{dec}$")
        if any(np.isnan(e.err_high[inside & ~e.upper_limit]).any() for e, inside in shown):
            words += "; without bars: errors smaller than the symbol"
        if any(e.compatible_with_zero[inside].any() for e, inside in shown):
            words += "; a bar down to the frame: compatible with zero"
        if any(e.upper_limit[inside].any() for e, inside in shown):
            words += "; arrows: upper limits"
        words += "."
    return words


def _energy_range(energy):
    """The range of energies in the frame: what was computed, but never less than a decade."""
    low, high = float(np.min(energy)), float(np.max(energy))
    missing = max(0.0, 1.0 - np.log10(high / low))
    return low / 10.0 ** (missing / 2), high * 10.0 ** (missing / 2)


def _amplitude_range(curves, shown):
    """The range of amplitudes in the frame: all points, and the curves but for their deepest dips."""
    values = [np.nanquantile(curves, 0.005), np.nanmax(curves)]
    for experiment, inside in shown:
        values += [experiment.amplitude[inside].min() / 1.6, experiment.amplitude[inside].max() * 1.3]
    low, high = min(values) / 1.25, max(values) * 1.25
    # At least one decade, or the axis would have no labelled tick.
    middle = np.sqrt(low * high)
    return min(low, middle / 10**0.5), max(high, middle * 10**0.5)


def _draw_realizations(axes, energy, value):
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


def run(options):
    """Draws the figure and says where it is."""
    page.check_output(options.output)
    data = result.read(options.result)
    value = amplitudes(data, options.projection)
    if not np.isfinite(value).any():
        raise InputError(f"{options.result}: no realization has an anisotropy at any energy, nothing to draw")

    figure, axes = page.log_frame()
    curves = _draw_realizations(axes, data.energy, value)
    low, high = _energy_range(data.energy)
    shown, markers = [], []
    for experiment in [] if options.no_data else measurements.experiments():
        inside = (experiment.energy >= low) & (experiment.energy <= high)
        if inside.any():
            shown.append((experiment, inside))
            markers.append(measurements.draw(axes, experiment))

    axes.set_xlim(low, high)
    axes.set_ylim(*_amplitude_range(value, shown))
    axes.set_xlabel(r"$E$  [GeV]")
    symbol = r"$|\delta|\,\cos\mathrm{dec}$" if options.projection else r"$|\delta|$"
    axes.set_ylabel(f"anisotropy amplitude  {symbol}")
    text = describe(data, options.projection, shown) if options.caption is None else options.caption
    page.compose(figure, axes, [group for group in (curves, markers) if group], options.title, text)
    page.save(figure, options.output)
    print(f"{options.output}: {len(value)} of {data.planned} realizations, "
          f"{data.energy.size} energies, {len(shown)} experiments")
