"""The subcommand `sources`: face-on map of a catalogue of `greenhalo sources`."""

import numpy as np

from . import caption, looks, page, result
from .errors import InputError

NAME = "sources"
HELP = "Face-on map of the sources of one realization, with the Sun and the centroids of the spiral arms."

SUN = 8.5  # kpc on the x axis
# Centroids azimuth = K ln(r/r0) + theta0, those of the program (SourceLaw::arms); name, K, r0 in kpc, theta0.
ARMS = (
    ("Norma", 4.25, 3.48, 0.0),
    ("Carina-Sagittarius", 4.25, 3.48, 3.14),
    ("Perseus", 4.89, 4.90, 2.52),
    ("Crux-Scutum", 4.89, 4.90, -0.62),
)
_FRAME = page.WIDTH - 0.74  # inches: as wide as page.compose makes it
_PANEL = 3.9 - 0.74  # of each of several beside each other


def add_arguments(parser):
    """Declares the options."""
    parser.add_argument("catalogue", metavar="SOURCES.h5", nargs="+",
                        help="catalogues of 'greenhalo sources'; several are drawn side by side")
    parser.add_argument("-o", "--output", metavar="FILE", default="sources.png",
                        help="figure to write, .png, .pdf or .svg (default: %(default)s)")
    parser.add_argument("--range", type=float, default=16.0, metavar="KPC",
                        help="how far the map reaches from the Galactic centre (default: %(default)s)")
    parser.add_argument("--no-arms", action="store_true", help="leave the centroids of the arms out")
    parser.add_argument("--title", default="", metavar="TEXT", help="title above the frame (default: none)")
    parser.add_argument("--caption", default=None, metavar="TEXT",
                        help="text below the figure instead of the one that describes it; '' for none")


def centroid(arm, reach):
    """Points x, y in kpc along the centroid of an arm from 2.5 kpc, the radius of the bar, out to `reach`."""
    _, winding, radius, azimuth = arm
    r = np.geomspace(2.5, max(2.5, reach), 600)
    angle = winding * np.log(r / radius) + azimuth
    return r * np.cos(angle), r * np.sin(angle)


def _numbers(counts):
    """Counts of all frames, one for all where they are equal."""
    return " and ".join(map(str, counts[:1] if len(set(counts)) == 1 else counts))


def describe(config, inside, total):
    """The text below the figure; how many sources are in each frame, and in all."""
    keys = ("sources.model", "sources.arm-width", "sources.arm-blur", "sources.rate")
    words = caption.model({key: config[key] for key in keys if key in config})
    frames = "frame" if len(inside) == 1 else "frames"
    text = f"{_numbers(total)} sources, {_numbers(inside)} of them in the {frames}, seen from the north{'; ' + words if words else ''}"
    if "sources.time-span" in config:
        text += f", within {float(config['sources.time-span']):g} Myr"
    text += ". Circle with dot: the Sun; cross: the Galactic centre"
    if config.get("sources.model") == "spiral":
        text += "; lines: centroids of the arms before they are spread"
    return text + "."


def _draw(axes, data, reach, arms):
    """Draws one map; returns the arms' handles, and how many sources are in the frame."""
    x, y = data.position[:, 0], data.position[:, 1]
    inside = (np.abs(x) <= reach) & (np.abs(y) <= reach)
    axes.set_xscale("linear")
    axes.set_yscale("linear")
    page.linear_axis(axes.xaxis)
    page.linear_axis(axes.yaxis)
    # Fewer sources get larger dots, so that the arms keep the same darkness.
    size = np.clip(3e4 / max(1, np.count_nonzero(inside)), 0.3, 30.0) * 0.34
    axes.scatter(x[inside], y[inside], s=size, color="0.25", linewidth=0, zorder=1, rasterized=True)
    handles = []
    if data.config.get("sources.model") == "spiral" and arms:
        for number, arm in enumerate(ARMS):
            # a white rim keeps the dashes apart from the dots
            axes.plot(*centroid(arm, 1.5 * reach), color="white", linewidth=3.0, alpha=0.8, zorder=2)
            handles += axes.plot(*centroid(arm, 1.5 * reach), zorder=3, label=arm[0], **looks.line(number, 1.3))
    axes.plot(0.0, 0.0, marker="+", color="white", markersize=11, markeredgewidth=3.2, zorder=4)
    axes.plot(0.0, 0.0, marker="+", color="black", markersize=9, markeredgewidth=1.3, zorder=5)
    axes.plot(SUN, 0.0, marker="o", markerfacecolor="white", markeredgecolor="black", markersize=9,
              markeredgewidth=1.3, zorder=4)
    axes.plot(SUN, 0.0, marker="o", color="black", markersize=2.6, zorder=5)
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-reach, reach)
    axes.set_xlabel(r"$x$  [kpc]")
    return handles, int(np.count_nonzero(inside))


def run(options):
    """Draws the figure and says where it is."""
    page.check_output(options.output)
    if not 0.1 <= options.range <= 1000.0:
        raise InputError(f"--range {options.range:g}: the map reaches from 0.1 to 1000 kpc")
    catalogues = [result.read_sources(path) for path in options.catalogue]
    configs = [data.config for data in catalogues]
    figure, panels = page.frames(len(catalogues))
    handles, shown = [], []
    for axes, data in zip(panels, catalogues):
        arms, inside = _draw(axes, data, options.range, not options.no_arms)
        handles = handles or arms
        shown.append(inside)
        if len(panels) > 1:
            axes.set_title(caption.differences(data.config, configs))
    panels[0].set_ylabel(r"$y$  [kpc]")
    totals = [len(data.position) for data in catalogues]
    text = options.caption
    if text is None:
        shared = {key: value for key, value in configs[0].items() if all(c.get(key) == value for c in configs)}
        text = describe(shared, shown, totals)
    page.compose(figure, panels, [handles] if handles else [], options.title, text,
                 frame_height=_FRAME if len(panels) == 1 else _PANEL)
    page.save(figure, options.output)
    print(f"{options.output}: " + ", ".join(f"{inside} of {len(data.position)} sources"
                                            for inside, data in zip(shown, catalogues)))
