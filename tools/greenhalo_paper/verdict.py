"""What the claims have in common."""

from dataclasses import dataclass

from greenhalo_plot import measurements

TEV, PEV = 1e3, 1e6

# The base case with one assumption changed, in the order in which they are told.
VARIANTS = (("base", "z_g = 0.1 kpc"), ("thin disc", "0"), ("scale height 0.2", "0.2 kpc"),
            ("causal", "causal sources only"))


@dataclass(frozen=True)
class Verdict:
    """What the report says of a claim: the verdict in a few words and, its parts separated by semicolons, in full; pairs
    of what a number is and the number; and what the claim depends on."""

    claim: str
    brief: str
    verdict: str
    numbers: tuple
    depends: str


def short(value):
    """A number without its interval."""
    return str(value).split(" (")[0]


def across(ensembles, quantity):
    """`quantity(ensemble)` of the base case and of its variants, as words."""
    values = [f"{short(quantity(ensembles[name]))} at {words}" if words.startswith("z_g") else
              f"{short(quantity(ensembles[name]))} with {words}" if words.startswith("causal") else
              f"{short(quantity(ensembles[name]))} at {words}" for name, words in VARIANTS]
    return ", ".join(values)


def points(name):
    """The points of one experiment."""
    return next(e for e in measurements.experiments() if e.name == name)
