"""Replies about many entries at once, as the file on this machine gives them."""

from clocktool.domain.entry import Draft
from clocktool.domain.ids import Known
from clocktool.wire.shape import decode


def flags(data: bytes) -> list[bool]:
    """Read what is so, or not, of each."""
    return decode(data, list[bool])


def drafts(data: bytes) -> list[tuple[Known, Draft]]:
    """Read entries by id, as they are written."""
    return decode(data, list[tuple[Known, Draft]])
