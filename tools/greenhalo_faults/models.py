"""Small models, for disturbances and for tests, as input files."""

TEXT = """\
[sources]
rate = {rate}
time-span = {span} Myr
[energy]
points-per-decade = {points}
[ensemble]
realizations = {realizations}
"""


def small_model(rate, span, points, realizations, **sections):
    """The text of an input: `rate` sources a year over `span` Myr, `points` energies per decade, and further
    sections with their lines: checkpoint=("interval = 1",)."""
    text = TEXT.format(rate=rate, span=span, points=points, realizations=realizations)
    return text + "".join("\n".join((f"[{name}]", *lines, "")) for name, lines in sections.items())
