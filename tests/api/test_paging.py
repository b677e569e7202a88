"""Paging: nothing lost, nothing twice, nothing asked in vain, no list without an end."""

import json
from collections.abc import Callable, Iterable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clocktool.api.client import Client
from clocktool.api.directory import Search
from clocktool.domain.entry import Tag
from clocktool.errors import ServerError
from clocktool.transport import Reply, Request

Page = tuple[Iterable[str], str | None]
"""The ids of a page, and its Last-Page header."""


class Server:
    """Answers page and page size with ids, by a function; keeps the pages asked for."""

    def __init__(self, page: Callable[[int, int], Page]) -> None:
        self._page = page
        self.requests: list[Request] = []

    @property
    def pages(self) -> list[str]:
        """The pages asked for, in order."""
        return [dict(each.query)["page"] for each in self.requests]

    def send(self, request: Request) -> Reply:
        """Answer a request for a page."""
        self.requests.append(request)
        assert len(self.requests) < 100, "a list without an end"
        query = dict(request.query)
        ids, last = self._page(int(query["page"]), int(query["page-size"]))
        headers: Mapping[str, str] = {} if last is None else {"last-page": last}
        return Reply(200, headers, json.dumps([{"id": each} for each in ids]).encode())


def listed(server: Server) -> list[str]:
    """Return the ids of all tags that the server lists."""
    found = list(Client(server).directory.tags("w"))
    assert all(isinstance(each, Tag) for each in found)
    return [each.id for each in found]


def numbered(*pages: Page) -> Callable[[int, int], Page]:
    """Return the function that answers these pages, and empty ones after them."""
    return lambda page, _: pages[page - 1] if page <= len(pages) else ((), None)


def capped(count: int, cap: int) -> Callable[[int, int], Page]:
    """Return the function of a server that has so many, and gives at most ``cap`` a page."""

    def page(number: int, size: int) -> Page:
        size = min(size, cap)
        return [str(each) for each in range(count)][(number - 1) * size : number * size], None

    return page


def test_the_exact_requests() -> None:
    """Each page is asked with the same filters, page from 1, and the same size."""
    server = Server(numbered(("a", "false"), ("b", "true")))
    found = list(Client(server).directory.tags("w", Search(name="x", archived=False)))
    assert [each.id for each in found] == ["a", "b"]
    asked = [("name", "x"), ("archived", "false")]
    assert [(each.method, each.path, each.query, each.body) for each in server.requests] == [
        ("GET", "/workspaces/w/tags", (*asked, ("page", page), ("page-size", "1000")), None)
        for page in ("1", "2")
    ]


@pytest.mark.parametrize("last", ["true", "True", " true "])
def test_the_last_page_ends_the_list(last: str) -> None:
    """Last-Page: true is the truth, also for a full page."""
    server = Server(numbered(("abc", last), ("d", None)))
    assert listed(server) == ["a", "b", "c"]
    assert server.pages == ["1"]


def test_a_page_that_is_not_the_last_never_ends_the_list() -> None:
    """Last-Page: false is the truth, also for a page shorter than the first."""
    server = Server(numbered(("abc", "false"), ("d", "false"), ("ef", "true")))
    assert listed(server) == ["a", "b", "c", "d", "e", "f"]
    assert server.pages == ["1", "2", "3"]


def test_no_pages_but_a_header_that_says_there_are() -> None:
    """An empty page ends the list, whatever the header says."""
    server = Server(numbered(("ab", "false"), ("", "false"), ("", "false")))
    assert listed(server) == ["a", "b"]
    assert server.pages == ["1", "2"]


def test_an_empty_list_is_one_request() -> None:
    """Nothing on the first page is nothing at all."""
    server = Server(numbered(("", None)))
    assert listed(server) == []
    assert server.pages == ["1"]


def test_without_the_header_an_empty_page_ends_the_list() -> None:
    """Full pages go on until one is empty."""
    server = Server(numbered(("ab", None), ("cd", None)))
    assert listed(server) == ["a", "b", "c", "d"]
    assert server.pages == ["1", "2", "3"]


def test_without_the_header_a_page_shorter_than_the_first_ends_the_list() -> None:
    """A short page saves the request for the empty one."""
    server = Server(numbered(("ab", None), ("c", None), ("never", None)))
    assert listed(server) == ["a", "b", "c"]
    assert server.pages == ["1", "2"]


@pytest.mark.parametrize("count", [1, 6, 7, 8, 13, 14, 15, 20, 21, 22])
def test_a_server_that_caps_the_size_silently_loses_nothing(count: int) -> None:
    """A page shorter than what was asked for proves nothing: 7 is a full page there."""
    server = Server(capped(count, 7))
    assert listed(server) == [str(each) for each in range(count)]
    assert len(server.pages) == (count // 7 + 1 if count > 7 else 2)


@given(st.integers(0, 60), st.integers(1, 15))
@settings(max_examples=60, deadline=None)
def test_any_cap_loses_nothing(count: int, cap: int) -> None:
    """Whatever a server has and gives at once, all of it comes, once, in its order."""
    server = Server(capped(count, cap))
    assert listed(server) == [str(each) for each in range(count)]


@pytest.mark.parametrize("last", [None, "false", "nonsense"])
def test_a_server_that_ignores_paging_ends(last: str | None) -> None:
    """The same page again is the end; nothing is yielded twice."""
    server = Server(lambda *_: ("abc", last))
    assert listed(server) == ["a", "b", "c"]
    assert server.pages == ["1", "2"]


@pytest.mark.parametrize("last", [("false", "true"), (None, None)])
def test_an_item_pushed_onto_the_next_page_comes_once(
    last: tuple[str | None, str | None],
) -> None:
    """A new entry between two requests shifts the list by one; the last item is seen again."""
    server = Server(numbered(("abc", last[0]), ("cde", last[1])))
    assert listed(server) == ["a", "b", "c", "d", "e"]


def test_a_broken_page_is_an_error_after_what_came() -> None:
    """A page that is no list fails when it is reached, not before."""

    class Breaks(Server):
        """Breaks on the second page."""

        def send(self, request: Request) -> Reply:
            """Answer, once."""
            reply = super().send(request)
            return reply if len(self.requests) == 1 else Reply(200, {}, b"<html>")

    found = Client(Breaks(numbered(("ab", "false")))).directory.tags("w")
    assert [next(found).id, next(found).id] == ["a", "b"]
    with pytest.raises(ServerError, match="GET /workspaces/w/tags"):
        next(found)
