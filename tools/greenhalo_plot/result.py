"""Reads what the figures need from a result file of `greenhalo run`."""

import os
from dataclasses import dataclass

import numpy as np

from greenhalo.files import FileError, checked_format, effective_input, opened
from greenhalo.files import as_text as text

from .errors import InputError


@dataclass(frozen=True)
class Result:
    """The complete realizations of a result file.

    energy      [nE] GeV
    anisotropy  [M, nE, 3] the vector delta in the frame of the program; NaN where nothing has arrived
    planned     realizations the file has room for
    config      the effective input, key ("halo.half-height") to text
    """

    energy: np.ndarray
    anisotropy: np.ndarray
    planned: int
    config: dict


@dataclass(frozen=True)
class Sources:
    """A catalogue: positions [N, 3] in kpc, ages [N] in yr, and the effective input."""

    position: np.ndarray
    age: np.ndarray
    config: dict


@dataclass(frozen=True)
class Dominant:
    """One realization and the source with the largest current at each energy, [nE] each.

    NaN where nothing has arrived; `listed` is the row in the catalogue that was read, -1 for a random source,
    `names` the names in that catalogue.
    """

    energy: np.ndarray
    amplitude: np.ndarray
    distance: np.ndarray
    age: np.ndarray
    share_current: np.ndarray
    listed: np.ndarray
    names: list
    config: dict


@dataclass(frozen=True)
class Ensemble:
    """Amplitudes [M, nE] of all realizations and their stored statistics, by the names in /ensemble."""

    energy: np.ndarray
    amplitude: np.ndarray
    statistics: dict
    config: dict


def read_dominant(path, realization=None):
    """Reads one realization by its global index, the first that is complete when None."""
    return _open(path, lambda name, file: _read_dominant(name, file, realization), "a result of 'greenhalo run'")


def read_ensemble(path):
    """Reads the realizations and the statistics of a finished run."""
    return _open(path, _read_ensemble, "a result of 'greenhalo run'")


def read(path):
    """Reads a result file; InputError with the reason when it is missing, foreign or empty."""
    return _open(path, _read, "a result of 'greenhalo run'")


def read_sources(path):
    """Reads a catalogue of 'greenhalo sources'; InputError with the reason when it is none."""
    return _open(path, _read_sources, "a catalogue of 'greenhalo sources'")


def _open(path, reader, what):
    try:
        with opened(path) as file:
            return reader(path, file)
    except FileError as error:
        words = str(error)
        if words.endswith("results of greenhalo are"):
            words = words.replace("results of greenhalo are", f"{what} is")
        raise InputError(words) from error


def _read_sources(path, file):
    kind = checked_format(path, file)
    if "sources" not in file:
        raise InputError(f"{path} ({kind}) holds no sources; the figure needs a catalogue of 'greenhalo sources'")
    position = np.asarray(file["sources/position"], dtype=float)
    age = np.asarray(file["sources/age"], dtype=float)
    if position.shape != (age.size, 3):
        raise InputError(f"{path}: /sources/position has the shape {position.shape}, expected ({age.size}, 3)")
    return Sources(position, age, effective_input(file))


def _read(path, file):
    kind = checked_format(path, file)
    if "realizations" not in file:
        raise InputError(f"{path} ({kind}) holds no realizations; "
                         "the figure needs a result of 'greenhalo run'")
    if "anisotropy" not in file["realizations"]:
        raise InputError(f"{path} does not store the realizations' anisotropy: "
                         "run with output.realizations = anisotropy or all")
    energy = np.atleast_1d(np.asarray(file["energy"], dtype=float))
    data = file["realizations/anisotropy"]
    complete = np.asarray(file["realizations/complete"]) == 1
    if data.shape != (complete.size, energy.size, 3):
        raise InputError(f"{path}: /realizations/anisotropy has the shape {data.shape}; expected "
                         f"({complete.size}, {energy.size}, 3) from /realizations/complete and /energy")
    if not complete.any():
        raise InputError(f"{path}: none of the {complete.size} realizations is complete yet")
    # Read whole and select in memory: a list of rows is far slower in HDF5 than the few megabytes are large.
    anisotropy = np.asarray(data, dtype=float)[complete]
    return Result(energy, anisotropy, int(complete.size), effective_input(file))


def _read_dominant(path, file, realization):
    data = _read(path, file)
    if "dominant" not in file["realizations"]:
        raise InputError(f"{path} does not tell which sources dominate, it has no /realizations/dominant: run its input again")
    index = np.asarray(file["realizations/index"])[np.asarray(file["realizations/complete"]) == 1]
    wanted = index[0] if realization is None else realization
    if wanted not in index:
        raise InputError(f"{path}: realization {wanted} is not among its {index.size} complete ones, "
                         f"{index[0]} to {index[-1]}")
    row = int(np.flatnonzero(np.asarray(file["realizations/index"]) == wanted)[0])
    values = {name: np.asarray(file["realizations/dominant"][name][row], dtype=float)
              for name in ("distance", "age", "share_current", "listed")}
    amplitude = np.linalg.norm(data.anisotropy[int(np.flatnonzero(index == wanted)[0])], axis=-1)
    return Dominant(data.energy, amplitude, names=_catalogue_names(file), config=data.config, **values)


def _catalogue_names(file):
    """The last column of the catalogue that was read, as the program reads it; empty without one."""
    path = text(file["config"].attrs.get("sources.catalogue", "")) if "config" in file else ""
    if not path or "files" not in file["config"]:
        return []
    for copy in file["config/files"].values():
        if os.path.basename(text(copy.attrs["path"])) != os.path.basename(path):
            continue
        lines = bytes(np.asarray(copy["content"])).decode("utf-8-sig", "replace").splitlines()
        rows = [[field.strip() for field in line.split(",")] for line in lines
                if line.strip() and not line.lstrip().startswith("#")]
        column = 5
        if rows and "x_kpc" in rows[0]:
            column = rows[0].index("name") if "name" in rows[0] else len(rows[0])
            rows = rows[1:]
        return [row[column] if len(row) > column else "" for row in rows]
    return []


def _read_ensemble(path, file):
    data = _read(path, file)
    if "ensemble" not in file or "amplitude_quantile_low" not in file["ensemble"]:
        raise InputError(f"{path} has no intervals of its quantiles, no /ensemble/amplitude_quantile_low: run its input again")
    if int(file["ensemble/realizations"][()]) == 0:
        raise InputError(f"{path}: the statistics are not there yet; the run has not finished")
    statistics = {name: np.asarray(values[()]) for name, values in file["ensemble"].items()}
    return Ensemble(data.energy, np.linalg.norm(data.anisotropy, axis=-1), statistics, data.config)
