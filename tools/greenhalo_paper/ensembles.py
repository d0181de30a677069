"""Numbers with uncertainties from ensembles of realizations."""

from dataclasses import dataclass
from functools import cached_property

import h5py
import numpy as np
from greenhalo_plot import result, sky, spectrum

RESAMPLES = 400
INTERVAL = (0.025, 0.975)
NORMAL = 1.959964  # quantile of the normal distribution at the upper end of INTERVAL


def _digits(error):
    return max(0, min(4, int(np.ceil(-np.log10(error))) + 1)) if 0.0 < error < 1.0 else 0


@dataclass(frozen=True)
class Number:
    """A value and its 95 % bootstrap interval over realizations."""

    value: float
    low: float
    high: float

    def __str__(self):
        if abs(self.value) < 1e-2 and self.value != 0.0:
            return f"{self.value:.2e} ({self.low:.2e} to {self.high:.2e})"
        digits = _digits((self.high - self.low) / 2)
        return f"{self.value:.{digits}f} ({self.low:.{digits}f} to {self.high:.{digits}f})"

    def below(self, other):
        """Whether it is smaller beyond the intervals of both."""
        return self.high < other.low


@dataclass(frozen=True)
class Estimate:
    """A value without an interval."""

    value: float

    def __str__(self):
        return f"{self.value:.3g}"


@dataclass(frozen=True)
class Share(Number):
    """A fraction of realizations and its 95 % interval by Wilson."""

    hits: int
    count: int

    def __str__(self):
        if self.hits == 0:
            return f"none of {self.count} (below {percent(self.high)})"
        if self.hits == self.count:
            return f"all {self.count} (above {percent(self.low)})"
        return f"{percent(self.value)} ({percent(self.low)} to {percent(self.high)})"


def percent(fraction):
    """A fraction in per cent, to two digits that count."""
    value = 100.0 * fraction
    return f"{value:.2g} %" if value < 10.0 else f"{value:.1f} %"


class Ensemble:
    """Complete realizations of one model, from 0 on.

    energy     [nE] GeV
    vector     [M, nE, 3] the anisotropy
    amplitude  [M, nE]; projected [M, nE] its right-ascension projection
    """

    def __init__(self, energy, vector, config=None, path=None):
        self.path, self.energy, self.vector, self.config = path, energy, vector, config or {}
        self.amplitude = np.linalg.norm(vector, axis=-1)
        self.projected = sky.right_ascension_projection(vector)
        self.count = len(vector)

    @classmethod
    def read(cls, path, realizations=None):
        """The first complete realizations of a result file, all of them when no number is given."""
        data = result.read(path)
        return cls(data.energy, data.anisotropy[:realizations], data.config, path)

    def _rows(self, name):
        with h5py.File(self.path, "r") as file:
            complete = np.asarray(file["realizations/complete"]) == 1
            return np.asarray(file["realizations"][name])[complete][:self.count]

    @cached_property
    def dominant_age(self):
        """[M, nE] age of the source with the largest current, yr."""
        return self._rows("dominant/age")

    @cached_property
    def fluxes(self):
        """Name of a group -> its flux [M, nE]; only where densities are stored."""
        names, flux = spectrum.fluxes(self.path)
        return {name: flux[:self.count, number] for number, name in enumerate(names)}

    def density_width(self, group, energy):
        """Half of ln(q84/q16) of a group's density, from the quantiles that every result file holds."""
        with h5py.File(self.path, "r") as file:
            names = [result.text(name) for name in file["species/name"]]
            levels = list(np.round(file["ensemble/quantile_levels"], 3))
            quantiles = np.asarray(file["ensemble/density_quantile"])[:, names.index(group), self.at(energy)]
        high, low = (quantiles[levels.index(level)] for level in (0.84, 0.16))
        return Estimate(float(np.log(high / low) / 2))

    def at(self, energy):
        """Index of the energy nearest to one in GeV."""
        return int(np.argmin(np.abs(np.log(self.energy / energy))))

    def number(self, statistic, seed=1):
        """`statistic(rows)` of all realizations with its bootstrap interval; `rows` are indices of realizations."""
        return _bootstrap(lambda rows: statistic(rows), self.count, seed)

    def quantile(self, energy, level):
        """A quantile of the amplitude."""
        column = self.amplitude[:, self.at(energy)]
        return self.number(lambda rows: np.nanquantile(column[rows], level))

    def width(self, energy):
        """log10 of the ratio of the 84 % to the 16 % quantile of the amplitude."""
        column = np.log10(self.amplitude[:, self.at(energy)])
        return self.number(lambda rows: np.subtract(*np.nanquantile(column[rows], (0.84, 0.16))))

    def slopes(self, low, high):
        """Slope [M] of log projected amplitude against log energy between two energies, interpolated in log energy."""
        at = np.log(self.energy)

        def logarithm(energy):
            left = int(np.clip(np.searchsorted(at, np.log(energy)) - 1, 0, at.size - 2))
            part = (np.log(energy) - at[left]) / (at[left + 1] - at[left])
            ends = np.log(self.projected[:, left:left + 2])
            return (1.0 - part) * ends[:, 0] + part * ends[:, 1]

        return (logarithm(high) - logarithm(low)) / np.log(high / low)

    def rise(self, kind, low, high):
        """Slope against energy of `kind` (np.nanmean or np.nanmedian) of the amplitudes, as a function of rows."""
        columns = self.amplitude[:, self.at(low)], self.amplitude[:, self.at(high)]
        step = np.log(self.energy[self.at(high)] / self.energy[self.at(low)])
        return lambda rows: np.log(kind(columns[1][rows]) / kind(columns[0][rows])) / step

    def turns(self, angle=10.0):
        """Share of steps between neighbouring energies in which the longitude turns by more than `angle` degrees: where
        the source with the largest current changes, where it stays, and how many times as large the first is. The
        steps of one realization hang together, so whole realizations are resampled."""
        longitude = sky.galactic(self.vector)[0]
        turn = np.abs((np.diff(longitude, axis=1) + 180.0) % 360.0 - 180.0) > angle
        change = np.diff(self.dominant_age, axis=1) != 0.0
        counts = np.stack([(turn & change).sum(axis=1), change.sum(axis=1),
                           (turn & ~change).sum(axis=1), (~change).sum(axis=1)], axis=1).astype(float)

        def shares(rows):
            hit, steps, other_hit, other_steps = counts[rows].sum(axis=0)
            return hit / max(steps, 1.0), other_hit / max(other_steps, 1.0)

        def times(rows):
            first, second = shares(rows)
            return first / second if second > 0.0 else np.inf if first > 0.0 else 1.0

        return (self.number(lambda rows: shares(rows)[0]), self.number(lambda rows: shares(rows)[1]), self.number(times))

    def resultant(self, energy):
        """Length of the mean direction in Galactic longitude: 1 when all realizations point alike."""
        direction = np.exp(1j * np.radians(sky.galactic(self.vector[:, self.at(energy)])[0]))
        return self.number(lambda rows: abs(np.nanmean(direction[rows])))

    def bumpiness(self):
        """Share of steps between neighbouring energies in which the amplitude falls, in the mean over realizations."""
        falls = np.mean(np.diff(np.log(self.amplitude), axis=1) < 0, axis=1)
        return self.number(lambda rows: np.mean(falls[rows]))

    def share(self, holds):
        """The share of realizations for which a condition [M] holds."""
        return share(int(np.sum(holds)), self.count)


def _bootstrap(statistic, count, seed):
    rng = np.random.default_rng(seed)
    value = statistic(np.arange(count))
    values = [statistic(rng.integers(0, count, count)) for _ in range(RESAMPLES)]
    return Number(float(value), *(float(x) for x in np.quantile(values, INTERVAL, method="nearest")))


def share(hits, count):
    """A fraction with its 95 % Wilson interval."""
    p, spread = hits / count, NORMAL**2 / count
    centre = (p + spread / 2) / (1.0 + spread)
    half = np.sqrt(p * (1.0 - p) * spread + spread**2 / 4) / (1.0 + spread)
    low, high = (0.0 if hits == 0 else max(0.0, centre - half)), (1.0 if hits == count else min(1.0, centre + half))
    return Share(p, float(low), float(high), hits, count)


def ratio(first, second, energy, statistic):
    """Ratio of a statistic of the amplitudes [M] at an energy in GeV of two ensembles of the same seed: the same
    realizations are resampled in both, because their catalogues go together."""
    columns = first.amplitude[:, first.at(energy)], second.amplitude[:, second.at(energy)]
    return _bootstrap(lambda rows: statistic(columns[0][rows]) / statistic(columns[1][rows]),
                      min(first.count, second.count), 2)


def difference(first, second, count):
    """Difference of two functions of rows, of ensembles of the same seed, with its bootstrap interval."""
    return _bootstrap(lambda rows: first(rows) - second(rows), count, 2)


def probability_larger(first, second):
    """P(a value of `first` exceeds one of `second`) with its bootstrap interval: 0.5 when they tell nothing."""
    rng = np.random.default_rng(3)

    def value(a, b):
        b = np.sort(b)
        return np.mean(np.searchsorted(b, a, "left") + np.searchsorted(b, a, "right")) / (2.0 * len(b))

    values = [value(rng.choice(first, len(first)), rng.choice(second, len(second))) for _ in range(RESAMPLES)]
    return Number(float(value(first, second)), *(float(x) for x in np.quantile(values, INTERVAL)))


def quantile_of(column, level):
    """A quantile of values [M] with its bootstrap interval."""
    return _bootstrap(lambda rows: np.nanquantile(column[rows], level), len(column), 4)
