"""How the width of a terminal is shared by what is told of an entry."""

LEAST = 9
"""With less room than this there is nothing: what is told stands on a line of its own."""

CRAMPED = 26
"""With less room than this behind the duration there is a description only."""


def behind(filing: int, described: int, signed: int) -> int:
    """Return how wide project, description and signs are, with the gaps between."""
    return sum(each + 2 for each in (filing, described, signed) if each) - 2


def shares(room: int, filing: int, described: int, signed: int) -> tuple[int, int, int]:
    """Return how wide each is in so much room: as wide as it is, or a share, or nothing.

    The description is what one reads a list for: where room is scarce it has all of it.
    """
    if behind(filing, described, signed) <= room:
        return filing, described, signed
    if room < CRAMPED:
        return 0, max(0, min(described, room)), 0
    cut_filing, cut_signed = min(filing, max(8, room * 3 // 10)), min(signed, max(6, room // 4))
    cut = min(described, max(8, room - behind(cut_filing, 0, cut_signed) - 2))
    spare = max(0, room - behind(cut_filing, cut, cut_signed))
    more = min(spare, signed - cut_signed)
    return cut_filing + min(spare - more, filing - cut_filing), cut, cut_signed + more
