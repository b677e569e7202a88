"""Pictures of terminal output: SVG and HTML files that load nothing from the network."""

import re
from collections.abc import Iterable
from html import escape, unescape

from clocktool.render.text import cells

SUFFIXES = (".html", ".svg")
"""The file name endings of pictures; they choose the format."""

WIDTH = 112
"""The width of a picture without a terminal, in columns: the weeks of a year fit side by side."""

NARROWEST = 56
"""The least width of a picture in columns, so that its title fits."""

_FONTS = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"

# Rich's own templates load a font from the web and name rich.
_SVG = """\
<svg class="clocktool" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: FONTS; font-size: {char_height}px; \
line-height: {line_height}px; }}
.{unique_id}-title {{ font-family: sans-serif; font-size: 16px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
""".replace("FONTS", _FONTS)

_HTML = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>TITLE</title>
<style>
body {{ color: {foreground}; background-color: {background}; }}
pre {{ font-family: FONTS; line-height: 1.3; }}
</style>
</head>
<body>
<pre>{code}</pre>
</body>
</html>
""".replace("FONTS", _FONTS)


_TEXT = re.compile(
    r'<text class="(clocktool-r\d+)" x="([\d.]+)" y="([\d.]+)" textLength="[\d.]+" '
    r'(clip-path="[^"]*")>([^<]*)</text>'
)
"""A text element of rich's SVG: a run of characters in one style, or the end of a line."""

_BLANK = "\xa0"
_COLUMN = 12.2
"""The width of a terminal column in rich's SVG, in pixels."""

_WORDS = re.compile("[^\xa0\\s]+(?:\xa0[^\xa0\\s]+)*")
"""Words with single spaces between them."""


def picture(lines: Iterable[str], title: str, suffix: str) -> str:
    """Return painted lines as the text of an ``.svg`` or ``.html`` file.

    Lines and title must be visible texts. The same lines always give the same file.
    """
    import io

    from rich.console import Console
    from rich.terminal_theme import SVG_EXPORT_THEME
    from rich.text import Text

    texts = [Text.from_ansi(line) for line in lines]
    console = Console(
        record=True,
        file=io.StringIO(),
        width=max(NARROWEST, *(each.cell_len for each in texts)),
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
    )
    for each in texts:
        console.print(each, highlight=False, no_wrap=True, overflow="ignore", crop=False)
    console.print()  # rich cuts the last line of an SVG short
    if suffix == ".svg":
        text = console.export_svg(
            title=title, theme=SVG_EXPORT_THEME, code_format=_SVG, unique_id="clocktool"
        )
        return _TEXT.sub(_placed, text)
    form = _HTML.replace("TITLE", escape(title).replace("{", "{{").replace("}", "}}"))
    return console.export_html(theme=SVG_EXPORT_THEME, code_format=form, inline_styles=True)


def _placed(found: re.Match[str]) -> str:
    """Return a run as words with a position each, because some renderers drop spaces."""
    style, left, top, clip, inside = found.groups()
    run = unescape(inside)
    return "".join(
        f'<text class="{style}" x="{_number(float(left) + cells(run[: word.start()]) * _COLUMN)}" '
        f'y="{top}" textLength="{_number(cells(word[0]) * _COLUMN)}" {clip}>'
        f"{escape(word[0]).replace(_BLANK, '&#160;')}</text>\n"
        for word in _WORDS.finditer(run)
    )


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
