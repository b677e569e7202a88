"""The man page, made from the command table, the options and the topics of ``clocktool help``.

``python -m clocktool.cli.manual`` writes it to ``data/clocktool.1``.
"""

from collections.abc import Iterable, Iterator

from clocktool.cli.command_help import in_order, split
from clocktool.cli.options import MORE_FILTERS
from clocktool.cli.topics import FOLDER, TOPICS, text_of
from clocktool.completion.table import Command, Describe, Option

PAGE = FOLDER / "clocktool.1"

HEADINGS = {
    "exit-codes": "EXIT STATUS",
    "configuration": "CONFIGURATION AND ENVIRONMENT",
    "offline": "WITHOUT AN ACCOUNT OR A CONNECTION",
}
"""Sections with another name than their topic's."""


def page(sections: dict[str, dict[str, str]], describe: Describe) -> str:
    """Return the man page in roff. ``sections`` are the commands, as in ``COMMANDS``."""
    return "\n".join(_lines(sections, describe)) + "\n"


def _lines(sections: dict[str, dict[str, str]], describe: Describe) -> Iterator[str]:
    program = describe(())
    yield '.\\" Made by: python -m clocktool.cli.manual'
    yield '.TH CLOCKTOOL 1 "" clocktool "User Commands"'
    yield ".SH NAME"
    yield "clocktool \\- track time from the terminal"
    yield ".SH SYNOPSIS"
    yield ".B clocktool"
    yield "[\\fIoptions\\fR] \\fIcommand\\fR [\\fIwords\\fR ...]"
    yield ".SH DESCRIPTION"
    for place, paragraph in enumerate(split(program.help)[0]):
        if place:
            yield ".PP"
        yield _text(paragraph)
    yield ".PP"
    yield _text("'clocktool COMMAND --help' and 'clocktool help TOPIC' say the same as this page.")
    yield ".SH GLOBAL OPTIONS"
    yield "They may stand before or after the command."
    yield from _options(each for each in program.options if not each.hidden)
    yield ".SH COMMANDS"
    for section, names in sections.items():
        yield f".SS {_text(section)}"
        for name in names:
            yield from _command((name,), describe)
    for topic in TOPICS:
        yield f".SH {_text(HEADINGS.get(topic, topic.upper()))}"
        yield from _verbatim(text_of(topic).splitlines())


def _command(path: tuple[str, ...], describe: Describe) -> Iterator[str]:
    """Yield a command and its subcommands."""
    command = describe(path)
    words = " ".join(_text(each.metavar) for each in command.arguments)
    yield ".TP"
    yield f"\\fBclocktool {_text(' '.join(path))}\\fR {words}".rstrip()
    yield from _help(command)
    groups = dict.fromkeys(each.group for each in command.options if _is_shown(each))
    for argument in command.arguments:
        yield ".TP"
        yield f"\\fI{_text(argument.metavar)}\\fR"
        yield _text(argument.help)
    for group in in_order(groups):
        yield from _group(group, [each for each in command.options if each.group == group])
    yield ".RE"
    for name in command.commands:
        yield from _command((*path, name), describe)


def _is_shown(option: Option) -> bool:
    return not option.hidden and option.name != "--help"


def _group(title: str, options: Iterable[Option]) -> Iterator[str]:
    """Yield a group of options; of filters that a topic explains only the names."""
    shown = [each for each in options if _is_shown(each)]
    yield ".PP"
    yield f".I {_text(title)}:"
    if title == MORE_FILTERS:
        yield ".br"
        names = (name for each in shown for name in (*each.names, *each.off))
        yield ", ".join(f"\\fB{_text(name)}\\fR" for name in names)
    else:
        yield from _options(shown)


def _help(command: Command) -> Iterator[str]:
    """Yield a command's help: what it does, examples line by line, further paragraphs.

    What follows is indented, until ``.RE``.
    """
    (summary, *paragraphs), examples = split(command.help)
    yield _text(summary)
    yield ".RS"
    if examples:
        yield ".PP"
        yield from _verbatim(f"  {line}" for line in examples)
    for paragraph in paragraphs:
        yield ".PP"
        yield _text(paragraph)


def _options(options: Iterable[Option]) -> Iterator[str]:
    for option in options:
        names = ", ".join(f"\\fB{_text(name)}\\fR" for name in (*option.names, *option.off))
        yield ".TP"
        yield f"{names} \\fI{_text(option.metavar)}\\fR" if option.metavar else names
        yield _text(option.help)


def _verbatim(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines as they are: roff keeps their line breaks and spaces."""
    yield ".nf"
    yield from map(_text, lines)
    yield ".fi"


def _text(text: str) -> str:
    """Return a line with all that is special in roff escaped."""
    marked = "".join(_ESCAPES.get(mark, mark) for mark in text)
    return f"\\&{marked}" if marked[:1] == "." else marked


_ESCAPES = {
    "\\": "\\e",
    "-": "\\-",
    "~": "\\(ti",
    "^": "\\(ha",
    "`": "\\(ga",
    "'": "\\(aq",
    "…": "...",
}


if __name__ == "__main__":
    from clocktool.cli.root import COMMANDS, describe

    PAGE.write_text(page(COMMANDS, describe), encoding="utf-8")
