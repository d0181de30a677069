"""What is in a result file."""

import h5py
import numpy as np


def arrays(path, group):
    """Values of every dataset in a group of a result file, by its name within the group."""
    found = {}

    def keep(name, item):
        if isinstance(item, h5py.Dataset):
            found[name] = item[()]

    with h5py.File(path, "r") as file:
        file[group].visititems(keep)
    return found


def numbers(path, groups=("realizations", "ensemble")):
    """Type, shape and bytes of every dataset in groups of a result file."""
    found = {}
    for group in groups:
        for name, values in arrays(path, group).items():
            values = np.asarray(values)
            found[f"{group}/{name}"] = (values.dtype.str, values.shape, values.tobytes())
    return found
