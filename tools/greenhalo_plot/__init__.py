"""Figures from greenhalo's result files.

One module per subcommand; a module becomes one by being listed in command.SUBCOMMANDS.
"""
