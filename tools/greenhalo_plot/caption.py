"""Words for a figure: the model in one line, from the effective input stored in the result file."""

from fractions import Fraction

_LEADING = {
    "cylindrical": "cylindrical sources",
    "spiral": "sources in spiral arms",
    "uniform-disc": "uniform disc of sources",
    "none": "catalogued sources only",
    "burst": "burst release",
    "continuous": "continuous release",
    "table": "tabulated release",
}


def energy(value):
    """An energy in GeV in words, with the largest unit that suits it."""
    return _in_largest(value, ((1e9, "EeV"), (1e6, "PeV"), (1e3, "TeV"), (1.0, "GeV")))


def duration(value):
    """A time in years in words, with the largest unit that suits it."""
    return _in_largest(value, ((1e9, "Gyr"), (1e6, "Myr"), (1e3, "kyr"), (1.0, "yr")))


def _in_largest(value, units):
    for factor, unit in units:
        # what rounds to one of the unit is one of it
        if value >= 0.9995 * factor:
            break
    return f"{value / factor:.3g} {unit}"


def _years(value):
    """A time in the words of the input: a bare number is of years."""
    try:
        return duration(float(Fraction(value)))
    except (ValueError, ZeroDivisionError):
        return value


def _with_unit(value, unit):
    """Adds the unit to a bare number; a value that carries its own keeps it."""
    try:
        number = f"{float(Fraction(value)):.4g}"
        if "e" in number:
            mantissa, exponent = number.split("e")
            number = rf"${mantissa}\times 10^{{{int(exponent)}}}$"
        return f"{number} {unit}"
    except (ValueError, ZeroDivisionError):
        return value


def _fraction(value):
    """1/3 for what is one third to the digits it was written with, otherwise the value as it is."""
    try:
        exact = float(Fraction(value))
    except (ValueError, ZeroDivisionError):
        return value
    short = Fraction(exact).limit_denominator(9)
    if short.denominator > 1 and abs(float(short) - exact) < 1e-6:
        return f"{short.numerator}/{short.denominator}"
    return f"{exact:.4g}"


def _rate(value):
    """A rate per year as one source every so many years."""
    try:
        interval = 1.0 / float(Fraction(value))
    except (ValueError, ZeroDivisionError):
        return f"sources: {value}"
    return f"one source per {interval:.4g} yr"


# The keys that tell models apart in a figure, each with its words.
_WORDS = (
    ("sources.model", lambda v: _LEADING.get(v, v)),
    ("injection.mode", lambda v: _LEADING.get(v, v)),
    ("injection.snr-lifetime", lambda v: rf"$\tau_\mathrm{{SNR}}$ = {_years(v)}"),
    ("sources.arm-width", lambda v: f"$w$ = {_with_unit(v, 'kpc')}"),
    ("sources.arm-blur", lambda v: f"{v} blur"),
    ("diffusion.slope", lambda v: rf"$\delta={_fraction(v)}$"),
    ("halo.half-height", lambda v: f"$H$ = {_with_unit(v, 'kpc')}"),
    ("sources.rate", _rate),
)


def _words(config, keys):
    return [describe(config[key].strip()) for key, describe in _WORDS
            if key in keys and config.get(key, "").strip()
            and not (key == "sources.rate" and config.get("sources.model") == "none")]


def model(config):
    """The parameters that define a model, as text; empty when the file does not tell."""
    return ", ".join(_words(config, [key for key, _ in _WORDS]))


def differences(config, all_configs):
    """The parameters in which a model differs from the others beside it, as text."""
    keys = [key for key, _ in _WORDS if len({other.get(key, "").strip() for other in all_configs}) > 1]
    return ", ".join(_words(config, keys))


def common(all_configs):
    """The parameters that models beside each other share, as text."""
    keys = [key for key, _ in _WORDS if len({other.get(key, "").strip() for other in all_configs}) == 1]
    return ", ".join(_words(all_configs[0], keys))
