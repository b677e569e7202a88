"""Matching of typed names, and how to type the name of a project."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol, TypeVar

import msgspec

T = TypeVar("T")

JOINT = " · "
"""What is between a project and its client where they are shown."""

PLAIN_JOINT = " - "
"""The same without Unicode."""

_NUMBER: Final = r"([0-9]+)"


def is_id(text: str) -> bool:
    """Return whether a text is an id, not a name: 24 lower-case hexadecimal digits."""
    return len(text) == 24 and not text.strip("0123456789abcdef")


class Project(Protocol):
    """A project with the name of its client, which is empty for none."""

    @property
    def name(self) -> str:
        """The name of the project."""
        ...

    @property
    def client(self) -> str:
        """The name of the client."""
        ...


P = TypeVar("P", bound=Project)


class TextChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """A name in the configuration that has changed: the path of its key, its old and new text.

    A list of names has all its texts. ``is_key`` says that the last part of the path is the name.
    """

    path: tuple[str, ...]
    old: str | tuple[str, ...]
    new: str | tuple[str, ...]
    is_key: bool = False

    @property
    def reverse(self) -> "TextChange":
        """The change back."""
        path = (*self.path[:-1], str(self.new)) if self.is_key else self.path
        return TextChange(path, self.new, self.old, self.is_key)


def match_names(
    text: str,
    things: Sequence[T],
    name_of: Callable[[T], str],
    inactive: Callable[[T], str | None] = lambda _: None,
) -> list[T]:
    """Return the best matches of a name in any case: exact, else prefix, else part.

    ``inactive`` returns why a thing is inactive, such as ``archived``, or None. Inactive things
    match last, but an exact match wins even if it is inactive.
    """
    wanted = text.casefold()
    fallback: list[T] = []
    for matches in (str.__eq__, str.startswith, str.__contains__):
        found = [each for each in things if matches(name_of(each).casefold(), wanted)]
        if any(inactive(each) is None for each in found) or (found and matches is str.__eq__):
            return found
        fallback = fallback or found
    return fallback


def natural_order(text: str) -> tuple[tuple[tuple[int, str], ...], str]:
    """Return the sort key of a name as a person reads: ``Sprint 2`` before ``Sprint 10``.

    Capitals and accents only decide between names that are otherwise the same.
    """
    from unicodedata import combining, normalize  # 1 MB that most commands do without

    letters = normalize("NFKD", text.casefold())
    parts = re.split(_NUMBER, "".join(each for each in letters if not combining(each)))
    read: list[tuple[int, str]] = []
    for place, part in enumerate(parts):
        digits = part.lstrip("0") if place % 2 else part
        read.append((len(digits) if place % 2 else 0, digits))
    return tuple(read), text


def choose_spelling(
    text: str, alike: Sequence[T], name_of: Callable[[T], str], inactive: Callable[[T], str | None]
) -> list[T]:
    """Choose among things with names that differ only in spaces and capitals.

    Active things are preferred, then the same spelling, then the same spaces.
    """
    used = [each for each in alike if inactive(each) is None] or list(alike)
    same = [each for each in used if name_of(each) == text]
    folded = [each for each in used if name_of(each).casefold() == text.casefold()]
    return same or folded or used


def match_projects(
    text: str, projects: Sequence[P], inactive: Callable[[P], str | None] = lambda _: None
) -> list[P]:
    r"""Return the best matches of ``Site``, ``ACME/Site``, or ``/Site`` (no client).

    An exact match of the whole text comes first, then one of a project as it is shown: ``Site ·
    ACME``. Only then does a slash separate the client; ``\/`` never does. If several clients match,
    only those with such a project count.
    """
    whole = unescape_name(text)
    exact = [each for each in projects if each.name.casefold() == whole.casefold()]
    exact = exact or [each for each in projects if is_shown_as(text, each.name, each.client)]
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
            for each in match_names(name, of_client, lambda it: it.name, inactive)
            if each not in found
        ]
    if found or text.startswith("/"):
        return found
    return match_names(whole, projects, lambda each: each.name, inactive)


def shown_name(name: str, client: str) -> str:
    """Return a project's name as tables and messages show it: ``Site · ACME``."""
    return f"{name}{JOINT}{client}" if client else name


def is_shown_as(text: str, name: str, client: str) -> bool:
    """Return whether a text is a project as it is shown, also without Unicode: ``Site - ACME``."""
    shown = shown_name(name, client).casefold()
    return text.strip().casefold() in (shown, shown.replace(JOINT, PLAIN_JOINT))


def part_of_names(text: str) -> str:
    """Return a part of every project's name that a text may mean, to search for."""
    last = unescape_name(text).rpartition("/")[2]
    for joint in (JOINT, PLAIN_JOINT):
        last = last.partition(joint)[0].strip() or last
    return last.strip()


def unescape_name(text: str) -> str:
    r"""Return a typed name without escapes: ``\/`` becomes a slash."""
    return text.replace("\\/", "/")


def escape_name(name: str, client: str, *, is_ambiguous: bool) -> str:
    """Return a project's name as it is typed: ``ACME/Site``, or ``Site`` without a client.

    If another project has the same name, ``is_ambiguous`` writes ``/Site`` without a client.
    """
    if not client and not is_ambiguous:
        return name
    return "/".join(part.replace("/", "\\/") for part in (client, name))


def client_and_name(text: str) -> Iterator[tuple[str, str]]:
    """Yield the client and the name that a text may give to a project that is to be created."""
    yield from _halves(text)
    if not re.search(r"(?<!\\)/", text):
        yield "", unescape_name(text).strip()


def name_alone(text: str) -> str:
    """Return the name in the text for a project, without its client: ``Site``."""
    return unescape_name(re.split(r"(?<!\\)/", text)[-1])


def replace_in_name(
    text: str, names: tuple[str, str], clients: tuple[str, str], *, is_ambiguous: bool
) -> str:
    """Return the text for a project after a rename of it or of its client.

    ``names`` and ``clients`` are its name and its client's, before and after. A client that the
    text does not say stays unsaid, unless another project has the new name.
    """
    (before, after), (old_client, client) = names, clients
    if old_client and is_shown_as(text, before, old_client):
        return shown_name(after, client)
    halves = list(_halves(text))
    is_whole = unescape_name(text).casefold() == before.casefold()
    if is_whole or not halves:
        return escape_name(after, client, is_ambiguous=True) if is_ambiguous else after
    typed_client, typed_name = halves[0]
    name = typed_name if before == after else after
    return escape_name(name, typed_client if client == old_client else client, is_ambiguous=True)


def _halves(text: str) -> Iterator[tuple[str, str]]:
    """Split at each slash that is not escaped; yield the client and the project."""
    for slash in re.finditer(r"(?<!\\)/", text):
        client, name = unescape_name(text[: slash.start()]), unescape_name(text[slash.end() :])
        if name.strip():
            yield client.strip(), name.strip()
