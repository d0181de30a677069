"""What can go wrong, with the exit status the program ends with."""


class PlotError(Exception):
    """The figure could not be made although the input was right."""

    status = 1


class InputError(PlotError):
    """The input or the options are wrong: nothing was started."""

    status = 2
