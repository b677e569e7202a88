"""The words of a command line before they are parsed: encoding, and whether JSON is wanted."""

import re
from collections.abc import Sequence
from itertools import pairwise

from clocktool.errors import UsageError, quoted

FILES = {"import": "", "report": "--save"}
"""The commands that take a file's name, with the option for it; '' is an argument.

The name of a file may hold any bytes.
"""


def check_encoding(args: Sequence[str]) -> None:
    """Raise UsageError for a word that is not valid UTF-8, unless it is the name of a file."""
    option = FILES.get(args[0])
    for before, word in pairwise(args):
        if option and (before == option or word.startswith(f"{option}=")):
            continue
        if option == "" and word[:1] != "-" and before not in _VALUED:
            continue
        check_word_encoding(word)


def check_word_encoding(word: str) -> None:
    """Raise UsageError for a word that is not valid UTF-8."""
    if word.isascii():
        return
    try:
        word.encode()
    except UnicodeEncodeError as error:
        shown = word.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        raise UsageError(
            f"{quoted(shown)} is not valid UTF-8", "use a terminal with a UTF-8 locale"
        ) from error


_VALUED = ("--user", "--from", "--profile", "-w", "--workspace")
"""The options of ``import`` that take a value."""


def wants_json(args: Sequence[str]) -> bool:
    """Whether a command line asks for JSON. The rest of the line may be invalid."""
    for word, after in zip(args, [*args[1:], ""], strict=False):
        found = _OUTPUT.fullmatch(word)
        if found is not None and (found[1] or after) in ("json", "jsonl"):
            return True
    return False


_OUTPUT = re.compile(r"(?:-[hqvy]*o=?|--output(?:=|$))(.*)", re.DOTALL)
"""The option ``-o``, with or without its value; flags may stand before it: ``-qojson``."""
