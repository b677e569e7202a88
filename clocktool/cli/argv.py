"""The words of a command line as they come, before they are parsed."""

import re
from collections.abc import Sequence
from itertools import pairwise

from clocktool.errors import UsageError, quoted

FILES = {"import": "", "report": "--save"}
"""The commands that are given a file's name, which may hold any bytes: by which option."""


def refuse_broken(args: Sequence[str]) -> None:
    """Raise UsageError for a word behind a command that is no UTF-8, the name of a file aside."""
    option = FILES.get(args[0])
    for before, word in pairwise(args):
        if option and (before == option or word.startswith(f"{option}=")):
            continue
        if option == "" and word[:1] != "-" and before not in _VALUED:
            continue
        refuse_broken_word(word)


def refuse_broken_word(word: str) -> None:
    """Raise UsageError for a word that is no UTF-8."""
    if word.isascii():
        return
    try:
        word.encode()
    except UnicodeEncodeError as error:
        shown = word.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        raise UsageError(
            f"{quoted(shown)} is not valid UTF-8", "type it where the locale is UTF-8"
        ) from error


_VALUED = ("--user", "--from", "--profile", "-w", "--workspace")
"""The options of ``import`` that take a value."""


def wants_json(args: Sequence[str]) -> bool:
    """Whether a command line asks for JSON, also one that cannot be parsed."""
    for word, after in zip(args, [*args[1:], ""], strict=False):
        found = _OUTPUT.fullmatch(word)
        if found is not None and (found[1] or after) in ("json", "jsonl"):
            return True
    return False


_OUTPUT = re.compile(r"(?:-[hqvy]*o=?|--output(?:=|$))(.*)", re.DOTALL)
"""The option ``-o``, alone or behind others that take no value, with its value or without."""
