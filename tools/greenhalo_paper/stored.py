"""Ensembles of an earlier call: whether a file holds what would be computed now."""

import h5py
import numpy as np
from greenhalo_plot import result
from greenhalo_plot.errors import InputError

from .ensembles import Ensemble

# What `greenhalo sources` is given instead of the whole span: it draws next to nothing, and says the effective input.
_SHORT_SPAN = "0.02"
_SPAN = "sources.time-span"
_STORED = "output.realizations"
_SET_APART = (_SPAN, _STORED, "output.file", "ensemble.realizations", "text")


def option(words, key):
    """The value that words of the command line give a key; None when they do not."""
    words = list(words)
    return words[words.index(f"--{key}") + 1] if f"--{key}" in words else None


def _stated_span(path):
    """sources.time-span of an input file."""
    section = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = line.split("#")[0].strip()
        if entry.startswith("["):
            section = entry.strip("[]")
        elif "=" in entry and f"{section}.{entry.split('=')[0].strip()}" == _SPAN:
            return entry.split("=")[1].strip()
    return None


def _myr(value):
    """A span as a number of Myr."""
    number, _, unit = value.partition(" ")
    return float(number) * {"": 1.0, "Myr": 1.0, "yr": 1e-6, "kyr": 1e-3, "Gyr": 1e3}[unit.strip()]


def effective_input(program, name, words):
    """The effective input, key to text, of `greenhalo run input/NAME.ini WORDS`, from the program itself."""
    words = [str(word) for word in words]
    span = option(words, _SPAN) or _stated_span(program.inputs / f"{name}.ini") or "80"
    if f"--{_SPAN}" in words:
        at = words.index(f"--{_SPAN}")
        del words[at:at + 2]
    path = program("sources", name, "claims-effective-input.h5", [*words, f"--{_SPAN}", _SHORT_SPAN])
    config = result.read_sources(path).config
    path.unlink()
    return {**config, _SPAN: f"{_myr(span):.12g}"}


def reason_against(path, realizations, expected):
    """Why a file cannot stand for `realizations` realizations of an effective input; "" when it can."""
    try:
        config = result.read(path).config
        with h5py.File(path, "r") as file:
            complete = np.asarray(file["realizations/complete"]) == 1
    except (InputError, OSError, KeyError) as error:
        return str(error).splitlines()[0]
    if len(complete) < realizations or not complete[:realizations].all():
        return f"{int(complete[:realizations].sum())} of {realizations} realizations are complete"
    if config.get(_STORED) != "all" and config.get(_STORED) != expected[_STORED]:
        return f"{_STORED} = {config.get(_STORED)}, not {expected[_STORED]}"
    if float(config.get(_SPAN, "nan")) != float(expected[_SPAN]):
        return f"{_SPAN} = {config.get(_SPAN)}, not {expected[_SPAN]}"
    for key in sorted(set(config) | set(expected)):
        if key not in _SET_APART and config.get(key) != expected.get(key):
            return f"{key} = {config.get(key, 'not stated')}, not {expected.get(key, 'stated')}"
    return ""


def existing(program, path, realizations, name, words):
    """The ensemble in a file of an earlier call, if it is there, complete, and of the same model; a larger one contains
    the smaller. Otherwise None and the reason."""
    if not path.exists():
        return None, ""
    reason = reason_against(path, realizations, effective_input(program, name, words))
    return (None, reason) if reason else (Ensemble.read(path, realizations), "")
