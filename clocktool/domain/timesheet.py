"""A timesheet's minutes: rows add up to their total, and columns to theirs.

All numbers of such a table are sums of its cells by row and by column. Each is rounded down or up
to a minute, so that both kinds of sums hold: a controlled rounding. The numbers are a flow, from
the whole over the rows and the cells to the columns and back to the whole. What flows in fractions
of a minute does so in circles; along a circle all may be changed by the same amount until one is
whole.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import date

import msgspec

from clocktool.domain.minutes import MINUTE
from clocktool.domain.report import Group

Node = tuple[object, ...]


class Sheet(msgspec.Struct, frozen=True):
    """A row of a timesheet as it is shown, in whole minutes of seconds, and the rows within."""

    days: Mapping[date, int]
    seconds: int
    rows: tuple["Sheet", ...] = ()


class _Edge:
    """A number of the table: ``minutes`` that it is shown with, and ``rest`` seconds more."""

    __slots__ = ("end", "minutes", "rest", "start")

    def __init__(self, start: Node, end: Node, seconds: int) -> None:
        self.start, self.end = start, end
        self.minutes, self.rest = divmod(seconds, MINUTE)

    @property
    def seconds(self) -> int:
        """The number as it is shown."""
        return self.minutes * MINUTE


class _Row(msgspec.Struct):
    """The numbers of a row, and the rows within."""

    total: _Edge
    days: dict[date, _Edge]
    rows: tuple["_Row", ...]


def timesheet(whole: Group, depth: int) -> Sheet:
    """Return the whole of a report and its groups down to a depth as a timesheet shows them.

    The whole is floored. Groups that do not make up what they lie in (an entry counts in each of
    its tags) are sheets of their own.
    """
    edges: list[_Edge] = []
    row = _table(whole, depth, edges)
    _round(edges)
    return _sheet(row)


def _table(group: Group, depth: int, edges: list[_Edge]) -> _Row:
    """Return a group whose number goes around on its own; add all numbers to the edges."""
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
    """Return a group's row: from a node over its cells, or the rows within, to a node a day."""
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
    """Whether the groups within make up a group, on each of its days."""
    sums: dict[date, int] = {}
    for part in group.groups:
        for day, seconds in part.days.items():
            sums[day] = sums.get(day, 0) + seconds
    return sums == group.days


def _round(edges: list[_Edge]) -> None:
    """Round all numbers: the whole of each table down, others to the nearest where they can be."""
    at: dict[Node, list[_Edge]] = {}
    for edge in edges:
        if edge.rest:
            at.setdefault(edge.start, []).append(edge)
            at.setdefault(edge.end, []).append(edge)
    for edge in edges:
        while edge.start[0] == "days" and edge.rest:
            _turn([(edge, -1), *((step, -up) for step, up in _way(edge, at))])
    for edge in edges:
        while edge.rest:
            circle = _circle(edge, at)
            first, up = circle[0]
            down = first.rest * 2 < MINUTE
            _turn([(step, -each if down is (up > 0) else each) for step, each in circle])


def _way(edge: _Edge, at: Mapping[Node, list[_Edge]]) -> Iterator[tuple[_Edge, int]]:
    """Yield a way from an edge's end back to its start, over what is in fractions.

    Each step has its direction: 1 along the edge, -1 against it. There always is a way: what flows
    into a node flows out of it, so that no fraction is alone there.
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


def _circle(edge: _Edge, at: Mapping[Node, list[_Edge]]) -> list[tuple[_Edge, int]]:
    """Return the first circle that one comes to from an edge on, with the same directions."""
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


def _turn(circle: list[tuple[_Edge, int]]) -> None:
    """Change all numbers of a circle by as much as the first that is whole then allows."""
    amount = min(MINUTE - each.rest if up > 0 else each.rest for each, up in circle)
    for each, up in circle:
        carried, each.rest = divmod(each.rest + up * amount, MINUTE)
        each.minutes += carried


def _sheet(row: _Row) -> Sheet:
    days = {day: edge.seconds for day, edge in row.days.items()}
    return Sheet(days, row.total.seconds, tuple(map(_sheet, row.rows)))
