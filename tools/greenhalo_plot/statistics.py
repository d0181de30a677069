"""Curves over realizations. NaN means that nothing has arrived and is left out at that energy."""

import warnings

import numpy as np


def mean(amplitude):
    """Mean [nE] of amplitudes [M, nE] over realizations; NaN where none is defined."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # an energy without any value
        return np.nanmean(amplitude, axis=0)


def quantiles(amplitude, levels):
    """Quantiles [len(levels), nE] of amplitudes [M, nE] over realizations."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.nanquantile(amplitude, levels, axis=0)


def bin_edges(energy):
    """Edges [nE + 1] of a staircase with one step per energy: geometric means, and the ends themselves.

    The outermost steps are half as wide, so that the staircase ends where the energies do. A single energy
    gets a step of a tenth of a decade around it.
    """
    energy = np.asarray(energy, dtype=float)
    if energy.size == 1:
        return energy[0] * 10.0 ** np.array([-0.05, 0.05])
    inner = np.sqrt(energy[:-1] * energy[1:])
    return np.concatenate(([energy[0]], inner, [energy[-1]]))
