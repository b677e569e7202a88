"""What a refusal means: status and code, by the table of the service, to the error tree.

The code says more than the status: an entry that does not exist is a 400 here, not a 404.
"""

import re

import msgspec

from clocktool.backends.base import Reply, Request
from clocktool.domain.time.duration import format_duration
from clocktool.errors import (
    AnswerIsNoError,
    ClocktoolError,
    EndBeforeStartError,
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

LONGEST = 300
"""How much of a server's message is shown, in characters."""

MISSING = ("required", "mandatory", "empty", "need to enter", "must have")
"""The words that tell a missing field from another broken rule."""

TOO_MANY = ("too many", "too large", "maximum number", "at most", "limit exceeded")
"""The words that tell a request that names too much."""

_ECHOED = re.compile(r"""(?<!\w)'[^']*'(?!\w)|"[^"]*"|<[^>]*>""")
"""What a message repeats of what was typed: it decides nothing."""

REFUSED = "refused by a rule"

OPTIONS = {
    "description": "-d TEXT",
    "project": "-p PROJECT",
    "task": "-p PROJECT -t TASK",
    "tag": "-T TAG",
}
"""How a command line gives each field that a workspace may require."""


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
                f"the server takes no {request.method} there",
                "check 'base_url' and 'routes' (clocktool config)",
                why=said,
            )
        case 413 | 414 | 431:
            return TooLargeError("too much in one request", "choose fewer entries", why=said)
        case 429:
            return _too_many(reply)
        case status if status >= 500:
            return ServerError(f"the server failed ({status})", "try again in a while", why=said)
        case status:
            return ServerError(
                f"the server answered {status}",
                "check that 'base_url' is the address of a Clockify API (clocktool config)",
                why=said,
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
        hint = "it may be deleted, or in a workspace of another name (-w)"
        return NotFoundError("not found", hint, why=said)
    if code in (3000, 3002):
        hint = "check what was typed; --debug shows more"
        return UsageError("the request was not understood", hint, why=said)
    if "entries" in lower and any(word in lower for word in TOO_MANY):
        return TooLargeError(REFUSED, "choose fewer entries", why=said)
    if any(word in lower for word in MISSING):
        named = [word for word in OPTIONS if word in lower]
        if named:
            return MissingFieldError(REFUSED, OPTIONS[min(named, key=lower.index)], why=said)
    elif "already exists" in lower:
        return RefusedError(
            REFUSED, "it is there already: use that one, or take another name", why=said
        )
    elif "start" in lower and "end" in lower:
        hint = "an entry ends after it starts: change --from, --to or --for"
        return EndBeforeStartError(REFUSED, hint, why=said)
    elif "character" in lower:
        return RefusedError(REFUSED, "leave out < and >", why=said)
    return RefusedError(
        REFUSED, "change what it names, or ask whoever owns the workspace", why=said
    )


def _not_let_in(said: str, code: int | None) -> ClocktoolError:
    if code == 1000:
        what = "no key was accepted: none was sent, or two kinds at once"
    elif code == 4017:
        what = "the add-on token is not valid"
    else:
        what = "the API key was refused"
    return KeyRefusedError(
        what,
        "check the key and the host: clocktool config shows both",
        why=None if code in (1000, 4003, 4017) else said,
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
    wanted = _right(request)
    if wanted is not None:
        return NotAllowedError(
            f"not allowed: {wanted}", "ask whoever owns the workspace for that right", why=said
        )
    return NotAllowedError(
        "not allowed: no right to do this, or a paid feature",
        "ask whoever owns the workspace",
        why=said,
    )


_RIGHTS = {
    "clients": "only admins of the workspace and project managers may {} clients",
    "projects": "only admins of the workspace and its manager may {} a project",
    "tags": "only admins of the workspace may {} tags",
    "tasks": "only admins of the workspace and the project's manager may {} its tasks",
}
"""Who may change names. Owners of workspaces can let everyone create projects, tasks and tags."""

_VERBS = {"POST": "create", "PUT": "change", "PATCH": "change", "DELETE": "delete"}


def _right(request: Request) -> str | None:
    """Return whose right a change of a name takes; None for another request."""
    _, _, _, kind, *rest = (request.path + "////").split("/")
    kind = "tasks" if kind == "projects" and rest[1] == "tasks" else kind
    verb = _VERBS.get(request.method)
    if verb is None or kind not in _RIGHTS:
        return None
    if (verb, kind) == ("create", "projects"):
        return "only admins of the workspace and project managers may create projects"
    return _RIGHTS[kind].format(verb)


def _not_there(request: Request, said: str, code: int | None) -> ClocktoolError:
    stop = request.method == "PATCH" and request.path.endswith("/time-entries")
    if stop and code != 3000 and (code == 404 or said):
        return AnswerIsNoError("no timer is running", "start one with: clocktool start WORDS…")
    if code == 3000:
        return WrongServerError(
            f"the server has no {request.method} {request.path}",
            "check 'base_url' and 'routes' (clocktool config)",
        )
    return NotFoundError(
        "not found" if said else "no such workspace, or it is not yours",
        "clocktool workspaces lists yours",
        why=said,
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
