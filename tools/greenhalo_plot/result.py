"""Reads what the figures need from a result file of `greenhalo run`."""

import os
from dataclasses import dataclass

# Reading takes no lock: many parallel file systems have none, and a finished dataset does not change.
os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")

import h5py  # noqa: E402
import numpy as np  # noqa: E402

from .errors import InputError  # noqa: E402

NEWEST_FORMAT = 1


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


def text(value):
    """An HDF5 attribute as text, whether it was stored as text, bytes or a number."""
    if isinstance(value, np.ndarray):
        return " ".join(text(item) for item in value.ravel())
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


@dataclass(frozen=True)
class Sources:
    """A catalogue: positions [N, 3] in kpc, ages [N] in yr, and the effective input."""

    position: np.ndarray
    age: np.ndarray
    config: dict


def read(path):
    """Reads a result file; InputError with the reason when it is missing, foreign or empty."""
    return _open(path, _read, "a result of 'greenhalo run'")


def read_sources(path):
    """Reads a catalogue of 'greenhalo sources'; InputError with the reason when it is none."""
    return _open(path, _read_sources, "a catalogue of 'greenhalo sources'")


def _open(path, reader, what):
    if not os.path.exists(path):
        raise InputError(f"{path}: there is no such file")
    if os.path.isdir(path):
        raise InputError(f"{path} is a folder, not a result file")
    try:
        with h5py.File(path, "r") as file:
            return reader(path, file)
    except InputError:
        raise
    except PermissionError as error:
        raise InputError(f"{path} may not be read: {error.strerror or error}") from error
    except (OSError, RuntimeError, KeyError) as error:
        if not h5py.is_hdf5(path):
            raise InputError(f"{path} is not an HDF5 file; {what} is") from error
        raise InputError(f"{path} is damaged or incomplete: {str(error).splitlines()[0]}") from error


def _check(path, file):
    """The kind of a file that greenhalo wrote."""
    if "format" not in file.attrs or "greenhalo_version" not in file.attrs:
        raise InputError(f"{path} is an HDF5 file, but greenhalo did not write it")
    kind = text(file.attrs["format"])
    version = int(file.attrs.get("format_version", 1))
    if version > NEWEST_FORMAT:
        raise InputError(f"{path} has format version {version}; these figures know up to {NEWEST_FORMAT}: "
                         "use the tools of the release that wrote it")
    return kind


def _config(file):
    return {key: text(value) for key, value in file["config"].attrs.items()} if "config" in file else {}


def _read_sources(path, file):
    kind = _check(path, file)
    if "sources" not in file:
        raise InputError(f"{path} ({kind}) holds no sources; the figure needs a catalogue of 'greenhalo sources'")
    position = np.asarray(file["sources/position"], dtype=float)
    age = np.asarray(file["sources/age"], dtype=float)
    if position.shape != (age.size, 3):
        raise InputError(f"{path}: /sources/position has the shape {position.shape}, expected ({age.size}, 3)")
    return Sources(position, age, _config(file))


def _read(path, file):
    kind = _check(path, file)
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
    return Result(energy, anisotropy, int(complete.size), _config(file))
