"""Rounding of a timesheet, so that both rows and columns add up: controlled rounding.

Each number is rounded down or up to a minute. The table is treated as a flow in a graph: from the
total through rows, cells and columns back to the total. Edges with a fraction of a minute form
cycles. The flow along a cycle is shifted until one of its edges is a whole minute.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import date

import msgspec

from clocktool.domain.minutes import MINUTE
from clocktool.domain.report import Group

Node = tuple[object, ...]


class Sheet(msgspec.Struct, frozen=True):
    """A displayed row of a timesheet with its inner rows. Times are seconds, in whole minutes."""

    days: Mapping[date, int]
    seconds: int
    rows: tuple["Sheet", ...] = ()


class _Edge:
    """A number of the table, as an edge of a graph: whole ``minutes`` and ``rest`` seconds."""

    __slots__ = ("end", "minutes", "rest", "start")

    def __init__(self, start: Node, end: Node, seconds: int) -> None:
        self.start, self.end = start, end
        self.minutes, self.rest = divmod(seconds, MINUTE)

    @property
    def seconds(self) -> int:
        """The displayed number, in seconds."""
        return self.minutes * MINUTE


class _Row(msgspec.Struct):
    """The edges of a row, and its inner rows."""

    total: _Edge
    days: dict[date, _Edge]
    rows: tuple["_Row", ...]


def timesheet(whole: Group, depth: int) -> Sheet:
    """Return the total of a report and its groups, down to a depth, as a timesheet.

    The total is floored. Groups that do not add up to the group around them (an entry counts in
    each of its tags) are rounded as separate sheets.
    """
    edges: list[_Edge] = []
    row = _table(whole, depth, edges)
    _round(edges)
    return _sheet(row)


def _table(group: Group, depth: int, edges: list[_Edge]) -> _Row:
    """Return the row of a group with a cycle of its own; append its edges."""
    source: Node = ("all", id(group))
    sink: Node = ("days", id(group))
    edges.append(_Edge(sink, source, group.seconds))
    return _row(group, edges[-1], (source, {None: sink}), depth, edges)


def _row(
    group: Group,
    total: _Edge,
    ends: tuple[Node, Mapping[date | None, Node]],
    depth: int,
    edges: list[_Edge],
) -> _Row:
    """Return a group's row: edges from its node through cells or inner rows to the days."""
    source, sinks = ends
    days: dict[date, _Edge] = {}
    nodes: dict[date | None, Node] = {}
    parts = group.groups if depth else ()
    whole = bool(parts) and _adds_up(group)
    for day, seconds in group.days.items():
        node: Node = ("day", id(group), day) if whole else source
        days[day] = _Edge(node, sinks.get(day) or sinks[None], seconds)
        nodes[day] = node
    edges.extend(days.values())
    rows = []
    for part in parts:
        if whole:
            start: Node = ("all", id(part))
            edges.append(_Edge(source, start, part.seconds))
            rows.append(_row(part, edges[-1], (start, nodes), depth - 1, edges))
        else:
            rows.append(_table(part, depth - 1, edges))
    return _Row(total, days, tuple(rows))


def _adds_up(group: Group) -> bool:
    """Return whether the inner groups add up to the group on each day."""
    sums: dict[date, int] = {}
    for part in group.groups:
        for day, seconds in part.days.items():
            sums[day] = sums.get(day, 0) + seconds
    return sums == group.days


def _round(edges: list[_Edge]) -> None:
    """Round all numbers: the total of each table down, others to the nearest if possible."""
    at: dict[Node, list[_Edge]] = {}
    for edge in edges:
        if edge.rest:
            at.setdefault(edge.start, []).append(edge)
            at.setdefault(edge.end, []).append(edge)
    for edge in edges:
        while edge.start[0] == "days" and edge.rest:
            _shift_cycle([(edge, -1), *((step, -up) for step, up in _find_path(edge, at))])
    for edge in edges:
        while edge.rest:
            cycle = _find_cycle(edge, at)
            first, up = cycle[0]
            down = first.rest * 2 < MINUTE
            _shift_cycle([(step, -each if down is (up > 0) else each) for step, each in cycle])


def _find_path(edge: _Edge, at: Mapping[Node, list[_Edge]]) -> Iterator[tuple[_Edge, int]]:
    """Yield a path from an edge's end back to its start, over edges with a fraction.

    Each step has a direction: 1 along the edge, -1 against it. A path always exists: inflow and
    outflow of a node are equal, so a node never has a single edge with a fraction.
    """
    came: dict[Node, tuple[Node, _Edge, int]] = {}
    queue = deque([edge.end])
    while edge.start not in came:
        node = queue.popleft()
        for step in at[node]:
            if not step.rest or step is edge:
                continue
            direction = 1 if step.start == node else -1
            there = step.end if direction > 0 else step.start
            if there not in came and there != edge.end:
                came[there] = (node, step, direction)
                queue.append(there)
    node = edge.start
    while node != edge.end:
        node, step, direction = came[node]
        yield step, direction


def _find_cycle(edge: _Edge, at: Mapping[Node, list[_Edge]]) -> list[tuple[_Edge, int]]:
    """Return the first cycle reached from an edge, with directions as in ``_find_path``."""
    steps = [(edge, 1)]
    places = {edge.start: 0}
    node = edge.end
    while node not in places:
        places[node] = len(steps)
        near = at[node]
        while not near[-1].rest:
            near.pop()
        step = next(each for each in reversed(near) if each.rest and each is not steps[-1][0])
        direction = 1 if step.start == node else -1
        steps.append((step, direction))
        node = step.end if direction > 0 else step.start
    return steps[places[node] :]


def _shift_cycle(cycle: list[tuple[_Edge, int]]) -> None:
    """Shift the flow along a cycle until one of its edges is a whole minute."""
    amount = min(MINUTE - each.rest if up > 0 else each.rest for each, up in cycle)
    for each, up in cycle:
        carried, each.rest = divmod(each.rest + up * amount, MINUTE)
        each.minutes += carried


def _sheet(row: _Row) -> Sheet:
    days = {day: edge.seconds for day, edge in row.days.items()}
    return Sheet(days, row.total.seconds, tuple(map(_sheet, row.rows)))
