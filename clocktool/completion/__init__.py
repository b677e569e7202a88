r"""Completion: a shell sends its command line in ``_CLOCKTOOL_COMPLETE`` and gets candidates.

The variable has fields separated by ``\x1f``. The first is the name of the shell. For bash the text
that it will replace and the line up to the cursor follow; for other shells all words up to the
cursor, the last one incomplete. The output has one candidate a line: for bash the quoted text, for
zsh and fish ``VALUE<tab>HELP``, for PowerShell ``TEXT<tab>VALUE<tab>HELP``. A line that is only a
separator stands for the names of files. Completion sends no requests, runs no commands, writes no
files and shows no errors.
"""

VARIABLE = "_CLOCKTOOL_COMPLETE"
"""The environment variable; if it is set, the command line is completed, not run."""

SEPARATOR = "\x1f"

SHORT_WORDS = {
    "ct": "clocktool",
    "in": "clocktool start",
    "out": "clocktool stop",
    "again": "clocktool resume",
    "fix": "clocktool edit last",
    "day": "clocktool list",
}
"""The words of ``init --aliases``, and the commands they stand for."""
