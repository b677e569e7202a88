"""Where results and notes go, and how they look there.

Data goes to standard output, everything else to standard error. Colour, symbols and width follow
the terminal, ``NO_COLOR`` and ``FORCE_COLOR``.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TextIO

from clocktool.render.text import ascii_json, isolated, visible


class Format(StrEnum):
    """How a result is written (``-o``)."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MD = "md"
    ID = "id"


STYLES = {
    "bold": "bold",
    "dim": "dim",
    "running": "bold green",
    "money": "yellow",
    "tag": "cyan",
    "error": "bold red",
    "hint": "dim",
}
"""The styles of what is shown, by name, in words that rich reads, too.

Colours are the terminal's own, which a theme has made to be read on its ground.
"""

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


class Output:
    """The two streams of a command. ``width`` is None where standard output is no terminal."""

    def __init__(
        self,
        stdout: TextIO,
        stderr: TextIO,
        *,
        color: bool = False,
        unicode: bool = True,
        width: int | None = None,
    ) -> None:
        self._stdout = stdout
        self._stderr = stderr
        self.color = color
        self.unicode = unicode
        self.width = width
        self.quiet = False
        self.failure: OSError | None = None
        """Why standard output could not be written; a reader that has gone is no reason."""

        self._gone: list[TextIO] = []

    @classmethod
    def of(
        cls, stdout: TextIO, stderr: TextIO, env: Mapping[str, str], columns: int | None
    ) -> "Output":
        """Return the output of a process: what its terminal and environment allow."""
        if env.get("NO_COLOR"):
            color = False
        elif env.get("FORCE_COLOR"):
            color = env["FORCE_COLOR"] != "0"
        else:
            color = columns is not None and env.get("TERM") != "dumb"
        encoding = (getattr(stdout, "encoding", None) or "utf-8").lower()
        return cls(stdout, stderr, color=color, unicode=encoding.startswith("utf"), width=columns)

    @property
    def ended(self) -> bool:
        """Whether standard output takes no more: its reader has gone, or the disk is full."""
        return self._stdout in self._gone

    def in_utf_8(self) -> None:
        """Write the result in UTF-8 whatever the locale, where a program reads it."""
        reconfigure = getattr(self._stdout, "reconfigure", None)
        if self.width is None and reconfigure is not None:
            reconfigure(encoding="utf-8")
            self.unicode = True

    def line(self, text: str = "") -> None:
        """Write a line of a result that is for people; nothing when quiet."""
        if not self.quiet:
            self.data(text + "\n")

    def data(self, text: str) -> None:
        """Write a result, as it is, quiet or not."""
        self._write(self._stdout, text)

    def frame(self, text: str) -> None:
        """Write a picture of something that moves: it is seen at once."""
        self._write(self._stdout, text, flush=True)

    def note(self, text: str) -> None:
        """Write a text beside the result, on standard error; nothing when quiet."""
        self.note_line(visible(text))

    def note_line(self, line: str) -> None:
        """Write a line beside the result that is visible already, and may be painted."""
        if not self.quiet:
            self.say(line)

    def say(self, text: str) -> None:
        """Write a line on standard error, quiet or not."""
        self._write(self._stdout, "", flush=True)
        self._write(self._stderr, text + "\n", flush=True)

    def ask(self, question: str) -> None:
        """Write a question on standard error, its answer to be typed behind it."""
        self._write(self._stdout, "", flush=True)
        self._write(self._stderr, f"{visible(question)} ", flush=True)

    def paint(self, text: str, style: str) -> str:
        """Return a text in a style, as it is where there is no colour. The text is made visible."""
        return self.painted(visible(text), style)

    def painted(self, text: str, style: str) -> str:
        """Return a text that is visible already in a style: a name of ours, or ``#rrggbb``."""
        if not self.color or not text.strip():
            return text
        words = STYLES.get(style)
        code = _rgb(style) if words is None else ";".join(_CODES[each] for each in words.split())
        return f"\x1b[{code}m{text}\x1b[0m" if code else text

    def isolated(self, text: str) -> str:
        """Return a text that is visible already so that it is mixed with nothing beside it.

        Some terminals turn text that is read from right to left around, with all up to the next
        Latin letter.
        """
        return text if self.width is None or not self.unicode else isolated(text)

    def json(self, text: str) -> str:
        """Return JSON as standard output can hold it, nothing lost."""
        return text if self.unicode else ascii_json(text)

    def symbol(self, fancy: str, plain: str) -> str:
        """Return a symbol, or its stand-in where the stream has no Unicode."""
        return fancy if self.unicode else plain

    def _write(self, stream: TextIO, text: str, *, flush: bool = False) -> None:
        """Write to a stream. One that cannot be written ends nothing: the work goes on."""
        if stream in self._gone:
            return
        try:
            stream.write(self._encodable(stream, text))
            if flush:
                stream.flush()
        except BrokenPipeError:
            self._gone.append(stream)
        except OSError as error:
            self._gone.append(stream)
            self.failure = error if stream is self._stdout else self.failure

    def _encodable(self, stream: TextIO, text: str) -> str:
        encoding = getattr(stream, "encoding", None) or "utf-8"
        return text.encode(encoding, "replace").decode(encoding, "replace")


def is_rgb(style: str) -> bool:
    """Whether a style is a colour like ``#03a9f4``."""
    return _rgb(style) is not None


def _rgb(style: str) -> str | None:
    """Return the code of a colour like ``#03a9f4``, None for anything else."""
    digits = style.removeprefix("#")
    if len(digits) != 6 or not style.startswith("#"):
        return None
    try:
        red, green, blue = bytes.fromhex(digits)
    except ValueError:
        return None
    return f"38;2;{red};{green};{blue}"
