"""Reading result files: see the package."""

import contextlib
import difflib
import os
import warnings

# Reading takes no lock: many parallel file systems have none, and a finished dataset does not change.
os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")

import h5py  # noqa: E402
import numpy as np  # noqa: E402

NEWEST_FORMAT = 4
FORMATS = {
    "greenhalo-result": "run",
    "greenhalo-moments": "expect",
    "greenhalo-grid": "validate",
    "greenhalo-sources": "sources",
    "greenhalo-parts": "run",
}


class FileError(Exception):
    """A file cannot be read: it is missing, damaged, foreign or too new."""


class CautionWarning(UserWarning):
    """A number that was read does not mean what numbers of its name usually mean."""


class Quantity(np.ndarray):
    """A numpy array with `units` (text, "1" when dimensionless), `long_name` and `caution` (empty when none).

    Slices keep them; results of arithmetic are plain arrays, because their units would be others.
    """

    def __new__(cls, values, units="1", long_name="", caution=""):
        made = np.asarray(values).view(cls)
        made.units, made.long_name, made.caution = units, long_name, caution
        return made

    def __array_finalize__(self, source):
        self.units = getattr(source, "units", "1")
        self.long_name = getattr(source, "long_name", "")
        self.caution = getattr(source, "caution", "")

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **keywords):
        plain = [np.asarray(value) if isinstance(value, Quantity) else value for value in inputs]
        if out is not None:
            keywords["out"] = tuple(np.asarray(value) if isinstance(value, Quantity) else value for value in out)
        return getattr(ufunc, method)(*plain, **keywords)

    def __array_function__(self, function, types, arguments, keywords):
        result = super().__array_function__(function, types, arguments, keywords)
        return result.view(np.ndarray) if isinstance(result, Quantity) else result

    def __reduce__(self):
        return (Quantity, (np.asarray(self), self.units, self.long_name, self.caution))


def as_text(value):
    """An HDF5 attribute as text, whether it was stored as text, bytes, a number or several of them."""
    if isinstance(value, np.ndarray):
        return " ".join(as_text(item) for item in value.ravel())
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


@contextlib.contextmanager
def opened(path):
    """The HDF5 file at a path for the length of a block; whatever keeps it from being read becomes a FileError."""
    if not os.path.exists(path):
        raise FileError(f"{path}: there is no such file")
    if os.path.isdir(path):
        raise FileError(f"{path} is a folder, not a result file")
    try:
        with h5py.File(path, "r") as file:
            yield file
    except PermissionError as error:
        raise FileError(f"{path} may not be read: {error.strerror or error}") from error
    except (OSError, RuntimeError, KeyError) as error:
        if not h5py.is_hdf5(path):
            raise FileError(f"{path} is not an HDF5 file; results of greenhalo are") from error
        raise FileError(f"{path} is damaged or incomplete: {str(error).splitlines()[0]}") from error


def checked_format(path, file):
    """The value of `format` of a file that greenhalo wrote, of version 1 to NEWEST_FORMAT; FileError for others."""
    if "format" not in file.attrs or "greenhalo_version" not in file.attrs:
        raise FileError(f"{path} is an HDF5 file, but greenhalo did not write it")
    version = int(file.attrs.get("format_version", 1))
    if version > NEWEST_FORMAT:
        raise FileError(f"{path} has format version {version}; these tools know up to {NEWEST_FORMAT}: "
                        "use those of the release that wrote it")
    return as_text(file.attrs["format"])


def effective_input(file):
    """The effective input, key ("halo.half-height") to text."""
    return {key: as_text(value) for key, value in file["config"].attrs.items()} if "config" in file else {}


class ResultFile:
    """A file of greenhalo. It is open only while something is read, so a run that writes it is not disturbed."""

    def __init__(self, path):
        self.path = os.fspath(path)
        self._warned = set()
        with opened(self.path) as file:
            self.format = checked_format(self.path, file)
            self.version = as_text(file.attrs["greenhalo_version"])
            self.created = as_text(file.attrs.get("created", ""))
            self.command = as_text(file.attrs.get("command", ""))
            self.config = effective_input(file)
            self.input = self.config.pop("text", "")
            self.provenance = ({key: as_text(value) for key, value in file["provenance"].attrs.items()}
                               if "provenance" in file else {})

    def __contains__(self, path):
        with opened(self.path) as file:
            return path.strip("/") in file

    def __getitem__(self, path):
        """A whole dataset by its path, as a Quantity; KeyError names those that are there, or the nearest."""
        return self._read(path)

    def _read(self, path, rows=None):
        name = self._name(path)
        with opened(self.path) as file:
            data = file[name]
            values = np.asarray(data[()])
            units, long_name, caution = (as_text(data.attrs.get(key, "")) for key in ("units", "long_name", "caution"))
        if caution and name not in self._warned:
            self._warned.add(name)
            warnings.warn(f"/{name}: {caution}", CautionWarning, stacklevel=3)
        if values.dtype.kind == "S":
            values = np.array([as_text(item) for item in values.ravel()]).reshape(values.shape)
        if values.dtype.names:
            return values
        # Selected in memory: a list of rows is far slower in HDF5 than the megabytes are large.
        return Quantity(values if rows is None else values[rows], units or "1", long_name, caution)

    def units(self, path):
        """The units of a dataset as text, "1" when it is dimensionless; KeyError as for reading it."""
        name = self._name(path)
        with opened(self.path) as file:
            return as_text(file[name].attrs.get("units", "1"))

    def _name(self, path):
        """The path of a dataset as HDF5 has it; KeyError when there is none."""
        name, names = path.strip("/"), self.datasets()
        if name in names:
            return name
        within = [each for each in names if each.startswith(f"{name}/")]
        if within:
            raise KeyError(f"{self.path}: {path} is a group, not a dataset; it has {', '.join(within)}")
        last = name.rpartition("/")[2]
        near = list(dict.fromkeys([*(each for each in names if each.rpartition("/")[2] == last),
                                   *difflib.get_close_matches(name, names, 3)]))[:3]
        raise KeyError(f"{self.path} has no dataset {path}; " +
                       (f"the nearest names are {', '.join(near)}" if len(near) > 1 else
                        f"the nearest name is {near[0]}" if near else f"it has {', '.join(names)}"))

    def datasets(self):
        """The paths of all datasets."""
        with opened(self.path) as file:
            return _datasets(file)

    @property
    def kind(self):
        """The command that writes such files: run, expect, validate or sources."""
        return FORMATS.get(self.format, self.format)

    @property
    def energy(self):
        """[nE] GeV, total energy per particle."""
        return self["energy"]

    @property
    def species(self):
        """Names of the groups of nuclei, [nS]."""
        return [str(name) for name in self["species/name"]]

    @property
    def complete(self):
        """[M] whether each planned realization is there."""
        return np.asarray(self["realizations/complete"]) == 1

    @property
    def planned(self):
        """Realizations the file has room for."""
        return int(self.complete.size)

    @property
    def index(self):
        """Global indices of the complete realizations."""
        return self.realizations("index")

    @property
    def anisotropy(self):
        """[complete M, nE, 3] the vector delta in the frame of the program; NaN where nothing has arrived."""
        return self.realizations("anisotropy")

    @property
    def amplitude(self):
        """[complete M, nE] |delta|."""
        vector = self.anisotropy
        return Quantity(np.linalg.norm(np.asarray(vector), axis=-1), "1", "amplitude of the anisotropy")

    @property
    def density(self):
        """[complete M, nS, nE] cm^-3 GeV^-1."""
        return self.realizations("density")

    @property
    def current(self):
        """[complete M, nS, nE, 3] cm^-2 s^-1 GeV^-1."""
        return self.realizations("current")

    def realizations(self, name):
        """A quantity of the complete realizations by its name below /realizations ("dominant/age", ...)."""
        if "realizations" not in self:
            raise FileError(f"{self.path} ({self.format}) holds no realizations; files of 'greenhalo run' do")
        if f"realizations/{name}" not in self:
            raise FileError(f"{self.path} does not store the realizations' {name}: see output.realizations")
        return self._read(f"realizations/{name}", rows=self.complete)

    def ensemble(self, name):
        """A statistic by its name below /ensemble; FileError while the run has not finished."""
        if "ensemble" not in self:
            raise FileError(f"{self.path} ({self.format}) holds no statistics; files of 'greenhalo run' do")
        if int(self["ensemble/realizations"]) == 0:
            raise FileError(f"{self.path}: the statistics are not there yet; the run has not finished")
        return self[f"ensemble/{name}"]

    def __repr__(self):
        lines = [f"{self.path}: {self.kind} of greenhalo {self.version}, created {self.created}"]
        energy = np.asarray(self.energy)
        lines.append(f"  {len(self.species)} groups ({', '.join(self.species)}), {energy.size} energies, "
                     f"{energy.min():g} to {energy.max():g} GeV")
        if "realizations" in self:
            lines.append(f"  {int(self.complete.sum())} of {self.planned} realizations complete")
        keys = ("sources.model", "halo.half-height", "diffusion.slope", "injection.mode")
        lines.append("  " + ", ".join(f"{key} = {self.config[key]}" for key in keys if key in self.config))
        return "\n".join(lines)


def _datasets(file):
    names = []
    file.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
    return names
