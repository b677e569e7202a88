"""The running timer as a short text for a prompt or a status bar, and as a live clock."""

from collections.abc import Iterator

from clocktool.domain.entry import Entry
from clocktool.domain.time.duration import format_clock, format_duration
from clocktool.domain.time.instant import Instant
from clocktool.render.output import Output
from clocktool.render.text import fit, shortened, visible

CLEAR = "\x1b[H\x1b[2J"
OPEN = "\x1b[?1049h\x1b[?25l"
"""Open the alternate screen and hide the cursor. ``CLOSE`` restores the old screen."""

CLOSE = "\x1b[?25h\x1b[?1049l"


def prompt_text(entry: Entry, now: Instant, out: Output, *, stale: bool) -> str:
    """Return ``● 1h 23m fix login · Site``, with ``~`` as the sign if it may be out of date."""
    mark = "~" if stale else out.symbol("●", "*")
    return f"{mark} {timer_text(entry, now, unicode=out.unicode)}"


def timer_text(entry: Entry, now: Instant, *, unicode: bool = True) -> str:
    """Return ``1h 23m fix login · Site``."""
    words = [shortened(entry.description, unicode=unicode)] if entry.description else []
    if entry.project is not None and entry.project.name:
        words.append(shortened(entry.project.name, unicode=unicode))
    described = (" · " if unicode else " - ").join(words)
    return f"{format_duration(entry.seconds(now))} {described}".rstrip()


def clock_face(
    entry: Entry | None, today: int, now: Instant, width: int, out: Output
) -> Iterator[str]:
    """Yield the lines of a clock for an entry. ``today`` is the total of today in seconds."""
    from clocktool.render.entries import project_text

    room = max(10, width - 4)
    if entry is None:
        yield "  Nothing is running"
    else:
        mark = out.painted(out.symbol("●", "*"), "running")
        yield f"  {mark} {out.painted(format_clock(entry.seconds(now)), 'bold')}"
        for text, style in (
            (visible(entry.description), "bold"),
            (
                project_text(entry, unicode=out.unicode),
                entry.project.color if entry.project else "",
            ),
        ):
            if text:
                yield "    " + out.painted(fit(text, room - 2, unicode=out.unicode).rstrip(), style)
    yield ""
    yield f"    {out.painted('today', 'dim')} {format_clock(today)}"
    yield ""
    yield out.painted(fit("    Ctrl-C ends this clock, not the timer", width).rstrip(), "dim")
