"""The error for an error reply: by its status, Clockify's code, and words of its message."""

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
    PageSizeError,
    RateLimitedError,
    RefusedError,
    ServerError,
    TooLargeError,
    UsageError,
    WrongServerError,
)

MESSAGE_LENGTH = 300
"""The greatest length of a server's message that is shown, in characters."""

MISSING_WORDS = ("required", "mandatory", "empty", "need to enter", "must have")
"""Words in the message about a required field, not about another rule."""

TOO_MANY_WORDS = ("too many", "too large", "maximum number", "at most", "limit exceeded")
"""Words in the message about a request with too many entries."""

_QUOTED = r"""(?<!\w)'[^']*'(?!\w)|"[^"]*"|<[^>]*>"""
"""Text of the request that a message repeats; it must not affect the kind of error."""

TOO_LARGE_WORDS = ("size", "limit", "maxim", "exceed", "too many", "too large", "too big")
"""Words in the message about a page that is too large."""

ELSEWHERE = ("belong", "date", "days", "range")
"""Words in the message about a request that a smaller page does not help."""

SMALLEST_PAGE = 50
"""The page size that every server takes, as it is the default."""

REFUSED = "refused by a rule"

NOT_UNDERSTOOD, TO_DEBUG = (
    "the request was not understood",
    "check the command line; --debug shows more",
)

OPTIONS = {
    "description": "-d TEXT",
    "project": "-p PROJECT",
    "task": "-p PROJECT -t TASK",
    "tag": "-T TAG",
}
"""The options that set each field that a workspace may require."""


def error_of(request: Request, reply: Reply) -> ClocktoolError:
    """Return the error for a reply with an error status."""
    message, code = _read(reply.body)
    if reply.status < 500 and not reply.is_refusal:
        return ForeignReplyError(
            f"the answer to {request.method} {request.path} is not Clockify's ({reply.status})",
            "check for a proxy or a login page, then 'base_url' (clocktool config)",
        )
    text = " ".join(message.split())
    text = text if len(text) <= MESSAGE_LENGTH else text[: MESSAGE_LENGTH - 1] + "…"
    match reply.status:
        case 400:
            if _refuses_page_size(request, text, code):
                return PageSizeError(NOT_UNDERSTOOD, TO_DEBUG, why=text)
            return _bad_request(text, code)
        case 401:
            return _unauthorized(text, code)
        case 403:
            return _forbidden(request, text, code)
        case 404:
            return _not_found(request, text, code)
        case 405 | 415:
            return WrongServerError(
                f"the server does not allow {request.method} for this path",
                "check 'base_url' and 'routes' (clocktool config)",
                why=text,
            )
        case 413 | 414 | 431:
            return TooLargeError("request too large", "choose fewer entries", why=text)
        case 429:
            return _rate_limited(reply)
        case status if status >= 500:
            return ServerError(f"the server failed ({status})", "try again later", why=text)
        case status:
            return ServerError(
                f"the server answered {status}",
                "check that 'base_url' is the address of a Clockify API (clocktool config)",
                why=text,
            )


def _read(body: bytes) -> tuple[str, int | None]:
    """Return message and code from the body of an error reply; "" and None where missing."""
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


def _refuses_page_size(request: Request, text: str, code: int | None) -> bool:
    """Whether a bad request may be one because of its page size.

    Each further try is a request of perhaps thirty an hour. So a message about something else, such
    as another parameter, does not count.
    """
    query = dict(request.query)
    size = query.pop("page-size", "")
    if not size.isdigit() or int(size) <= SMALLEST_PAGE or not (text or code):
        return False
    lower = text.lower()
    for value in query.values():  # a message may repeat what was typed
        lower = lower.replace(f"'{value.lower()}'", "").replace(f'"{value.lower()}"', "")
    if "page" in lower:
        return True
    if re.search("|".join((*query, *ELSEWHERE)), lower):
        return False
    return code in (None, 400, 3000) or any(word in lower for word in TOO_LARGE_WORDS)


def _bad_request(text: str, code: int | None) -> ClocktoolError:
    lower = re.sub(_QUOTED, "", text.lower())
    if "doesn't belong to" in lower or "does not belong to" in lower:
        hint = "it may be deleted, or in another workspace (-w)"
        return NotFoundError("not found", hint, why=text)
    if code in (3000, 3002):
        return UsageError(NOT_UNDERSTOOD, TO_DEBUG, why=text)
    if "entries" in lower and any(word in lower for word in TOO_MANY_WORDS):
        return TooLargeError(REFUSED, "choose fewer entries", why=text)
    if any(word in lower for word in MISSING_WORDS):
        named = [word for word in OPTIONS if word in lower]
        if named:
            return MissingFieldError(REFUSED, OPTIONS[min(named, key=lower.index)], why=text)
    elif "is done" in lower:
        hint = "to use it again: clocktool tasks -p PROJECT reopen TASK"
        return RefusedError(REFUSED, hint, why=text)
    elif "is archived" in lower:
        noun = next((each for each in ("tag", "client") if lower.startswith(each)), "project")
        hint = f"to use it again: clocktool {noun}s restore NAME"
        return RefusedError(REFUSED, hint, why=text)
    elif "already exists" in lower:
        return RefusedError(REFUSED, "use the existing one, or choose another name", why=text)
    elif "start" in lower and "end" in lower:
        hint = "change --from, --to or --for, so that the entry ends after its start"
        return EndBeforeStartError(REFUSED, hint, why=text)
    elif "longer than" in lower:
        return RefusedError(REFUSED, "make it shorter", why=text)
    elif "character" in lower:
        return RefusedError(REFUSED, "remove < and >", why=text)
    return RefusedError(REFUSED, "change it, or ask an owner of the workspace", why=text)


def _unauthorized(text: str, code: int | None) -> ClocktoolError:
    if code == 1000:
        what = "no key was sent, or two kinds at once"
    elif code == 4017:
        what = "the add-on token is not valid"
    else:
        what = "the API key was refused"
    return KeyRefusedError(
        what,
        "check the key and the host with clocktool config",
        why=None if code in (1000, 4003, 4017) else text,
    )


def _forbidden(request: Request, text: str, code: int | None) -> ClocktoolError:
    match code:
        case 1003:
            what = "this time is locked" if request.method == "POST" else "the entry is locked"
            return RefusedError(what, "ask an owner of the workspace to unlock it")
        case 4005:
            return RefusedError(
                "the entry is approved", "withdraw the approval first, then change it"
            )
        case 4030:
            return NotAllowedError(
                "this workspace allows only the timer, no manual entries",
                "use 'clocktool start' and 'clocktool stop' without --at",
            )
    wanted = _required_role(request)
    if wanted is not None:
        return NotAllowedError(
            f"not allowed: {wanted}", "ask an owner of the workspace for that permission", why=text
        )
    return NotAllowedError(
        "not allowed: no permission, or a paid feature",
        "ask an owner of the workspace",
        why=text,
    )


_RIGHTS = {
    "clients": "only admins of the workspace and project managers may {} clients",
    "projects": "only admins of the workspace and its manager may {} a project",
    "tags": "only admins of the workspace may {} tags",
    "tasks": "only admins of the workspace and the project's manager may {} its tasks",
}
"""Who may change names; owners may let everyone create projects, tasks and tags."""

_VERBS = {"POST": "create", "PUT": "change", "PATCH": "change", "DELETE": "delete"}


def _required_role(request: Request) -> str | None:
    """Return who may make this change of a name, as a sentence; None for another request."""
    _, _, _, kind, *rest = (request.path + "////").split("/")
    kind = "tasks" if kind == "projects" and rest[1] == "tasks" else kind
    verb = _VERBS.get(request.method)
    if verb is None or kind not in _RIGHTS:
        return None
    if (verb, kind) == ("create", "projects"):
        return "only admins of the workspace and project managers may create projects"
    return _RIGHTS[kind].format(verb)


def _not_found(request: Request, text: str, code: int | None) -> ClocktoolError:
    stop = request.method == "PATCH" and request.path.endswith("/time-entries")
    if stop and code != 3000 and (code == 404 or text):
        return AnswerIsNoError("no timer is running", "start one with: clocktool start WORDS…")
    if code == 3000:
        return WrongServerError(
            f"the server has no {request.method} {request.path}",
            "check 'base_url' and 'routes' (clocktool config)",
        )
    return NotFoundError(
        "not found" if text else "no such workspace, or you are not a member",
        "list yours: clocktool workspaces",
        why=text,
    )


def _rate_limited(reply: Reply) -> ClocktoolError:
    seconds = reply.retry_after
    if seconds is None:
        wait = "later"
    else:
        wait = (
            f"in {seconds} s" if seconds < 60 else f"in {format_duration(-(-seconds // 60) * 60)}"
        )
    return RateLimitedError("rate limit reached", f"try again {wait}", retry_after=seconds)
