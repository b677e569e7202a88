"""Rows of CSV, Markdown and templates."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import ParamSpec

from clocktool.errors import UsageError
from clocktool.render.text import csv_cell, is_negative, markdown_cell, visible

P = ParamSpec("P")


def csv_line(values: Iterable[str | int], figures: Iterable[bool] = repeat(object=False)) -> str:
    """Return texts and numbers as a row of CSV without a line ending.

    No text can run as a formula. Negative numbers stay as they are, also amounts and durations
    where ``figures`` is true.
    """
    return ",".join(
        str(each)
        if isinstance(each, int) or (is_figure and is_negative(each))
        else _quoted(csv_cell(each))
        for each, is_figure in zip(values, figures, strict=False)
    )


def _quoted(text: str) -> str:
    if any(each in text for each in ',"\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def markdown_head(names: Sequence[str], right: Iterable[bool]) -> Iterator[str]:
    """Yield the first two lines of a Markdown table. ``right`` aligns columns to the right."""
    yield f"| {' | '.join(names)} |"
    yield "|" + "|".join("---:" if figures else "---" for figures in right) + "|"


def markdown_line(texts: Iterable[str]) -> str:
    """Return texts as a row of a Markdown table. Special characters are escaped."""
    return f"| {' | '.join(map(markdown_cell, texts))} |"


def template_of(text: str, fields: Mapping[str, Callable[P, str]]) -> Callable[P, str]:
    r"""Return a function that fills a template like ``{start} {project}``.

    ``\n`` and ``\t`` are a newline and a tab. Raises UsageError for an unknown field or a stray
    brace.
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
            "--template has a single brace", "write {field}, and {{ or }} for a brace"
        ) from error

    def fill(*args: P.args, **kwargs: P.kwargs) -> str:
        return "".join(
            literal + (visible(cell(*args, **kwargs)) if cell else "") for literal, cell in parts
        )

    return fill
