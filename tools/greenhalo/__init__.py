"""Result files of greenhalo as numpy arrays with units.

    import greenhalo

    result = greenhalo.open("result.h5")      # reads nothing yet
    print(result)                             # what it is, how complete, the model
    result.energy                             # [nE] GeV
    result.anisotropy                         # [M, nE, 3], the complete realizations
    result["ensemble/amplitude_quantile"]     # any dataset by its path
    result.units("realizations/density")      # 'cm^-3 GeV^-1'

Every array is a `Quantity`: an ordinary numpy array that remembers `units`, `long_name` and, where a number must be
read with care, `caution`. Reading a dataset with a caution warns once (CautionWarning): means and variances of heavy
tails look like any other number. Shapes, units and names are those of doc/file-format.md.

Files of the format versions 1 to 4 are read, of which those before 4 may lack datasets; newer ones are refused.
"""

from .files import CautionWarning, FileError, Quantity, ResultFile

__all__ = ["CautionWarning", "FileError", "Quantity", "ResultFile", "open"]


def open(path):  # noqa: A001 - the name users expect of a module that reads files
    """Opens a file of greenhalo run, expect, validate, sources or merge as a ResultFile; FileError with the reason."""
    return ResultFile(path)
