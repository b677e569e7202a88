"""Pictures of what a terminal shows: SVG and HTML files that need nothing from elsewhere."""

import re
from collections.abc import Iterable
from html import escape

SUFFIXES = (".html", ".svg")
"""What a picture's file may end in; it says which of the two it is."""

WIDTH = 112
"""How many columns there are to draw on where no terminal says: a year's weeks side by side."""

NARROWEST = 56
"""How many columns a picture has at least, for its title."""

_FONTS = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"

# Rich's own forms of both fetch a font from the web, and say who made them.
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


_LINE_ENDS = re.compile(r"<text[^>]*>\n</text>")
"""Rich draws the end of each line, too."""


def picture(lines: Iterable[str], title: str, suffix: str) -> str:
    """Return painted lines as the text of an ``.svg`` or ``.html`` file, as wide as they are.

    The lines and the title are visible already; the same lines give the same file.
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
        return _LINE_ENDS.sub("", text)
    form = _HTML.replace("TITLE", escape(title).replace("{", "{{").replace("}", "}}"))
    return console.export_html(theme=SVG_EXPORT_THEME, code_format=form, inline_styles=True)
