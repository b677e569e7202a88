"""Other first words of a command line: aliases of the person, and words of other trackers."""

import shlex
from typing import TYPE_CHECKING

from clocktool.errors import ClocktoolError, UsageError, literal

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from clocktool.app.app import App

OTHER_WORDS: "dict[str, tuple[str, ...]]" = {
    "in": ("start",),
    "switch": ("start",),
    "out": ("stop",),
    "continue": ("resume",),
    "current": ("running",),
    "ls": ("list",),
    "log": ("list",),
    "rm": ("delete",),
    "cancel": ("delete", "current"),
    "summary": ("report",),
}
"""Words of other time trackers, and what they are here."""


def expanded(app: "App", args: "Sequence[str]", commands: "Collection[str]") -> list[str] | None:
    """Return a command line with an alias, or a word of another tool, replaced; None without one.

    An alias begins with a command. Raises UsageError for one that begins with another alias.
    """
    word, *rest = args
    setting = app.config.table("aliases").get(word)
    if setting is None:
        return [*OTHER_WORDS[word], *rest] if word in OTHER_WORDS else None
    words = shlex.split(str(setting.value))
    if words[0] in OTHER_WORDS and words[0] not in app.config.table("aliases"):
        words = [*OTHER_WORDS[words[0]], *words[1:]]
    if words[0] not in commands:
        is_alias = words[0] in app.config.table("aliases")
        why = "is an alias itself" if is_alias else "is not a command"
        raise UsageError(
            f"the alias {literal(word)} begins with {literal(words[0])}, which {why}",
            "begin it with a command: clocktool --help lists them",
        )
    return [*words, *rest]


def command_of(app: "App", word: str) -> str | None:
    """Return the first word that an alias or another tool's word stands for; None for others.

    If the configuration can't be read, aliases are left out.
    """
    line = aliases_of(app).get(word)
    first = word if line is None else shlex.split(line)[0]
    found = OTHER_WORDS.get(first, (first,))[0]
    return None if found == word else found


def explained(app: "App") -> str:
    """Return the text of ``help aliases``: the aliases, other words, and how to add one."""
    from clocktool.render.text import visible

    lines = [f"  {visible(name):<9} {visible(line)}" for name, line in aliases_of(app).items()]
    lines = ["Your aliases:", *lines] if lines else ["You have no aliases yet."]
    lines += ["", "Words of other time trackers:"]
    lines += [f"  {word:<9} {' '.join(words)}" for word, words in OTHER_WORDS.items()]
    lines += [
        "",
        "An alias stands for the first words of a command line. To add one:",
        "",
        "  clocktool config set aliases.standup 'start stand-up -p Ops'",
    ]
    return "\n".join(lines) + "\n"


def aliases_of(app: "App") -> dict[str, str]:
    """Return the aliases with their lines, for help and completion; none if they can't be read."""
    try:
        return {name: str(each.value) for name, each in app.config.table("aliases").items()}
    except ClocktoolError:
        return {}
