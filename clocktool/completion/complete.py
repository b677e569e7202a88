"""Find the candidates for a command line: commands, options, and their values."""

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from clocktool.app.app import App
from clocktool.completion import SEPARATOR, SHORT_WORDS
from clocktool.completion.kinds import FILES, PROFILE, WORKSPACE, Candidate, Kind, Query, matching
from clocktool.completion.line import begun_word, is_lost, powershell, quoted, read_bash
from clocktool.completion.table import Command, Describe, Option
from clocktool.domain.time.instant import Instant
from clocktool.errors import ClocktoolError
from clocktool.render.text import visible

LONGEST_HELP = 100
"""The greatest length of a candidate's help, in characters."""


def answer(asked: str, app: App, describe: Describe) -> str:
    """Return the output for a shell's request; the package's docstring has both formats."""
    shell, *fields = asked.split(SEPARATOR)
    if shell == "bash":
        return _for_bash(fields, app, describe)
    begun = begun_word(fields[-1]) if shell in ("fish", "powershell") else fields[-1]
    lines: list[str] = []
    for each in _next(fields[:-1], begun, app, describe):
        if each is FILES:
            lines.append(each.value)
            continue
        cells = [each.value, visible(each.help)[:LONGEST_HELP]]
        lines.append(
            "\t".join([powershell(each.value), *cells] if shell == "powershell" else cells)
        )
    return "".join(f"{line}\n" for line in lines)


def _for_bash(fields: Sequence[str], app: App, describe: Describe) -> str:
    """Return the candidates for bash, as texts that replace the end of the word."""
    replaced, text = fields
    line = read_bash(text, replaced)
    if line is None:
        return ""
    words = _without_assignments(line.words)
    if words and words[0] in SHORT_WORDS:
        words = [*SHORT_WORDS[words[0]].split(), *words[1:]]
    found = list(_next(words[1:], line.begun, app, describe))
    if FILES in found:
        return f"{FILES.value}\n"
    head = len(line.head)
    ends = [
        each.value[head:] for each in found if each.value[:head].casefold() == line.head.casefold()
    ]
    lines = [f"{quoted(end, line.quote, first=not line.head)}\n" for end in ends]
    if is_lost(line.begun[head:], ends):
        lines.append(" \n")  # a candidate that shares no beginning with others: nothing is replaced
    return "".join(lines)


def _without_assignments(words: Sequence[str]) -> Sequence[str]:
    start = next((place for place, word in enumerate(words) if "=" not in word), 0)
    return words[start:]


def _next(words: Sequence[str], begun: str, app: App, describe: Describe) -> Iterator[Candidate]:
    """Yield the candidates at the cursor, each once, without control characters."""
    seen: set[str] = set()
    for each in Typed(words, describe, _aliases(app)).next(begun, app):
        is_shown = each is FILES or visible(each.value) == each.value.strip()
        if each.value not in seen and is_shown:
            seen.add(each.value)
            yield each


def _aliases(app: App) -> dict[str, str]:
    """Return the aliases with their command lines; none if the file can't be read.

    The configuration is not read yet: the words may name another profile.
    """
    with suppress(ClocktoolError, AttributeError, ValueError):
        found = _config(app).get("aliases", {}).items()
        return {name: line for name, line in found if shlex.split(line)}
    return {}


def _config(app: App) -> dict[str, dict[str, str]]:
    """Return the configuration file as it is. Raises SetupError."""
    from clocktool.config.config import load

    return load(app.config_path)


def _time_of(app: App) -> Callable[[str], str]:
    """Return a function that shows an instant: its time of day, with the date unless it is today.

    The zone is the one of ``running --prompt``, which makes no request either.
    """
    last_timer = app.connection.last_timer
    timer = None if last_timer is None else last_timer.timer()
    try:
        zone = app.zone_of(None if timer is None else timer.zone)
    except ValueError:  # the account's zone is unknown on this machine
        zone = app.own_zone
    today = zone.day(app.now)

    def time(seconds: str) -> str:
        at = zone.local_time(Instant(int(seconds)))
        return f"{at:%H:%M}" if at.date() == today else f"{at:%a} {at.day} {at:%b} {at:%H:%M}"

    return time


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
                if begun == name or (name.startswith("--") and name.startswith(begun)):
                    yield Candidate(name, option.help)

    def _commands_and_words(self, begun: str, app: App) -> Iterator[Candidate]:
        if not self.words and not self._only_words:
            commands = self.command.commands
            yield from matching(map(Candidate, commands, commands.values()), begun)
            if not self.path:
                yield from matching(map(Candidate, self._aliases, self._aliases.values()), begun)
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
            yield each if each is FILES else Candidate(before + each.value, each.help)

    def _known(self, kind: Kind, begun: str, app: App, words: Sequence[str]) -> list[Candidate]:
        """Return the candidates of a kind, for the profile and workspace on the command line."""
        given = {option.kind: value for option, value in self.given.values()}
        app.flags.profile = given.get(PROFILE) or app.flags.profile
        app.flags.workspace = given.get(WORKSPACE) or app.flags.workspace
        times: list[Callable[[str], str]] = []

        def rows(name: str) -> list[tuple[str, ...]]:
            from clocktool.completion.sources import rows_of

            return rows_of(app, name)

        def time(seconds: str) -> str:
            if not times:
                times.append(_time_of(app))
            return times[0](seconds)

        def config() -> dict[str, dict[str, str]]:
            return _config(app)

        asked = Query(begun, words, given, rows, time, config, self._describe)
        return matching(kind.candidates(asked), begun)
