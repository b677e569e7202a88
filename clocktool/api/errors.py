"""What a refusal means: status and code, by the table of the service, to the error tree.

The code says more than the status: an entry that does not exist is a 400 here, not a 404.
"""

import re

import msgspec

from clocktool.backends.base import Reply, Request
from clocktool.domain.time.duration import format_duration
from clocktool.errors import (
    ClocktoolError,
    ForeignReplyError,
    KeyRefusedError,
    NoError,
    NotAllowedError,
    NotFoundError,
    RateLimitedError,
    RefusedError,
    ServerError,
    TooLargeError,
    UsageError,
    WrongServerError,
)

LONGEST = 300
"""How much of a server's message is shown, in characters."""

MISSING = ("required", "mandatory", "empty", "need to enter", "must have")
"""The words that tell a missing field from another broken rule."""

TOO_MANY = ("too many", "too large", "maximum number", "at most", "limit exceeded")
"""The words that tell a request that names too much."""

_ECHOED = re.compile(r"""(?<!\w)'[^']*'(?!\w)|"[^"]*"|<[^>]*>""")
"""What a message repeats of what was typed: it decides nothing."""

REQUIRED = ("description", "project", "task", "tag")


def error_of(request: Request, reply: Reply) -> ClocktoolError:
    """Return the error that a reply stands for whose status is no 2xx."""
    message, code = _read(reply.body)
    if reply.status < 500 and not reply.is_refusal:
        return ForeignReplyError(
            f"the answer to {request.method} {request.path} is not Clockify's ({reply.status})",
            "a proxy or a log-in page may be in between; else check 'base_url' (clocktool config)",
        )
    said = " ".join(message.split())
    said = said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"
    match reply.status:
        case 400:
            return _bad_request(said, code)
        case 401:
            return _not_let_in(said, code)
        case 403:
            return _forbidden(request, said, code)
        case 404:
            return _not_there(request, said, code)
        case 405 | 415:
            return WrongServerError(
                f"the server takes no {request.method} there{_colon(said)}",
                "check 'base_url' and 'routes' (clocktool config)",
            )
        case 413 | 414 | 431:
            return TooLargeError(f"too much in one request{_colon(said)}", "choose fewer entries")
        case 429:
            return _too_many(reply)
        case status if status >= 500:
            return ServerError(
                f"the server failed ({status}){_colon(said)}", "try again in a while"
            )
        case status:
            return ServerError(
                f"the server answered {status}{_colon(said)}",
                "check that 'base_url' is the address of a Clockify API (clocktool config)",
            )


def _read(body: bytes) -> tuple[str, int | None]:
    """Return message and code of a refusal's body; each alone may be missing or of a wrong type."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "", None
    if not isinstance(found, dict):
        return "", None
    message, code = found.get("message"), found.get("code")
    if isinstance(code, str) and code.isascii() and code.isdigit() and len(code) < 10:
        code = int(code)
    return (
        message if isinstance(message, str) else "",
        int(code) if isinstance(code, int | float) else None,
    )


def _bad_request(said: str, code: int | None) -> ClocktoolError:
    lower = _ECHOED.sub("", said.lower())
    if "doesn't belong to" in lower or "does not belong to" in lower:
        return NotFoundError(
            f"not found{_colon(said)}", "it may be deleted, or in a workspace of another name (-w)"
        )
    if code in (3000, 3002):
        return UsageError(
            f"the request was not understood{_colon(said)}",
            "check what was typed; --debug shows more",
        )
    if "entries" in lower and any(word in lower for word in TOO_MANY):
        return TooLargeError(f"refused by a rule{_colon(said)}", "choose fewer entries")
    hint = "change what it names, or ask whoever owns the workspace"
    if any(word in lower for word in MISSING):
        named = [word for word in REQUIRED if word in lower]
        hint = _SAY_IT[min(named, key=lower.index)] if named else hint
    elif "already exists" in lower:
        hint = "it is there already: use that one, or take another name"
    elif "start" in lower and "end" in lower:
        hint = "an entry ends after it starts: change --from, --to or --for"
    elif "character" in lower:
        hint = "leave out < and >"
    return RefusedError(f"refused by a rule{_colon(said)}", hint)


_SAY_IT = {
    "description": "say it with -d TEXT",
    "project": "say it with -p PROJECT",
    "task": "say it with -p PROJECT -t TASK",
    "tag": "say it with -T TAG",
}


def _not_let_in(said: str, code: int | None) -> ClocktoolError:
    if code == 1000:
        message = "no key was accepted: none was sent, or two kinds at once"
    elif code == 4017:
        message = "the add-on token is not valid"
    else:
        message = "the API key was refused"
    return KeyRefusedError(
        message + ("" if code in (1000, 4003, 4017) else _colon(said)),
        "check the key and the host: clocktool config shows both",
    )


def _forbidden(request: Request, said: str, code: int | None) -> ClocktoolError:
    match code:
        case 1003:
            what = "that time is locked" if request.method == "POST" else "the entry is locked"
            return RefusedError(what, "whoever owns the workspace can unlock it")
        case 4005:
            return RefusedError(
                "the entry is approved", "withdraw the approval first, then change it"
            )
        case 4030:
            return NotAllowedError(
                "this workspace takes no manual entries, only the timer",
                "use 'clocktool start' and 'clocktool stop' without --at",
            )
    return NotAllowedError(
        f"not allowed: no right to do this, or a paid feature{_colon(said)}",
        "ask whoever owns the workspace",
    )


def _not_there(request: Request, said: str, code: int | None) -> ClocktoolError:
    stop = request.method == "PATCH" and request.path.endswith("/time-entries")
    if stop and code != 3000 and (code == 404 or said):
        return NoError("no timer is running", "start one with: clocktool start WORDS…")
    if code == 3000:
        return WrongServerError(
            f"the server has no {request.method} {request.path}",
            "check 'base_url' and 'routes' (clocktool config)",
        )
    return NotFoundError(
        f"not found{_colon(said)}" if said else "no such workspace, or it is not yours",
        "clocktool workspaces lists yours",
    )


def _too_many(reply: Reply) -> ClocktoolError:
    seconds = reply.retry_after
    if seconds is None:
        wait = "later"
    else:
        wait = (
            f"in {seconds} s" if seconds < 60 else f"in {format_duration(-(-seconds // 60) * 60)}"
        )
    return RateLimitedError(
        "the service takes no more requests for now", f"try again {wait}", retry_after=seconds
    )


def _colon(said: str) -> str:
    return f": {said}" if said else ""
