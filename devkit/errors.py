"""The one error the command-line tools show as a single line instead of a traceback."""


class DevkitError(Exception):
    """Something the developer must fix: the message says what is wrong and what to do, in one line."""
