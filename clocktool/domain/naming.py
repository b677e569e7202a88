"""Names as they are typed: which things one means, and how to type the name of a project."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Project(Protocol):
    """What is told from others of its name by its client; an empty one is none."""

    @property
    def name(self) -> str:
        """Its own name."""
        ...

    @property
    def client(self) -> str:
        """The name of its client."""
        ...


P = TypeVar("P", bound=Project)


def match_names(
    text: str,
    things: Sequence[T],
    name_of: Callable[[T], str],
    off: Callable[[T], str | None] = lambda _: None,
) -> list[T]:
    """Return the best matches of a name: exact ones, else starts, else parts, in any case.

    ``off`` says of a thing that it is out of use: those come last, but an exact name that is out
    of use is never passed over for a longer one that is in use.
    """
    wanted = text.casefold()
    fallback: list[T] = []
    for matches in (str.__eq__, str.startswith, str.__contains__):
        found = [each for each in things if matches(name_of(each).casefold(), wanted)]
        if any(off(each) is None for each in found) or (found and matches is str.__eq__):
            return found
        fallback = fallback or found
    return fallback


def choose_spelling(
    text: str, alike: Sequence[T], name_of: Callable[[T], str], off: Callable[[T], str | None]
) -> list[T]:
    """Return what a name in a file means, of things with names that differ in blanks and capitals.

    Those in use go before others, then the same spelling, then the same blanks.
    """
    used = [each for each in alike if off(each) is None] or list(alike)
    same = [each for each in used if name_of(each) == text]
    folded = [each for each in used if name_of(each).casefold() == text.casefold()]
    return same or folded or used


def match_projects(
    text: str, projects: Sequence[P], off: Callable[[P], str | None] = lambda _: None
) -> list[P]:
    r"""Return the best matches of ``Site``, ``ACME/Site``, or ``/Site`` for one of no client.

    A whole name that is exact goes first, only then is a slash the client's; ``\/`` never is.
    Of several clients that match, those count that have such a project.
    """
    whole = unescape_name(text)
    exact = [each for each in projects if each.name.casefold() == whole.casefold()]
    if exact:
        return exact
    found: list[P] = []
    for client, name in _halves(text):
        having = [each for each in projects if name.casefold() in each.name.casefold()]
        if client:
            clients = {each.client for each in having if each.client}
            meant = match_names(client, sorted(clients), str)
        else:
            meant = [""]
        of_client = [each for each in having if each.client in meant]
        found += [
            each
            for each in match_names(name, of_client, lambda it: it.name, off)
            if each not in found
        ]
    if found or text.startswith("/"):
        return found
    return match_names(whole, projects, lambda each: each.name, off)


def unescape_name(text: str) -> str:
    r"""Return a name as it is, of one that is typed: ``\/`` is a slash."""
    return text.replace("\\/", "/")


def escape_name(name: str, client: str, *, is_ambiguous: bool) -> str:
    """Return a project's name as it is typed, with its client where the name is ambiguous."""
    if not client and not is_ambiguous:
        return name
    return "/".join(part.replace("/", "\\/") for part in (client, name))


def _halves(text: str) -> Iterator[tuple[str, str]]:
    """Yield the client and the project for each slash that may stand between them."""
    for slash in re.finditer(r"(?<!\\)/", text):
        client, name = unescape_name(text[: slash.start()]), unescape_name(text[slash.end() :])
        if name.strip():
            yield client.strip(), name.strip()
