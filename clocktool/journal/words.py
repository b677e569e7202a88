"""Changes in the journal in words, and what they are about."""

from collections.abc import Callable, Iterator

from clocktool.domain.entry import Draft
from clocktool.domain.instant import Instant
from clocktool.errors import RefusedError, quoted
from clocktool.journal.change import (
    UNRESOLVED,
    Create,
    Delete,
    Mark,
    Row,
    State,
    Stop,
    Update,
)


def said(row: Row, clock: Callable[[Instant], str]) -> str:
    """Return a change in words: ``start 'fix login' 09:12``."""
    change = row.change
    match change:
        case Create(draft):
            verb = "start" if draft.end is None else "add"
            words, at = draft.description or "", draft.start
        case Stop():
            verb, words, at = "stop", change.known.description if change.known else "", change.end
        case Update(before, _):
            verb, words, at = "edit", before.description, before.start
        case Delete(before):
            verb, words, at = "delete", before.description, before.start
        case Mark(entries, invoiced):
            many = f"{len(entries)} entries" if len(entries) != 1 else "1 entry"
            return f"{'mark' if invoiced else 'unmark'} {many} as invoiced"
    return " ".join(filter(None, (verb, quoted(words) if words else "", clock(at))))


def retyped(row: Row, moment: Callable[[Instant], str]) -> str:
    """Return a command line that makes a refused entry with its times; empty for other changes."""
    from shlex import join

    match row:
        case Row(state=State.REFUSED, change=Create(draft, None)):
            times = ["start", *_filing(draft), "--at", moment(draft.start)]
            if draft.end is not None:
                ends = ["--from", moment(draft.start), "--to", moment(draft.end)]
                times = ["add", *_filing(draft), *ends]
            words = ["--", draft.description] if draft.description else []
            return join(["clocktool", *times, *words])
    return ""


def _filing(draft: Draft) -> Iterator[str]:
    """Yield the options that say what a draft has besides its times and its description."""
    named = [("-p", draft.project_id), ("-t", draft.task_id)]
    for option, key in (*named, *(("-T", tag) for tag in draft.tag_ids or ())):
        if key is not None:
            yield from (option, key.removeprefix(UNRESOLVED))
    if draft.billable is not None:
        yield "--billable" if draft.billable else "--no-billable"
    for field in draft.fields or ():
        yield from ("--field", f"{field.name or field.field_id}={_typed(field.value)}")
    if draft.type == "BREAK":
        yield "--break"


def _typed(value: object) -> str:
    """Return the value of a custom field as it is typed."""
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def touched(row: Row) -> set[str]:
    """Return what stands behind a change: entries by id, and the rest of its command.

    What a command does next in another way, like shortening an entry after its second part was
    made, makes no sense without it.
    """
    return _about(row) | {f"{row.action} {type(row.change).__name__}"}


def follows(row: Row) -> set[str]:
    """Return what a change must not overtake."""
    others = {"Create", "Stop", "Update", "Delete", "Mark"} - {type(row.change).__name__}
    return _about(row) | {f"{row.action} {other}" for other in others}


def _about(row: Row) -> set[str]:
    """Return the ids of the entries that a change is about: for one entry order matters."""
    match row.change:
        case Update(before) | Delete(before):
            return {before.id}
        case Stop(known=known):
            return set() if known is None else {known.id}
        case Mark(entries):
            return set(entries)
        case _:
            return {row.name}


class BeganThenError(RefusedError):
    """A timer cannot be ended in the second in which it began: it would have no length."""

    def __init__(self, description: str | None) -> None:
        named = f" {quoted(description)}" if description else ""
        super().__init__(
            f"the running timer{named} started in that second: it would have no length",
            "end it later, or delete it: clocktool delete current",
        )


class BeganLaterError(RefusedError):
    """A timer cannot be ended before it began: ``by`` how much, where that is known."""

    def __init__(self, description: str | None, by: str = "") -> None:
        named = f" {quoted(description)}" if description else ""
        after = f"{by} after that" if by else "after that"
        super().__init__(
            f"the running timer{named} started {after}",
            "look at it first: clocktool running, edit current --from, delete current",
        )
