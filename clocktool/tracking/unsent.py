"""What waits to be sent, laid over what was read: nobody sees less than what was typed."""

from collections.abc import Callable, Iterable, Mapping

from clocktool.domain.entry import Entry, start_order


def lay_over(
    entries: Iterable[Entry],
    unsent: Mapping[str, Entry | None],
    holds: Callable[[Entry], bool],
) -> list[Entry]:
    """Return entries as they will be, in the order of their starts.

    ``unsent`` are those that change, by id, None for one that goes; ``holds`` says which of them
    were asked for.
    """
    found = {entry.id: entry for entry in entries}
    for key, entry in unsent.items():
        found.pop(key, None)
        if entry is not None and holds(entry):
            found[key] = entry
    return sorted(found.values(), key=start_order)
