"""The elements of a JSON array, each with the line it begins on."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from clocktool.importers.row import Problem

_BLANKS = re.compile(r"[ \t\r\n]*")


class Element:
    """An element of an array, and the line it begins on."""

    __slots__ = ("line", "value")

    def __init__(self, line: int, value: Any) -> None:
        self.line = line
        self.value = value


def elements(lines: Iterable[bytes]) -> Iterator[Element | Problem]:
    """Yield the elements of an array; invalid JSON is yielded as a Problem and ends it."""
    data = b"".join(lines)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        yield Problem(data.count(b"\n", 0, error.start) + 1, "it is not UTF-8")
        return
    del data
    yield from _elements(text)


def _elements(text: str) -> Iterator[Element | Problem]:
    decode = json.JSONDecoder().raw_decode
    at, counted, line = _after_blanks(text, 0), 0, 1
    if text[at : at + 1] != "[":
        yield Problem(line, "not a JSON array")
        return
    at = _after_blanks(text, at + 1)
    mark = ","
    if text[at : at + 1] == "]":
        mark, at = "]", _after_blanks(text, at + 1)
    while mark == ",":
        line += text.count("\n", counted, at)
        counted = at
        try:
            value, at = decode(text, at)
        except (ValueError, RecursionError) as error:
            bad = error.pos if isinstance(error, json.JSONDecodeError) else at
            yield Problem(line + text.count("\n", counted, bad), "invalid JSON")
            return
        yield Element(line, value)
        at = _after_blanks(text, at)
        mark = text[at : at + 1]
        if mark not in (",", "]"):
            line += text.count("\n", counted, at)
            yield Problem(line, "invalid JSON" if mark else "the array is not closed")
            return
        at = _after_blanks(text, at + 1)
    if at < len(text):
        yield Problem(line + text.count("\n", counted, at), "there is text after the array")


def _after_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at
