r"""Completion: a shell says what is typed so far in ``_CLOCKTOOL_COMPLETE`` and gets candidates.

The variable holds fields with ``\x1f`` between them: the shell's name, then for bash the text that
it would replace and the line up to the cursor, for the others the words up to the cursor, the last
one begun. The answer is a candidate a line: for bash quoted as it is to stand there, for zsh and
fish ``VALUE<tab>HELP``, for PowerShell ``TEXT<tab>VALUE<tab>HELP``. No answer is no candidate:
nothing here asks a service, runs a command, writes a file or says what went wrong.
"""

VARIABLE = "_CLOCKTOOL_COMPLETE"
"""The variable of the environment; a command line that has it is not run."""

SEPARATOR = "\x1f"
