"""What a refusal means: status, code and message, to an error, an exit code and what to do."""

import json
from typing import Any

import pytest

from clocktool.backends.base import Request
from clocktool.domain.time.instant import parse_iso
from clocktool.errors import (
    AnswerIsNoError,
    ClocktoolError,
    EndBeforeStartError,
    ExitCode,
    ForeignReplyError,
    KeyRefusedError,
    MissingFieldError,
    NotAllowedError,
    NotFoundError,
    RateLimitedError,
    RefusedError,
    ServerError,
    TooLargeError,
    UsageError,
    WrongServerError,
)
from tests.api.conftest import Canned, refusal
from tests.clients import client_of

STOP = Request("PATCH", "/workspaces/w/user/u/time-entries", body={"end": "2024-01-01T00:00:00Z"})


def said(message: Any, code: Any) -> bytes:
    """Return the body of a refusal."""
    return json.dumps({"message": message, "code": code}).encode()


def is_one_line(text: str) -> bool:
    """Whether a text is one line that is not empty."""
    return text.splitlines() == [text]


GONE = said("TIMEENTRY with id e doesn't belong to WORKSPACE with id w", 501)


@pytest.mark.parametrize(
    ("status", "body", "kind", "code", "fragments"),
    [
        (400, GONE, NotFoundError, 4, ["not found", "TIMEENTRY with id e doesn't belong"]),
        (400, said("Description is required", 501), MissingFieldError, 5, ["rule", "Description"]),
        (
            400,
            said("Project is mandatory", 501),
            MissingFieldError,
            5,
            ["rule", "Project is mandatory"],
        ),
        (
            400,
            said("Tags can't be empty", 501),
            MissingFieldError,
            5,
            ["rule", "Tags can't be empty"],
        ),
        (400, said("Task is required", 501), MissingFieldError, 5, ["rule", "Task is required"]),
        (400, said("Project is archived", 501), RefusedError, 5, ["rule", "is archived"]),
        (400, said("start after end", 501), EndBeforeStartError, 5, ["rule", "start after end"]),
        (400, said("page must be a number", 3000), UsageError, 2, ["page must be a number"]),
        (400, said("Bad request body", 3002), UsageError, 2, ["not understood", "Bad request"]),
        (400, b"", RefusedError, 5, ["refused by a rule"]),
        (401, said("API key is missing", 1000), KeyRefusedError, 3, ["key", "no key was sent"]),
        (401, said("Multiple or none auth tokens", 1000), KeyRefusedError, 3, ["two kinds"]),
        (
            401,
            said("Api key does not exist", 4003),
            KeyRefusedError,
            3,
            ["the API key was refused"],
        ),
        (401, said("Invalid token", 4017), KeyRefusedError, 3, ["add-on token is not valid"]),
        (401, said("Full auth is required", 7), KeyRefusedError, 3, ["refused", "Full auth"]),
        (401, b"", KeyRefusedError, 3, ["the API key was refused"]),
        (403, said("Locked", 1003), RefusedError, 5, ["the entry is locked"]),
        (403, said("Approved", 4005), RefusedError, 5, ["the entry is approved"]),
        (403, said("No manual entries", 4030), NotAllowedError, 5, ["only the timer"]),
        (403, said("Upgrade for INVOICING", 501), NotAllowedError, 5, ["paid", "INVOICING"]),
        (403, b"", NotAllowedError, 5, ["not allowed", "no permission", "paid feature"]),
        (404, said("No route", 3000), WrongServerError, 8, ["no GET /workspaces/w/time-entries/e"]),
        (404, said("Not here", 404), NotFoundError, 4, ["not found: Not here"]),
        (404, b"", NotFoundError, 4, ["no such workspace"]),
        (429, b"", RateLimitedError, 7, ["rate limit"]),
        (429, said("Too many requests", 501), RateLimitedError, 7, ["rate limit"]),
        (500, said("Boom", 500), ServerError, 8, ["failed (500)", "Boom"]),
        (502, b"<html>\n<h1>Bad gateway</h1>", ServerError, 8, ["failed (502)"]),
        (503, b"", ServerError, 8, ["failed (503)"]),
        (599, b"", ServerError, 8, ["failed (599)"]),
        (301, b"", ForeignReplyError, 8, ["not Clockify's (301)"]),
        (302, b"", ForeignReplyError, 8, ["not Clockify's (302)"]),
        (304, b"", ForeignReplyError, 8, ["(304)"]),
        (307, b"", ForeignReplyError, 8, ["not Clockify's (307)"]),
        (308, b"", ForeignReplyError, 8, ["not Clockify's (308)"]),
        (418, said("I am a teapot", 418), ServerError, 8, ["418", "I am a teapot"]),
        (413, b"", TooLargeError, 5, ["request too large"]),
        (414, b"", TooLargeError, 5, ["request too large"]),
        (405, b"", WrongServerError, 8, ["does not allow"]),
    ],
)
def test_every_row_of_the_table(
    status: int, body: bytes, kind: type[ClocktoolError], code: int, fragments: list[str]
) -> None:
    """Status and code decide what kind of error it is; the message says what the service said."""
    error = refusal(status, body)
    assert type(error) is kind
    assert error.exit_code == ExitCode(code)
    for fragment in fragments:
        assert fragment in error.message
    assert str(error) == error.message
    assert is_one_line(error.message)


@pytest.mark.parametrize(
    ("status", "body", "fragment"),
    [
        (400, GONE, "-w"),
        (400, said("Description is required", 501), "-d TEXT"),
        (400, said("Project is mandatory", 501), "-p PROJECT"),
        (400, said("Tags can't be empty", 501), "-T TAG"),
        (400, said("Task is required", 501), "-t TASK"),
        (400, said("Project 'Ops' is archived", 501), "clocktool projects restore NAME"),
        (400, said("Task 'Fix' is done", 501), "clocktool tasks -p PROJECT reopen TASK"),
        (400, said("Tag 'dev' is archived", 501), "clocktool tags restore NAME"),
        (400, said("description must not be longer than 3000 characters", 501), "shorter"),
        (400, said("Name has invalid characters", 501), "remove < and >"),
        (401, said("", 1000), "clocktool config"),
        (401, said("", 4003), "clocktool config"),
        (401, said("", 4017), "clocktool config"),
        (401, b"", "clocktool config"),
        (403, said("", 1003), "unlock"),
        (403, said("", 4005), "withdraw the approval"),
        (403, said("", 4030), "clocktool start"),
        (403, said("", 501), "owner of the workspace"),
        (403, b"", "owner of the workspace"),
        (404, said("", 404), "clocktool workspaces"),
        (404, said("", 3000), "base_url"),
        (404, b"", "clocktool workspaces"),
        (429, b"", "try again later"),
        (302, b"", "base_url"),
        (500, b"", "try again"),
    ],
)
def test_the_hint_says_what_to_do(status: int, body: bytes, fragment: str) -> None:
    """Every error comes with a line that says how to go on."""
    hint = refusal(status, body).hint
    assert hint is not None
    assert fragment in hint
    assert is_one_line(hint)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, said("Project is archived", 501)),
        (400, said("start after end", 501)),
        (400, said("page must be a number", 3000)),
        (400, said("Bad request body", 3002)),
        (418, b""),
    ],
)
def test_there_is_always_a_hint(status: int, body: bytes) -> None:
    """Also for an unexpected message of the service."""
    assert refusal(status, body).hint


def test_no_timer_to_stop_is_an_answer() -> None:
    """A stop that finds nothing running says so, calmly, with exit code 1."""
    client = client_of(Canned(404, said("Time entry not found", 404)))
    with pytest.raises(AnswerIsNoError) as caught:
        client.entries.stop("w", "u", parse_iso("2024-01-01T00:00:00Z"))
    assert caught.value.exit_code == ExitCode.NO
    assert caught.value.message == "no timer is running"
    assert caught.value.hint == "start one with: clocktool start WORDS…"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (said("No route", 3000), WrongServerError),
        (b"", NotFoundError),
        (b"<html>Not found</html>", ForeignReplyError),
    ],
)
def test_a_stop_that_went_to_the_wrong_place_is_no_answer(
    body: bytes, kind: type[ClocktoolError]
) -> None:
    """No such route, a page, an unknown workspace: no error is about timers, one may still run."""
    assert type(refusal(404, body, request=STOP)) is kind


@pytest.mark.parametrize(
    "request_",
    [
        Request("PATCH", "/workspaces/w/time-entries/invoiced"),
        Request("DELETE", "/workspaces/w/user/u/time-entries"),
        Request("GET", "/workspaces/w/user/u/time-entries"),
    ],
)
def test_only_a_stop_is_told_that_no_timer_runs(request_: Request) -> None:
    """The same 404 for anything else is something that was not found."""
    error = refusal(404, said("Not here", 404), request=request_)
    assert type(error) is NotFoundError


def test_a_stop_refused_by_a_rule_says_which() -> None:
    """Required fields are checked on stop: the refusal tells what to add."""
    error = refusal(400, said("Description is required in this workspace", 501), request=STOP)
    assert type(error) is MissingFieldError
    assert (error.option, error.hint) == ("-d TEXT", "add -d TEXT")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b'{"message": 5, "code": 501}',
        b'{"message": ["a"], "code": "501"}',
        b'{"code": 99999999999999999999999999}',
    ],
)
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RefusedError),
        (401, KeyRefusedError),
        (403, NotAllowedError),
        (429, RateLimitedError),
        (500, ServerError),
        (418, ServerError),
    ],
)
def test_a_body_that_says_nothing_leaves_the_status(
    body: bytes, status: int, kind: type[ClocktoolError]
) -> None:
    """An empty body, or fields of another type: the status decides, in one line."""
    error = refusal(status, body)
    assert type(error) is kind
    assert is_one_line(error.message)
    assert len(error.message) < 100


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"<html>\n<body>no</body>\n</html>",
        b"\xff\xfe\x00",
        b'{"message": "\xff"}',
        b"null",
        b"[]",
        b"42",
        b'{"error": "forbidden"}',
        b'{"message": null, "code": null}',
        b'{"code": 1e400}',
        b"[" * 100_000,
        b'{"message": "half \\ud800"}',
    ],
)
@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 405, 407, 413, 418])
def test_an_answer_that_is_not_clockifys_is_no_refusal(body: bytes, status: int) -> None:
    """A proxy's page says nothing about the request: it may have been carried out."""
    error = refusal(status, body)
    assert type(error) is ForeignReplyError
    assert (error.exit_code, is_one_line(error.message)) == (8, True)


@pytest.mark.parametrize(("body", "kind"), [(b"[]", RateLimitedError), (b"<p>", ForeignReplyError)])
def test_a_page_with_429_is_no_rate_limit(body: bytes, kind: type[ClocktoolError]) -> None:
    """What was rate limited was not carried out; what a proxy says of that is not known."""
    assert type(refusal(429, body)) is kind


@pytest.mark.parametrize(
    "body",
    [
        b'{"message": 5, "code": 1003}',
        b'{"message": {"en": "locked"}, "code": 1003}',
        b'{"message": "locked", "code": 1003.0}',
        b'{"message": "locked", "code": "1003"}',
    ],
)
def test_the_code_counts_whatever_the_message_is(body: bytes) -> None:
    """A code beside a message of the wrong type, or written as text, still says what is wrong."""
    assert refusal(403, body).message == "the entry is locked"


def test_a_time_that_is_locked_is_no_entry() -> None:
    """A refused create is about a rule, not about an entry or a permission."""
    made = Request("POST", "/workspaces/w/time-entries", body={})
    error = refusal(403, said("Locked", 1003), request=made)
    assert (type(error), error.message) == (RefusedError, "this time is locked")


def test_who_catches_the_wider_kind_gets_the_narrower_one() -> None:
    """No right is a refusal, a wrong server is a failing one."""
    assert isinstance(refusal(403), RefusedError)
    assert isinstance(refusal(302), ServerError)


def test_the_message_counts_whatever_the_code_is() -> None:
    """The server's message is shown, also if its code is not a number."""
    assert "too early" in refusal(400, said("too early", "TOO_EARLY")).message


@pytest.mark.parametrize("status", [200, 400])
def test_json_nested_without_end_is_the_servers_failure(status: int) -> None:
    """A reply that nests a hundred thousand deep is an error of the tree, never a traceback."""
    body = b'{"more": ' + b"[" * 100_000
    with pytest.raises(ClocktoolError):
        client_of(Canned(status, body)).entries.get("w", "e")


@pytest.mark.parametrize(
    "message",
    ["a\nb", "a\r\nb", "a\x0bb", "a\x0cb", "a\x85b", "a\u2028b", "a\u2029b", "\n a \t\t b \n"],
)
@pytest.mark.parametrize("status", [400, 403, 404, 418, 500])
def test_a_message_of_many_lines_becomes_one(message: str, status: int) -> None:
    """Line breaks of every kind in a server's message become blanks."""
    error = refusal(status, said(message, 501))
    assert error.message.endswith(": a b")
    assert is_one_line(error.message)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 418, 500])
def test_a_huge_message_is_cut(status: int) -> None:
    """A megabyte of message is shown as three hundred characters, with a mark where it ends."""
    error = refusal(status, said("x" * 1_000_000, 1))
    assert len(error.message) < 400
    assert error.message.endswith("xxx…")


def test_a_long_message_is_kept_whole() -> None:
    """Three hundred characters are not cut."""
    assert refusal(418, said("y" * 300, 1)).message.endswith(": " + "y" * 300)


@pytest.mark.parametrize(
    ("header", "seconds", "wait"),
    [
        ("3", 3, "in 3 s"),
        ("0", 0, "in 0 s"),
        (" 17 ", 17, "in 17 s"),
        ("59", 59, "in 59 s"),
        ("60", 60, "in 1m"),
        ("61", 61, "in 2m"),
        ("120", 120, "in 2m"),
        ("3541", 3541, "in 1h 00m"),
        ("3600", 3600, "in 1h 00m"),
        ("-1", None, "later"),
        ("1e9", None, "later"),
        ("1.5", None, "later"),
        ("", None, "later"),
        ("soon", None, "later"),
        ("9" * 5000, None, "later"),
        ("Wed, 21 Oct 2015 07:28:00 GMT", None, "later"),
        ("٣", None, "later"),
        ("²", None, "later"),
    ],
)
def test_retry_after(header: str, seconds: int | None, wait: str) -> None:
    """Whole seconds are honoured, a minute and more said as such; anything odd means later."""
    error = refusal(429, headers={"retry-after": header})
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == seconds
    assert error.hint == f"try again {wait}"


def test_too_many_requests_without_a_header() -> None:
    """Without Retry-After the message names no time."""
    error = refusal(429)
    assert isinstance(error, RateLimitedError)
    assert error.retry_after is None


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_success_is_one(status: int) -> None:
    """Any 2xx is a success; an empty body of a delete is not read."""
    client_of(Canned(status)).entries.delete("w", "e")
