"""Numbers with uncertainties from ensembles of realizations."""

from dataclasses import dataclass

import h5py
import numpy as np
from greenhalo_plot import result, sky

RESAMPLES = 400


@dataclass(frozen=True)
class Number:
    """A value and its 68 % bootstrap interval over realizations."""

    value: float
    low: float
    high: float

    def __str__(self):
        error = max(self.high - self.low, 1e-300) / 2
        digits = max(0, min(4, int(np.ceil(-np.log10(error))) + 1)) if error < 1 else 0
        if abs(self.value) < 1e-2 and self.value != 0.0:
            return f"{self.value:.2e} ({self.low:.2e} to {self.high:.2e})"
        return f"{self.value:.{digits}f} ({self.low:.{digits}f} to {self.high:.{digits}f})"


class Ensemble:
    """Complete realizations of one model."""

    def __init__(self, path):
        data = result.read(path)
        self.path, self.energy, self.vector, self.config = path, data.energy, data.anisotropy, data.config
        self.amplitude = np.linalg.norm(self.vector, axis=-1)
        self.projected = sky.right_ascension_projection(self.vector)
        self.count = len(self.amplitude)

    def at(self, energy):
        """Index of the energy nearest to one in GeV."""
        return int(np.argmin(np.abs(np.log(self.energy / energy))))

    def number(self, statistic, seed=1):
        """`statistic(rows)` of all realizations with its bootstrap interval; `rows` are indices of realizations."""
        rng = np.random.default_rng(seed)
        value = statistic(np.arange(self.count))
        values = [statistic(rng.integers(0, self.count, self.count)) for _ in range(RESAMPLES)]
        low, high = np.nanquantile(values, (0.16, 0.84))
        return Number(float(value), float(low), float(high))

    def median(self, energy):
        """Median amplitude."""
        column = self.amplitude[:, self.at(energy)]
        return self.number(lambda rows: np.nanmedian(column[rows]))

    def width(self, energy):
        """log10 of the ratio of the 84 % to the 16 % quantile of the amplitude."""
        column = np.log10(self.amplitude[:, self.at(energy)])
        return self.number(lambda rows: np.subtract(*np.nanquantile(column[rows], (0.84, 0.16))))

    def slopes(self, low, high):
        """Slope of log projected amplitude against log energy between two energies, for each realization;
        interpolated in log energy."""
        def logarithm(energy):
            at = np.log(self.energy)
            return np.array([np.interp(np.log(energy), at, np.log(row)) for row in self.projected])

        return (logarithm(high) - logarithm(low)) / np.log(high / low)

    def turns(self, angle=10.0):
        """Shares of steps between neighbouring energies in which the longitude turns by more than `angle` degrees: where
        the source with the largest current changes, and where it stays."""
        longitude = sky.galactic(self.vector)[0]
        turn = np.abs((np.diff(longitude, axis=1) + 180.0) % 360.0 - 180.0) > angle
        with h5py.File(self.path, "r") as file:
            age = np.asarray(file["realizations/dominant/age"])
        change = np.diff(age, axis=1) != 0.0
        return share(turn[change].sum(), max(change.sum(), 1)), share(turn[~change].sum(), max((~change).sum(), 1))

    def resultant(self, energy):
        """Length of the mean direction in Galactic longitude: 1 when all realizations point alike."""
        longitude = np.radians(sky.galactic(self.vector[:, self.at(energy)])[0])
        return self.number(lambda rows: abs(np.nanmean(np.exp(1j * longitude[rows]))))

    def jumps(self, angle=30.0):
        """Share of steps between neighbouring energies in which the longitude turns by more than `angle` degrees."""
        longitude = sky.galactic(self.vector)[0]
        turn = np.abs((np.diff(longitude, axis=1) + 180.0) % 360.0 - 180.0)
        share = np.nanmean(turn > angle, axis=1)
        return self.number(lambda rows: np.mean(share[rows]))

    def bumpiness(self):
        """Share of steps between neighbouring energies in which the amplitude falls, in the mean over realizations."""
        falls = np.mean(np.diff(np.log(self.amplitude), axis=1) < 0, axis=1)
        return self.number(lambda rows: np.mean(falls[rows]))


def share(hits, count):
    """A fraction with its 68 % Wilson interval."""
    p = hits / count
    centre = (p + 0.5 / count) / (1.0 + 1.0 / count)
    half = np.sqrt(p * (1.0 - p) / count + 0.25 / count**2) / (1.0 + 1.0 / count)
    return Number(p, max(0.0, centre - half), min(1.0, centre + half))


def ratio(first, second, quantity):
    """Ratio of a quantity(amplitudes [M, nE]) of two ensembles of the same seed with its bootstrap interval: the same
    realizations are taken of both, because their catalogues coincide."""
    rng = np.random.default_rng(2)
    count = min(first.count, second.count)
    values = []
    for _ in range(RESAMPLES):
        rows = rng.integers(0, count, count)
        values.append(quantity(first.amplitude[rows]) / quantity(second.amplitude[rows]))
    low, high = np.nanquantile(values, (0.16, 0.84))
    return Number(float(quantity(first.amplitude) / quantity(second.amplitude)), float(low), float(high))


def probability_larger(first, second):
    """P(a value of `first` exceeds one of `second`) with its bootstrap interval: 0.5 when they tell nothing."""
    rng = np.random.default_rng(3)

    def value(a, b):
        return np.mean(np.searchsorted(np.sort(b), a) / len(b))

    values = [value(rng.choice(first, len(first)), rng.choice(second, len(second))) for _ in range(RESAMPLES)]
    low, high = np.quantile(values, (0.16, 0.84))
    return Number(float(value(first, second)), float(low), float(high))
