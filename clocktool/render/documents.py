"""Rows for other programs and documents: CSV, Markdown and templates, whatever they tell of."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import ParamSpec

from clocktool.errors import UsageError
from clocktool.render.text import csv_cell, markdown_cell, visible

P = ParamSpec("P")


def csv_line(texts: Iterable[str]) -> str:
    """Return texts as one row of CSV that no spreadsheet runs, without the line's end."""
    return ",".join(_quoted(csv_cell(each)) for each in texts)


def _quoted(text: str) -> str:
    if any(each in text for each in ',"\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def markdown_head(names: Sequence[str], right: Iterable[bool]) -> Iterator[str]:
    """Yield the two lines that a Markdown table begins with. ``right`` says which are figures."""
    yield f"| {' | '.join(names)} |"
    yield "|" + "|".join("---:" if figures else "---" for figures in right) + "|"


def markdown_line(texts: Iterable[str]) -> str:
    """Return texts as one row of a Markdown table, shown as they are."""
    return f"| {' | '.join(map(markdown_cell, texts))} |"


def template_of(text: str, fields: Mapping[str, Callable[P, str]]) -> Callable[P, str]:
    r"""Return what fills a template like ``{start} {project}``; ``\n`` and ``\t`` work.

    Raises UsageError for a field that is none of these, or a stray brace.
    """
    parts: list[tuple[str, Callable[P, str] | None]] = []
    try:
        from string import Formatter

        for literal, field, spec, conversion in Formatter().parse(text):
            plain = literal.replace("\\n", "\n").replace("\\t", "\t")
            if field is None:
                parts.append((plain, None))
                continue
            name = field + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
            if name not in fields:
                raise UsageError(
                    f"--template has no field {{{name}}}", f"fields: {', '.join(fields)}"
                )
            parts.append((plain, fields[name]))
    except ValueError as error:
        raise UsageError(
            "--template cannot be read", "write {{ for a brace", why=str(error)
        ) from error

    def fill(*args: P.args, **kwargs: P.kwargs) -> str:
        return "".join(
            literal + (visible(cell(*args, **kwargs)) if cell else "") for literal, cell in parts
        )

    return fill
