"""The command line: picks the subcommand and turns errors into one line and an exit status."""

import argparse
import sys

from . import amplitude, compare, distribution, dominant, moments, phase, sources, spectrum, validation
from .errors import PlotError

# Each has NAME, HELP, add_arguments(parser) and run(options).
SUBCOMMANDS = (amplitude, phase, spectrum, moments, sources, dominant, distribution, compare, validation)


def parser(program="tools/plot"):
    """The parser with every subcommand."""
    top = argparse.ArgumentParser(prog=program, description="Figures from greenhalo's result files.",
                                  allow_abbrev=False)
    commands = top.add_subparsers(metavar="FIGURE", required=True)
    for module in SUBCOMMANDS:
        sub = commands.add_parser(module.NAME, help=module.HELP.replace("%", "%%"), description=module.HELP,
                                  allow_abbrev=False)
        module.add_arguments(sub)
        sub.set_defaults(run=module.run)
    return top


def main(arguments=None, program="tools/plot"):
    """Runs one subcommand; returns the exit status (0 done, 1 failed, 2 wrong usage or input)."""
    options = parser(program).parse_args(arguments)
    try:
        options.run(options)
    except PlotError as error:
        print(f"{program}: {error}", file=sys.stderr)
        return error.status
    return 0
