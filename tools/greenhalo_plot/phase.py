"""The subcommand `phase`: phase of the anisotropy against energy."""

import numpy as np

from . import caption, curves, looks, measurements, page, result, sky
from .errors import InputError

NAME = "phase"
HELP = "Phase of the dipole anisotropy against energy: as in the paper, Galactic longitude, or right ascension."

ANGLES = {
    "paper": (r"$\arctan(\delta_y/\delta_x)$  [degrees]", (-90.0, 90.0), 30.0),
    "longitude": ("Galactic longitude of the excess  [degrees]", (0.0, 360.0), 60.0),
    "ra": ("right ascension of the excess  [degrees]", (0.0, 360.0), 60.0),
}


def add_arguments(parser):
    """Declares the options."""
    parser.add_argument("result", metavar="RESULT.h5", nargs="+",
                        help="results of 'greenhalo run'; several are drawn side by side")
    parser.add_argument("-o", "--output", metavar="FILE", default="phase.png",
                        help="figure to write, .png, .pdf or .svg (default: %(default)s)")
    parser.add_argument("--angle", choices=tuple(ANGLES), default="paper",
                        help="paper: arctan(delta_y/delta_x), which cannot tell centre from anticentre; longitude; "
                             "ra: right ascension, with the measured points (default: %(default)s)")
    parser.add_argument("--no-data", action="store_true", help="leave the measured points out")
    parser.add_argument("--title", default="", metavar="TEXT", help="title above the frame (default: none)")
    parser.add_argument("--caption", default=None, metavar="TEXT",
                        help="text below the figure instead of the one that describes it; '' for none")


def phases(vector, angle):
    """Phases in degrees of vectors [..., 3] of the program's frame, by one of ANGLES."""
    vector = np.asarray(vector, dtype=float)
    if angle == "paper":
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.degrees(np.arctan(vector[..., 1] / vector[..., 0]))
    longitude, latitude = sky.galactic(vector)
    return longitude if angle == "longitude" else sky.equatorial(longitude, latitude)[0]


def through_the_frame(energy, value, low, high):
    """A curve that leaves the frame on one side and comes back on the other, whenever that is the short way between two
    points; in between it is broken. Energies and values with the points at the frame added: none is lost."""
    energies, values = [energy[0]], [value[0]]
    period = high - low
    for e0, e1, v0, v1 in zip(energy, energy[1:], value, value[1:]):
        if abs(v1 - v0) > period / 2:
            edge, other = (low, high) if v1 > v0 else (high, low)
            unwrapped = v1 - period if v1 > v0 else v1 + period
            crossing = e0 * (e1 / e0) ** ((edge - v0) / (unwrapped - v0))
            energies += [crossing, crossing, crossing]
            values += [edge, np.nan, other]
        energies.append(e1)
        values.append(v1)
    return np.array(energies, dtype=float), np.array(values, dtype=float)


def _frame_of_points(energies, data):
    """A range of energies in which points at the lowest and the highest one do not lie under the frame."""
    half = np.sqrt(data.energy[1] / data.energy[0]) if data.energy.size > 1 else 1.0
    return energies[0] / half, energies[1] * half


def describe(results, angle, shown):
    """The text below the figure."""
    counts = sorted({len(r.anisotropy) for r in results})
    parts = []
    for drawn, some in (("curves", [c for c in counts if not curves.are_many(c)]),
                        ("points", [c for c in counts if curves.are_many(c)])):
        if some:
            parts.append(f"{drawn}: phase of {' and '.join(map(str, some))} realization{'s' if max(some) > 1 else ''}")
    words = "; ".join([*parts, caption.common([r.config for r in results])])
    words = f"{words[0].upper()}{words[1:]}."
    if angle == "paper":
        words += r" The ratio $\delta_y/\delta_x$ does not tell the centre from the anticentre."
    if shown:
        words += " Measured points: right ascension of the maximum."
    return words


def run(options):
    """Draws the figure and says where it is."""
    page.check_output(options.output)
    results = [result.read(path) for path in options.result]
    for path, data in zip(options.result, results):
        if not np.isfinite(data.anisotropy).any():
            raise InputError(f"{path}: no realization has an anisotropy at any energy, nothing to draw")
    label, (low, high), step = ANGLES[options.angle]
    figure, panels = page.frames(len(results), log_y=False)
    energies = curves.energy_range(np.concatenate([data.energy for data in results]))
    experiments = measurements.experiments() if options.angle == "ra" and not options.no_data else []
    shown = [e for e in experiments if np.isfinite(e.phase[(e.energy >= energies[0]) & (e.energy <= energies[1])]).any()]
    handles = []
    for axes, data in zip(panels, results):
        values = phases(data.anisotropy, options.angle)
        frame = energies
        if curves.are_many(len(values)):
            frame = _frame_of_points(energies, data)
            axes.plot(np.tile(data.energy, len(values)), values.ravel(), linestyle="none", marker=".", markersize=1.2,
                      color="0.45", alpha=min(1.0, 60.0 / len(values)), rasterized=True)
            handles.append(axes.plot([], [], linestyle="none", marker=".", color="0.45",
                                     label="one realization at one energy")[0])
        else:
            lines = [axes.plot(*through_the_frame(data.energy, curve, low, high), label="one realization",
                               **looks.realization(number, 0.9))[0]
                     for number, curve in enumerate(values)]
            handles.append(lines[0])
        markers = [measurements.draw_phase(axes, experiment) for experiment in shown]
        axes.set_xlim(*frame)
        axes.set_ylim(low, high)
        axes.set_yticks(np.arange(low, high + 1.0, step))
        axes.set_xlabel(r"$E$  [GeV]")
        if axes is panels[0]:
            axes.set_ylabel(label)
        if len(panels) > 1:
            axes.set_title(caption.differences(data.config, [r.config for r in results]))
    text = describe(results, options.angle, shown) if options.caption is None else options.caption
    page.compose(figure, panels, [group for group in (page.unlike(handles), markers) if group], options.title, text)
    page.save(figure, options.output)
    print(f"{options.output}: phase of " + ", ".join(f"{len(r.anisotropy)} realizations" for r in results))
