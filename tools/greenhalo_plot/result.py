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


def read(path):
    """Reads a result file; InputError with the reason when it is missing, foreign or empty."""
    if not os.path.exists(path):
        raise InputError(f"{path}: there is no such file")
    if os.path.isdir(path):
        raise InputError(f"{path} is a folder, not a result file")
    try:
        with h5py.File(path, "r") as file:
            return _read(path, file)
    except InputError:
        raise
    except PermissionError as error:
        raise InputError(f"{path} may not be read: {error.strerror or error}") from error
    except (OSError, RuntimeError, KeyError) as error:
        if not h5py.is_hdf5(path):
            raise InputError(f"{path} is not an HDF5 file; a result of 'greenhalo run' is") from error
        raise InputError(f"{path} is damaged or incomplete: {str(error).splitlines()[0]}") from error


def _read(path, file):
    if "format" not in file.attrs or "greenhalo_version" not in file.attrs:
        raise InputError(f"{path} is an HDF5 file, but greenhalo did not write it")
    kind = text(file.attrs["format"])
    version = int(file.attrs.get("format_version", 1))
    if version > NEWEST_FORMAT:
        raise InputError(f"{path} has format version {version}; these figures know up to {NEWEST_FORMAT}: "
                         "use the tools of the release that wrote it")
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
    config = {}
    if "config" in file:
        config = {key: text(value) for key, value in file["config"].attrs.items()}
    return Result(energy, anisotropy, int(complete.size), config)
