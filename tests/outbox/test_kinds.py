"""Kinds of changes: each is read from disk by the tag that it was written with."""

from importlib import import_module
from pathlib import Path

import clocktool.outbox
from clocktool.outbox.change import Change
from clocktool.outbox.rows import KINDS


def concrete(kind: type[Change]) -> set[type[Change]]:
    """Return the kinds below one that have a tag of their own."""
    below = [each for every in kind.__subclasses__() for each in concrete(every)]
    tagged = {kind} if kind.__struct_config__.tag and not kind.__subclasses__() else set()
    return tagged | set(below)


def test_every_kind_of_change_can_be_read_from_disk() -> None:
    """A kind that is written and missing in the table could never be sent."""
    for path in Path(clocktool.outbox.__file__).parent.glob("*.py"):
        import_module(f"clocktool.outbox.{path.stem}")

    assert {
        str(kind.__struct_config__.tag): f"{kind.__module__.rpartition('.')[2]}:{kind.__name__}"
        for kind in concrete(Change)
        if kind.__module__.startswith("clocktool.")
    } == KINDS
