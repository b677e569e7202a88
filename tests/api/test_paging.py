"""Paging: nothing lost, nothing twice, nothing asked in vain, no list without an end."""

import json
from collections.abc import Callable, Generator, Iterable, Mapping
from threading import Barrier, current_thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clocktool import wire
from clocktool.api.directory import ALL, Search
from clocktool.api.paging import pages
from clocktool.api.session import Session
from clocktool.backends.base import Backend, Reply, Request
from clocktool.domain.entry import Tag
from clocktool.errors import RateLimitedError, ServerError
from tests.clients import client_of

Page = tuple[Iterable[str], str | None]
"""The ids of a page, and its Last-Page header."""


class Server(Backend):
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
    found = list(client_of(server).directory.tags("w"))
    assert all(isinstance(each, Tag) for each in found)
    return [str(each.id) for each in found]


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
    found = list(client_of(server).directory.tags("w", Search(name="x", archived=False)))
    assert [each.id for each in found] == ["a", "b"]
    asked = [("name", "x"), ("archived", "false")]
    assert [(each.method, each.path, each.query, each.body) for each in server.requests] == [
        ("GET", "/workspaces/w/tags", (*asked, ("page", page), ("page-size", "5000")), None)
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
@settings(max_examples=60)
def test_any_cap_loses_nothing(count: int, cap: int) -> None:
    """Whatever a server has and gives at once, all of it comes, once, in its order."""
    server = Server(capped(count, cap))
    assert listed(server) == [str(each) for each in range(count)]


@pytest.mark.parametrize("last", [None, "nonsense"])
def test_a_server_that_ignores_paging_ends(last: str | None) -> None:
    """The same page again is the end; nothing is yielded twice."""
    server = Server(lambda *_: ("abc", last))
    assert listed(server) == ["a", "b", "c"]
    assert server.pages == ["1", "2"]


@pytest.mark.parametrize(
    "given",
    [
        [("abc", "false"), ("abc", "false"), ("ghi", "true")],
        [("abc", None), ("def", None), ("def", None), ("jkl", None)],
        [("abc", None), ("def", None), ("xbc", None), ("jkl", None)],
    ],
)
def test_an_older_page_is_no_end_and_no_page(given: list[tuple[str, str | None]]) -> None:
    """What should be in its place is not known; an item may have been added before it."""
    server = Server(numbered(*given))
    with pytest.raises(ServerError, match=r"page \d of the list is an older one"):
        listed(server)


@pytest.mark.parametrize("last", [("false", "true"), (None, None)])
def test_an_item_pushed_onto_the_next_page_comes_once(
    last: tuple[str | None, str | None],
) -> None:
    """A new entry between two requests shifts the list by one; the last item is seen again."""
    server = Server(numbered(("abc", last[0]), ("cde", last[1])))
    assert listed(server) == ["a", "b", "c", "d", "e"]


def test_a_broken_page_is_an_error_after_what_came() -> None:
    """A page that is not a list fails when it is reached, not before."""

    class Breaks(Server):
        """Breaks on the second page."""

        def send(self, request: Request) -> Reply:
            """Answer, once."""
            reply = super().send(request)
            return reply if len(self.requests) == 1 else Reply(200, {}, b"<html>")

    found = client_of(Breaks(numbered(("ab", "false")))).directory.tags("w")
    assert [next(found).id, next(found).id] == ["a", "b"]
    with pytest.raises(ServerError, match="GET /workspaces/w/tags"):
        next(found)


class RemoteSession(Session):
    """A session with slow replies, so that reading ahead saves time."""

    is_remote = True


def remote_list(server: Backend) -> Generator[Tag]:
    """Yield all tags of a remote server."""
    session = RemoteSession(server)
    yield from pages(session, ALL.request("/workspaces/w/tags"), wire.tags)


def remote_ids(server: Backend) -> list[str]:
    """Return the ids of all tags of a remote server."""
    return [str(each.id) for each in remote_list(server)]


def full(count: int, last: str | None = "false") -> Callable[[int, int], Page]:
    """Return the function of a server with so many pages of two, the last of which says so."""
    whole = [((f"{page}a", f"{page}b"), last) for page in range(1, count)]
    return numbered(*whole, ((f"{count}a", f"{count}b"), last and "true"))


def ids_of(count: int) -> list[str]:
    """Return the ids of so many pages of two."""
    return [f"{page}{each}" for page in range(1, count + 1) for each in "ab"]


@pytest.mark.parametrize("count", [1, 2])
def test_nothing_is_read_ahead_of_a_list_of_two_pages(count: int) -> None:
    """Where the header says which page is the last, two pages are two requests."""
    server = Server(full(count))
    assert remote_ids(server) == ids_of(count)
    assert len(server.pages) == count


@pytest.mark.parametrize(
    ("count", "asked"), [(0, 1), (1, 2), (2, 4), (3, 6), (4, 8), (5, 9), (19, 23)]
)
def test_how_much_is_asked_in_vain_without_the_header(count: int, asked: int) -> None:
    """The empty page ends the list; beyond it there are none, one, two, and at most three more."""
    server = Server(full(count, None) if count else numbered())
    assert remote_ids(server) == ids_of(count)
    assert sorted(server.pages, key=int) == [str(page) for page in range(1, asked + 1)]


@pytest.mark.parametrize("count", [3, 4, 5, 20])
def test_a_header_that_has_come_saves_requests_in_vain(count: int) -> None:
    """Nothing is asked twice, and at most three beyond the last page."""
    server = Server(full(count))
    assert remote_ids(server) == ids_of(count)
    assert len(set(server.pages)) == len(server.pages) <= count + 3


def test_twenty_pages_take_the_time_of_seven() -> None:
    """Two alone, two at once, then four at once: each waits for the others of its round."""
    rounds = dict.fromkeys((3, 4), Barrier(2))
    for first in (5, 9, 13, 17):
        rounds |= dict.fromkeys(range(first, first + 4), Barrier(4))
    answer = full(20)

    def meet(page: int, size: int) -> Page:
        if page in rounds:
            rounds[page].wait(timeout=30)
        return answer(page, size)

    assert remote_ids(Server(meet)) == ids_of(20)


def test_what_is_not_far_is_read_by_one_thread() -> None:
    """The file on this machine is asked page by page, each when it is needed."""
    threads = set()

    def page(number: int, size: int) -> Page:
        threads.add(current_thread())
        return full(9)(number, size)

    server = Server(page)
    found = client_of(server).directory.tags("w")
    assert [next(found).id for _ in range(3)] == ["1a", "1b", "2a"]
    assert server.pages == ["1", "2"]
    assert [each.id for each in found] == ids_of(9)[3:]
    assert threads == {current_thread()}


@given(st.integers(0, 60), st.integers(1, 15))
@settings(max_examples=40)
def test_any_cap_loses_nothing_from_afar(count: int, cap: int) -> None:
    """Pages that are read ahead come whole, once, in their order."""
    server = Server(capped(count, cap))
    assert remote_ids(server) == [str(each) for each in range(count)]
    needed = count // cap + 1 if count > cap else 2 if count else 1
    assert needed <= len(server.pages) <= needed + 3


class Fails(Server):
    """A server that fails from a page on, as a function says by the number of requests for it."""

    def __init__(self, count: int, failing: Callable[[int, int], Reply | None]) -> None:
        super().__init__(full(count))
        self._failing = failing

    def send(self, request: Request) -> Reply:
        """Answer or fail."""
        reply = super().send(request)
        page = dict(request.query)["page"]
        return self._failing(int(page), self.pages.count(page)) or reply


def test_what_fails_beyond_the_last_page_does_not_matter() -> None:
    """A server may say 404 to a page that is not there, or break."""
    server = Fails(5, lambda page, _: Reply(404 + page % 2 * 96, {}, b"") if page > 5 else None)
    assert remote_ids(server) == ids_of(5)


def test_a_failure_read_ahead_is_an_error_after_what_came() -> None:
    """The pages before it are yielded first, and it is not asked for again."""
    server = Fails(9, lambda page, _: Reply(500, {}, b"") if page == 6 else None)
    found = remote_list(server)
    assert [next(found).id for _ in range(10)] == ids_of(5)
    with pytest.raises(ServerError):
        next(found)
    assert server.pages.count("6") == 1


def test_a_rate_limit_ends_the_reading_ahead() -> None:
    """What was refused is asked for again in its turn, and all else one after another."""
    limited = range(7, 10)
    server = Fails(
        13, lambda page, time: Reply(429, {}, b"") if page in limited and time == 1 else None
    )
    assert remote_ids(server) == ids_of(13)
    assert [server.pages.count(str(page)) for page in range(6, 14)] == [1, 2, 2, 2, 1, 1, 1, 1]
    assert server.pages[-3:] == ["11", "12", "13"]


def test_a_rate_limit_that_lasts_is_told() -> None:
    """It is one once more when the page's turn has come."""
    server = Fails(9, lambda page, _: Reply(429, {}, b"") if page == 5 else None)
    with pytest.raises(RateLimitedError):
        remote_ids(server)
    assert server.pages.count("5") == 2


def test_who_wants_no_more_ends_the_reading_ahead() -> None:
    """At most the four that were begun are asked for."""
    server = Server(full(50))
    found = remote_list(server)
    assert [next(found).id for _ in range(11)][-1] == "6a"
    found.close()
    assert sorted(server.pages, key=int) == [str(page) for page in range(1, 11)]


def test_a_bug_in_a_thread_is_no_silent_one() -> None:
    """It is raised where the page is waited for."""

    def page(number: int, size: int) -> Page:
        if number == 4:
            raise ZeroDivisionError
        return full(9)(number, size)

    with pytest.raises(ZeroDivisionError):
        remote_ids(Server(page))
