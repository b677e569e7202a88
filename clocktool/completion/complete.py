"""Find the candidates for a command line: commands, options, and their values."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from clocktool.app.app import App
from clocktool.completion import SEPARATOR
from clocktool.completion.kinds import PROFILE, WORKSPACE, Candidate, Kind, Query
from clocktool.completion.line import begun_word, powershell, quoted, read_bash
from clocktool.completion.table import Command, Describe, Option
from clocktool.errors import ClocktoolError
from clocktool.render.text import visible

LONGEST_HELP = 60
"""The greatest length of a candidate's help, in characters."""


def answer(asked: str, app: App, describe: Describe) -> str:
    """Return the output for a shell's request; the package's docstring has both formats."""
    shell, *fields = asked.split(SEPARATOR)
    if shell != "bash":
        begun = begun_word(fields[-1]) if shell in ("fish", "powershell") else fields[-1]
        found = list(_matching(fields[:-1], begun, app, describe))
        shown = [(each.value, visible(each.help)[:LONGEST_HELP]) for each in found]
        if shell == "powershell":
            return "".join(f"{powershell(value)}\t{value}\t{what}\n" for value, what in shown)
        return "".join(f"{value}\t{what}\n" for value, what in shown)
    replaced, text = fields
    line = read_bash(text, replaced)
    if line is None:
        return ""
    head = len(line.head)
    words = _without_assignments(line.words)
    return "".join(
        f"{quoted(each.value[head:], line.quote, first=not line.head)}\n"
        for each in _matching(words[1:], line.begun, app, describe)
        if each.value[:head].casefold() == line.head.casefold()
    )


def _without_assignments(words: Sequence[str]) -> Sequence[str]:
    start = next((place for place, word in enumerate(words) if "=" not in word), 0)
    return words[start:]


def _matching(
    words: Sequence[str], begun: str, app: App, describe: Describe
) -> Iterator[Candidate]:
    """Yield the candidates with the typed prefix, in any case, without control characters."""
    start = begun.casefold()
    seen: set[str] = set()
    for each in Typed(words, describe, _aliases(app)).next(begun, app):
        fits = any(text.casefold().startswith(start) for text in (each.value, each.also) if text)
        if fits and each.value not in seen and visible(each.value) == each.value.strip():
            seen.add(each.value)
            yield each


def _aliases(app: App) -> dict[str, str]:
    """Return the aliases with their command lines; none if the file can't be read.

    The configuration is not read yet: the words may name another profile.
    """
    from clocktool.config.config import load

    with suppress(ClocktoolError, AttributeError, ValueError):
        found = load(app.config_path).get("aliases", {}).items()
        return {name: line for name, line in found if shlex.split(line)}
    return {}


class Typed:
    """The words before the cursor, parsed as the command line will be."""

    def __init__(
        self, words: Iterable[str], describe: Describe, aliases: Mapping[str, str]
    ) -> None:
        self._describe = describe
        self._aliases = aliases
        self._root = describe(())
        self.path: list[str] = []
        self.command: Command = self._root
        self.given: dict[str, tuple[Option, str]] = {}
        self.words: list[str] = []
        self.open_option: Option | None = None
        self._only_words = False
        for word in words:
            self._read(word)

    def next(self, begun: str, app: App) -> Iterator[Candidate]:
        """Yield the candidates at the cursor; ``begun`` is the incomplete word there."""
        if self.open_option is not None:
            return self._values(self.open_option, begun, app, "")
        if begun.startswith("--") and "=" in begun and not self._only_words:
            name, _, value = begun.partition("=")
            option = self._option(name)
            return iter(()) if option is None else self._values(option, value, app, f"{name}=")
        if begun[:1] == "-" and not self._only_words:
            option = self._option(begun[:2])
            if begun[1:2] not in ("", "-") and option is not None and option.metavar and begun[2:]:
                return self._values(option, begun[2:], app, begun[:2])
            return self._options(begun)
        return self._commands_and_words(begun, app)

    def _read(self, word: str) -> None:
        if self.open_option is not None:
            self.given[self.open_option.name] = (self.open_option, word)
            self.open_option = None
        elif self._only_words or word == "-" or not word.startswith("-"):
            if not self.path and not self.words and word in self._aliases:
                for each in shlex.split(self._aliases[word]):
                    self._read(each)
            elif not self.words and word in self.command.commands and not self._only_words:
                self.path.append(word)
                self.command = self._describe(self.path)
            else:
                self.words.append(word)
        elif word == "--":
            self._only_words = True
        elif word.startswith("--"):
            name, equals, value = word.partition("=")
            self._take(name, value if equals else None)
        else:
            self._read_short(word[1:])

    def _read_short(self, letters: str) -> None:
        """Parse short options: ``-qy``, ``-pSite``."""
        for place, letter in enumerate(letters):
            option = self._option(f"-{letter}")
            if option is None or not option.metavar:
                self._take(f"-{letter}", None)
                continue
            self._take(f"-{letter}", letters[place + 1 :] or None)
            return

    def _take(self, name: str, value: str | None) -> None:
        option = self._option(name)
        if option is None:
            return
        if option.metavar and value is None:
            self.open_option = option
        else:
            self.given[option.name] = (option, value or "")

    def _option(self, name: str) -> Option | None:
        known = (*self.command.options, *self._root.options)
        return next((each for each in known if name in (*each.names, *each.off)), None)

    def _options(self, begun: str) -> Iterator[Candidate]:
        """Yield the options not given yet; a short name only if it is typed already."""
        seen: set[str] = set()
        for option in (*self.command.options, *self._root.options):
            given = option.name in self.given and not option.many
            if option.hidden or option.name in seen or given:
                continue
            if option.name == "--version" and self.path:
                continue
            seen.add(option.name)
            for name in (*option.names, *option.off):
                if name.startswith("--") or begun == name:
                    yield Candidate(name, option.help)

    def _commands_and_words(self, begun: str, app: App) -> Iterator[Candidate]:
        if not self.words and not self._only_words:
            yield from map(Candidate, self.command.commands, self.command.commands.values())
            if not self.path:
                yield from map(Candidate, self._aliases, self._aliases.values())
        arguments = self.command.arguments
        place = min(len(self.words), len(arguments) - 1)
        if place < 0 or (len(self.words) > place and not arguments[place].many):
            return
        for each in self._known(arguments[place].kind, begun, app, self.words):
            if self._only_words or each.value[:1] != "-":
                yield each

    def _values(self, option: Option, begun: str, app: App, before: str) -> Iterator[Candidate]:
        """Yield the values of an option; ``before`` is the part of the word before the value."""
        for each in self._known(option.kind, begun, app, ()):
            yield Candidate(before + each.value, each.help, each.also and before + each.also)

    def _known(self, kind: Kind, begun: str, app: App, words: Sequence[str]) -> Iterator[Candidate]:
        """Yield the candidates of a kind, for the profile and workspace on the command line."""
        given = {option.kind: value for option, value in self.given.values()}
        app.flags.profile = given.get(PROFILE) or app.flags.profile
        app.flags.workspace = given.get(WORKSPACE) or app.flags.workspace

        def rows(name: str) -> list[tuple[str, ...]]:
            from clocktool.completion.sources import rows_of

            return rows_of(app, name)

        def profiles() -> Iterable[str]:
            from clocktool.config.config import load

            return list(load(app.config_path).get("profiles", {}))

        return kind.candidates(Query(begun, words, given, rows, profiles, self._describe))
