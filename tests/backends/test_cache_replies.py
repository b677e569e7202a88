"""An invalid reply is an error and is not stored in the cache."""

from collections.abc import Callable, Iterator

import pytest

from clocktool.backends.base import Reply, Request
from tests.conftest import Console
from tests.outbox.places import Place, placed

ODD = {"empty": b"", "blank": b" \n", "object": b"{}", "list": b"[]", "null": b"null"}
WORDS = {**ODD, "id": b'{"id": 3}'}


@pytest.fixture
def place(
    new_console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    """A console at a server, with an empty cache."""
    with placed(new_console("service"), "service", monkeypatch) as made:
        yield made


def answering(path: str, body: bytes) -> Callable[[Request], Reply | None]:
    """Return what answers the requests of a path in the server's place."""
    return lambda request: Reply(200, {}, body) if request.path.endswith(path) else None


@pytest.mark.parametrize("body", WORDS.values(), ids=WORDS)
def test_an_account_that_cannot_be_read_is_asked_for_again(place: Place, body: bytes) -> None:
    """Exit code 8 once, after one request; the next command asks the server, and goes on."""
    place.line.before = answering("/user", body)
    result = place.run("list", "-q")
    assert result.code == 8
    assert "the reply to GET /user is invalid" in result.err
    place.line.mend()
    place.run.ok("list", "-q")


@pytest.mark.parametrize("body", [b'{"id": "000000000000000000000001"}'])
def test_an_account_without_a_workspace_is_asked_for_again(place: Place, body: bytes) -> None:
    """It may have one by the next command."""
    place.line.before = answering("/user", body)
    assert place.run("list", "-q").code == 3
    place.line.mend()
    place.run.ok("list", "-q")


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b'[{"id": 3}]'])
def test_names_that_cannot_be_read_are_asked_for_again(place: Place, body: bytes) -> None:
    """The same for a list of projects, a page at a time."""
    place.line.before = answering("/projects", body)
    assert place.run("list", "-p", "Site").code == 8
    place.line.mend()
    place.run.ok("list", "-p", "Site")


@pytest.mark.parametrize("body", [b"", b" "])
@pytest.mark.parametrize("line", [("list", "2020"), ("running",), ("projects",)])
def test_an_empty_reply_to_a_question_is_no_answer(
    place: Place, line: tuple[str, ...], body: bytes
) -> None:
    """Exit code 8: it does not say that there is nothing."""
    place.run.ok("list", "-q")
    place.line.before = lambda _: Reply(200, {}, body)
    result = place.run(*line)
    assert (result.code, result.out) == (8, "")
    assert result.err.splitlines()[0].endswith("is invalid: it is empty")


@pytest.mark.parametrize(("status", "code"), [(429, 7), (418, 8)])
@pytest.mark.parametrize("line", ["list", "running", "report", "start x"])
def test_an_account_that_is_refused_is_asked_for_once(
    place: Place, status: int, code: int, line: str
) -> None:
    """The same question a moment later gets the same answer."""
    place.line.answer(status, writes_only=False)
    result = place.run(*line.split())
    assert result.code == (0 if line == "start x" else code)
    assert place.line.tried == ["GET /user"]
