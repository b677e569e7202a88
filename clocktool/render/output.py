"""The two output streams: results go to standard output, everything else to standard error."""

from collections.abc import Mapping, Sequence
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
    "over": "green",
    "money": "yellow",
    "tag": "cyan",
    "error": "bold red",
    "hint": "dim",
}
"""The styles of texts by name, in the form that rich reads.

They use the terminal's own colours, so that its theme keeps them readable.
"""

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


NARROWEST = 32
"""The narrowest terminal that tables fit, in columns."""


class Output:
    """The two streams of a command. ``width`` is None if standard output is not a terminal."""

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
        """The error of writing standard output, except a closed pipe."""

        self._failed: list[TextIO] = []

    @classmethod
    def of(
        cls, stdout: TextIO, stderr: TextIO, env: Mapping[str, str], columns: int | None
    ) -> "Output":
        """Return the output of a process. ``NO_COLOR`` and ``FORCE_COLOR`` decide about colour."""
        if env.get("NO_COLOR"):
            color = False
        elif env.get("FORCE_COLOR"):
            color = env["FORCE_COLOR"] != "0"
        else:
            color = columns is not None and env.get("TERM") != "dumb"
        encoding = (getattr(stdout, "encoding", None) or "utf-8").lower()
        return cls(stdout, stderr, color=color, unicode=encoding.startswith("utf"), width=columns)

    @property
    def table_width(self) -> int | None:
        """The greatest width of a table; None in a pipe."""
        return None if self.width is None else max(self.width, NARROWEST)

    @property
    def ended(self) -> bool:
        """Whether standard output cannot be written any more: closed pipe, full disk."""
        return self._stdout in self._failed

    def in_utf_8(self) -> None:
        """Write standard output in UTF-8 in any locale, unless it is a terminal."""
        reconfigure = getattr(self._stdout, "reconfigure", None)
        if self.width is None and reconfigure is not None:
            reconfigure(encoding="utf-8")
            self.unicode = True

    def line(self, text: str = "") -> None:
        """Write a line of a result for people, unless quiet."""
        if not self.quiet:
            self.data(text + "\n")

    def data(self, text: str) -> None:
        """Write a result as it is, even when quiet."""
        self._write(self._stdout, text)

    def frame(self, text: str) -> None:
        """Write a frame of a live display and flush it."""
        self._write(self._stdout, text, flush=True)

    def note(self, text: str) -> None:
        """Write a note on standard error, unless quiet.

        A command at its end that a terminal would break gets a line of its own.
        """
        text = visible(text)
        before, colon, command = text.rpartition(": clocktool ")
        if colon and self.width is not None and len(before) < self.width < len(text):
            self.note_line(f"{before}:")
            text = f"  clocktool {command}"
        self.note_line(text)

    def note_line(self, line: str) -> None:
        """Write a note, unless quiet. The line may contain colours, but no other escape codes."""
        if not self.quiet:
            self.say(line)

    def say(self, text: str) -> None:
        """Write a line on standard error, even when quiet."""
        self._write(self._stdout, "", flush=True)
        self._write(self._stderr, text + "\n", flush=True)

    def ask(self, question: str) -> None:
        """Write a question on standard error, without a newline."""
        self._write(self._stdout, "", flush=True)
        self._write(self._stderr, f"{visible(question)} ", flush=True)

    def paint(self, text: str, style: str) -> str:
        """Return a text made visible and painted in a style, if there is colour."""
        return self.painted(visible(text), style)

    def painted(self, text: str, style: str) -> str:
        """Return a visible text painted in a style: a name in ``STYLES``, or ``#rrggbb``."""
        if not self.color or not text.strip():
            return text
        words = STYLES.get(style)
        if words is not None:
            code = ";".join(_CODES[each] for each in words.split())
        elif color := rgb(style):
            code = "38;2;{};{};{}".format(*color)
        else:
            return text
        return f"\x1b[{code}m{text}\x1b[0m"

    def joined(self, parts: Sequence[tuple[str, str]]) -> str:
        """Return visible texts side by side, each painted in its style."""
        if len(parts) == 1 and not self.color:
            return parts[0][0]
        return "".join([self.painted(*part) for part in parts])

    def words(self, parts: Sequence[tuple[str, str]]) -> str:
        """Return visible texts with a space between them, each isolated and painted."""
        return " ".join([self.painted(self.isolated(text), style) for text, style in parts])

    def isolated(self, text: str) -> str:
        """Return a visible text isolated from the texts beside it on a terminal.

        Some terminals reorder a text from right to left together with its neighbours.
        """
        return text if self.width is None or not self.unicode else isolated(text)

    def json(self, text: str) -> str:
        """Return JSON that standard output can encode."""
        return text if self.unicode else ascii_json(text)

    def symbol(self, fancy: str, plain: str) -> str:
        """Return a symbol, or its plain replacement without Unicode."""
        return fancy if self.unicode else plain

    def _write(self, stream: TextIO, text: str, *, flush: bool = False) -> None:
        """Write to a stream. After an error the stream is skipped, and the command goes on."""
        if stream in self._failed:
            return
        try:
            stream.write(self._encodable(stream, text))
            if flush:
                stream.flush()
        except BrokenPipeError:
            self._failed.append(stream)
        except OSError as error:
            self._failed.append(stream)
            self.failure = error if stream is self._stdout else self.failure

    def _encodable(self, stream: TextIO, text: str) -> str:
        encoding = getattr(stream, "encoding", None) or "utf-8"
        if not text.isascii() and encoding.lower() in ("ascii", "us-ascii"):
            text = text.replace("·", "-")
        return text.encode(encoding, "replace").decode(encoding, "replace")


def is_rgb(style: str) -> bool:
    """Whether a style is a colour like ``#03a9f4``."""
    return rgb(style) is not None


def rgb(style: str) -> tuple[int, int, int] | None:
    """Return a colour like ``#03a9f4`` as it can be read on any terminal; None for other texts."""
    digits = style.removeprefix("#")
    if len(digits) != 6 or not style.startswith("#"):
        return None
    try:
        red, green, blue = bytes.fromhex(digits)
    except ValueError:
        return None
    from clocktool.domain.color import readable

    return readable(red, green, blue)
