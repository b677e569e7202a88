"""Record README's first minute as a moving picture: an SVG that loads nothing and runs no script.

The lines are typed on a fresh machine at a fixed time, so that the picture is always the same. It
moves by CSS; where nothing moves it shows the end.
"""

import tempfile
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import SVG_EXPORT_THEME as THEME
from rich.text import Text

from tests.examples import README, WIDTH, Machine, first_minute

ROWS = 22
CELL, LINE, SIZE = 8.4, 19, 14
"""How wide and high a character's place is, and how large the font, in pixels."""

LEFT, TOP, BOTTOM = 18, 44, 14

A_KEY, BEFORE_TYPING, AFTER_TYPING, AFTER_OUTPUT, A_ROW, AT_THE_END = 0.05, 0.5, 0.3, 0.7, 0.35, 6.0
"""How many seconds each takes: a key, the pauses, to read a row, and the last screen."""

FONTS = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"
GROUND, INK = THEME.background_color.hex, THEME.foreground_color.hex

_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>The first minute with clocktool, in a terminal</title>
<style>
text {{ font-family: {fonts}; font-size: {size}px; fill: {ink}; white-space: pre; }}
.bold {{ font-weight: bold; }}
.scroll {{ transform: translateY(-{end}px); animation: scroll {seconds}s step-end infinite; }}
.row {{ animation: {seconds}s step-end infinite; }}
.cover {{ opacity: 0; animation: {seconds}s step-end infinite; }}
{styles}
@media (prefers-reduced-motion: reduce) {{ * {{ animation: none !important; }} }}
</style>
<rect x="0.5" y="0.5" width="{card_width}" height="{card_height}" rx="8" \
fill="{ground}" stroke="#888" stroke-opacity="0.5"/>
<circle cx="20" cy="20" r="6" fill="#ff5f57"/>
<circle cx="40" cy="20" r="6" fill="#febc2e"/>
<circle cx="60" cy="20" r="6" fill="#28c840"/>
<svg x="{left}" y="{top}" width="{inner_width}" height="{inner_height}">
<g class="scroll">
{rows}
</g>
</svg>
</svg>
"""


Frames = list[tuple[float, str]]
"""How something looks from when on, in seconds."""


class Step(NamedTuple):
    """A line that is typed, with what it prints, row by row as the terminal breaks it."""

    line: str
    rows: list[Text]


def steps() -> Iterator[Step]:
    """Type README's first example on a fresh machine."""
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(Path(folder), colour=True)
        for line, printed in first_minute(README.read_text("utf-8"), machine):
            text = Text.from_ansi(printed.rstrip("\n"))
            yield Step(line, [row for each in text.split() for row in _broken(each)])


class Film:
    """A session as it is drawn: what is on the screen, row by row, and what moves when."""

    def __init__(self) -> None:
        self.now = 0.0
        self.row = 0
        self.drawn: list[str] = []
        self.moves: list[tuple[str, Frames]] = []
        self.scroll: Frames = [(0, "transform: none")]
        self.colours: dict[str, str] = {}

    @property
    def scrolled(self) -> int:
        """How far the screen has moved up, in pixels, so that the row in hand is on it."""
        return max(0, self.row + 1 - ROWS) * LINE

    def type(self, line: str) -> None:
        """Type a line after the prompt, key by key, and pause."""
        number = len(self.moves)
        typed = _text([Text(f"$ {line}")], self.row, self.colours)
        self._appear(typed + _cover(number, self.row))
        begin = self.now + BEFORE_TYPING
        end = begin + A_KEY * len(line)
        done = end + AFTER_TYPING
        far = f"transform: translateX({_number(CELL * len(line))}px)"
        keys = f"transform: none; animation-timing-function: steps({len(line)}, end)"
        frames = [(0.0, "opacity: 0; transform: none"), (self.now, "opacity: 1; transform: none")]
        frames += [(begin, f"opacity: 1; {keys}"), (end, f"opacity: 1; {far}")]
        self.moves.append((f"cover{number}", [*frames, (done, f"opacity: 0; {far}")]))
        self.now, self.row = done, self.row + 1

    def show(self, rows: list[Text]) -> None:
        """Let what a line prints appear, and leave time to read it."""
        drawn = _text(rows, self.row, self.colours)
        self.row += len(rows)
        self._appear(drawn)
        self.now += AFTER_OUTPUT + A_ROW * len(rows)

    def end(self) -> None:
        """Wait at the prompt."""
        self._appear(_text([Text("$")], self.row, self.colours) + _cursor(self.row))
        self.now += AT_THE_END

    def svg(self) -> str:
        """Return it as a picture."""
        styles = []
        for name, frames in (*self.moves, ("scroll", self.scroll)):
            styles.append(f"@keyframes {name} {{ {_frames(frames, self.now)} }}")
            if name != "scroll":
                styles.append(f".{name} {{ animation-name: {name}; }}")
        styles += [f".{name} {{ fill: {colour}; }}" for colour, name in self.colours.items()]
        inner = round(WIDTH * CELL)
        return _SVG.format(
            width=inner + 2 * LEFT,
            height=ROWS * LINE + TOP + BOTTOM,
            card_width=inner + 2 * LEFT - 1,
            card_height=ROWS * LINE + TOP + BOTTOM - 1,
            inner_width=inner,
            inner_height=ROWS * LINE,
            left=LEFT,
            top=TOP,
            fonts=FONTS,
            size=SIZE,
            ink=INK,
            ground=GROUND,
            end=self.scrolled,
            seconds=_number(self.now),
            styles="\n".join(styles),
            rows="\n".join(self.drawn),
        )

    def _appear(self, drawn: str) -> None:
        name = f"row{len(self.moves)}"
        self.moves.append((name, [(0, "opacity: 0"), (self.now, "opacity: 1")]))
        self.scroll.append((self.now, f"transform: translateY(-{self.scrolled}px)"))
        self.drawn.append(f'<g class="row {name}">{drawn}</g>')


def moving() -> str:
    """Return the picture."""
    film = Film()
    for step in steps():
        film.type(step.line)
        film.show(step.rows)
    film.end()
    return film.svg()


def _broken(text: Text) -> list[Text]:
    """Return a line as a terminal breaks it: where it is full, between words or not."""
    places = range(WIDTH, len(text), WIDTH)
    return list(text.divide(places)) if text.plain else [text]


def _cover(number: int, row: int) -> str:
    """Return what lies over a line that is being typed: the cursor, and nothing after it."""
    return (
        f'<g class="cover cover{number}"><rect x="{2 * CELL}" y="{row * LINE + 1}" '
        f'width="{WIDTH * CELL:g}" height="{LINE}" fill="{GROUND}"/>{_cursor(row)}</g>'
    )


def _cursor(row: int) -> str:
    return (
        f'<rect x="{2 * CELL}" y="{row * LINE + 2}" width="{CELL}" height="{LINE - 3}" '
        f'fill="{INK}"/>'
    )


def _text(lines: list[Text], row: int, colours: dict[str, str]) -> str:
    return "".join(
        word
        for place, line in enumerate(lines, row)
        for word in _words(line, place * LINE + SIZE, colours)
    )


def _words(line: Text, y: int, colours: dict[str, str]) -> Iterator[str]:
    """Yield each word at its place, so that it is there in every font."""
    from rich.console import Console

    column = 0
    for text, style, _ in Segment.simplify(line.render(Console(color_system="truecolor"), end="")):
        for is_blank, letters in groupby(text, str.isspace):
            word = "".join(letters)
            if not is_blank:
                yield (
                    f'<text{_class(style, colours)} x="{_number(column * CELL)}" y="{y}" '
                    f'textLength="{_number(cell_len(word) * CELL)}" '
                    f'lengthAdjust="spacingAndGlyphs">{escape(word, quote=False)}</text>'
                )
            column += cell_len(word)


def _class(style: Style | None, colours: dict[str, str]) -> str:
    names = []
    if style and style.bold:
        names.append("bold")
    if style and (style.color or style.dim):
        colour = style.color.get_truecolor(THEME).hex if style.color else INK
        if style.dim:
            colour += "a6"
        names.append(colours.setdefault(colour, f"c{len(colours)}"))
    return f' class="{" ".join(names)}"' if names else ""


def _frames(frames: Frames, seconds: float) -> str:
    return " ".join(f"{_number(at / seconds * 100)}% {{ {what} }}" for at, what in frames)


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
