"""The session of a client: raises errors for error replies, reads bodies, fills in names."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Generic, Protocol, TypeVar, cast

import msgspec

from clocktool import wire
from clocktool.backends.base import PAGE_SIZE, Backend, Reply, Request
from clocktool.domain.directory import AnyNamed
from clocktool.domain.entry import Entry
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
    why_invalid,
)

T = TypeVar("T")


class NameStore(Protocol):
    """Names by id: stores those in replies, and adds those that are missing in flat replies."""

    def named(self, entry: Entry) -> Entry:
        """Return an entry with the stored names of its project, task and tags."""
        ...

    def store_names(self, things: Iterable[object]) -> None:
        """Store the names of things, and of the project, task and tags of entries."""
        ...

    def remove_name(self, thing: AnyNamed) -> None:
        """Remove the name of a deleted thing."""
        ...

    def store_entries(self, entries: Sequence[Entry]) -> None:
        """Store the ids of entries that were read."""
        ...


SEEN = 1000
"""The number of recently read entries that are kept in memory."""

SMALLER_PAGES = (1000, 200, 50)
"""The page sizes to try after one was refused; 50 is the default of Clockify."""


class Page(msgspec.Struct, Generic[T], frozen=True):
    """The first page of a list: its size as requested, the reply, and what it contains."""

    size: int
    reply: Reply
    items: T


class Session(msgspec.Struct):
    """Sends requests to one backend and reads their replies."""

    _backend: Backend
    _name_store: NameStore | None = None
    seen: deque[Entry] = msgspec.field(default_factory=partial(deque, maxlen=SEEN))
    """The entries read last in this run."""
    versions: dict[str, int] = msgspec.field(default_factory=dict)
    """The version of each entry in a server's replies of this run, by its id."""

    @property
    def is_remote(self) -> bool:
        """Whether requests leave this machine; several at the same time are then faster."""
        return self._backend.is_remote

    @property
    def page_size(self) -> int:
        """The largest page size that the server takes, as far as that is known."""
        return self._backend.page_size

    def reads_ahead(self, request: Request) -> bool:
        """Whether pages may be requested before it is known that they exist."""
        return self.is_remote and not self._backend.has_quota(request)

    @property
    def is_atomic(self) -> bool:
        """Whether the requests of a ``transaction`` all take effect or none of them."""
        return self._backend.is_atomic

    @property
    def has_sums(self) -> bool:
        """Whether the backend adds up the time of entries."""
        return self._backend.has_sums

    def transaction(self) -> AbstractContextManager[None]:
        """Return a context manager for one transaction; without ``is_atomic`` it does nothing."""
        return self._backend.transaction()

    def send(self, request: Request) -> Reply:
        """Send a request and return its reply. Raises a ClocktoolError for an error reply."""
        reply = self._backend.send(request)
        if not 200 <= reply.status < 300:
            raise error_of(request, reply)
        return reply

    def done(self, request: Request) -> None:
        """Send a request without reading its reply. Raises ServerError if the reply is not JSON."""
        if not self.send(request).is_json:
            raise ServerError(
                f"the reply to {request.method} {request.path} is not from a Clockify API",
                "check that 'base_url' is the address of a Clockify API (clocktool config)",
            )

    def call(self, request: Request, read: Callable[[bytes], T]) -> T:
        """Send a request and return the decoded reply."""
        return self.read(request, self.send(request), read)[1]

    def read(self, request: Request, reply: Reply, read: Callable[[bytes], T]) -> tuple[Reply, T]:
        """Decode a reply; if a cached one is invalid, send the request again."""
        try:
            return reply, _decoded(request, reply, read)
        except ServerError:
            if not self.forget(request):
                raise
        return self.read(request, self.send(request), read)

    def first_page(
        self, request: Request, read: Callable[[bytes], T], *, page: int = 1, most: int = PAGE_SIZE
    ) -> Page[T]:
        """Return one page of a list.

        ``request`` is for the list, without a page. If the server refuses pages of ``most`` items,
        smaller ones are requested, and the accepted size is kept.
        """
        size = most = min(most, self._backend.page_size)
        smaller = [each for each in SMALLER_PAGES if each < size]
        while True:
            asked = request_for_page(request, page, size)
            try:
                reply = self.send(asked)
            except PageSizeError:
                if not smaller:
                    raise
                size = smaller.pop(0)
                continue
            if size < most:
                self._backend.set_page_size(size)
            return Page(size, *self.read(asked, reply, read))

    def forget(self, request: Request) -> bool:
        """Remove the cached reply to a request; return whether the last reply was a cached one."""
        return request.age is not None and self._backend.forget(request)

    def read_entry(self, data: bytes) -> Entry:
        """Decode an entry and fill in its names."""
        entry = wire.entry(data)
        if self._name_store is not None:
            (entry,) = _named([entry], self._name_store)
        self._note_read([entry])
        return entry

    def read_entries(self, data: "bytes | list[Entry]") -> list[Entry]:
        """Decode entries, unless they are decoded, and fill in their names."""
        entries = data if isinstance(data, list) else wire.entries(data)
        if self._name_store is not None:
            entries = _named(entries, self._name_store)
        self._note_read(entries)
        return entries

    def _note_read(self, entries: Sequence[Entry]) -> None:
        self.seen.extend(entries)
        if self.is_remote:
            self.versions.update((str(each.id), each.version) for each in entries)

    def store_names(self, thing: object) -> None:
        """Store the name of a thing in the store."""
        if self._name_store is not None:
            self._name_store.store_names([thing])

    def remove_name(self, thing: AnyNamed) -> None:
        """Remove the name of a deleted thing from the store."""
        if self._name_store is not None:
            self._name_store.remove_name(thing)

    def storing_names(self, read: Callable[[bytes], list[T]]) -> Callable[[bytes], list[T]]:
        """Return a function that decodes things like ``read`` and stores their names."""
        name_store = self._name_store
        if name_store is None:
            return read

        def read_and_learn(data: bytes) -> list[T]:
            found = read(data)
            name_store.store_names(found)
            return found

        return read_and_learn

    def kept(self, request: Request, read: Callable[[bytes], T]) -> T | None:
        """Return the decoded reply from the cache, None if there is none; no request is sent."""
        request = msgspec.structs.replace(request, only_if_cached=True)
        reply = self._backend.send(request)
        try:
            return _decoded(request, reply, read) if reply.status == 200 else None
        except ServerError:
            self.forget(request)
            return None


def _named(entries: list[Entry], name_store: NameStore) -> list[Entry]:
    """Store the names and ids of entries, and return the entries with all their names."""
    name_store.store_names(entries)
    name_store.store_entries(entries)
    return [name_store.named(each) for each in entries]


def request_for_page(request: Request, page: int, size: int) -> Request:
    """Return the request for a page of the list that a request without a page is for."""
    paging = (("page", str(page)), ("page-size", str(size)))
    return msgspec.structs.replace(request, query=(*request.query, *paging))


def _decoded(request: Request, reply: Reply, read: Callable[[bytes], T]) -> T:
    """Decode the body of a reply, or take its value. Raises ServerError where it is invalid."""
    if reply.value is not None:
        return read(cast("bytes", reply.value))  # a caller that allows a value can read it
    try:
        if request.method == "GET" and not reply.body.strip():
            raise msgspec.DecodeError  # noqa: TRY301  # as for any other
        return read(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ServerError(
            f"the reply to {request.method} {request.path} is invalid",
            "check that 'base_url' is the address of a Clockify API (clocktool config)",
            why=why_invalid(error, reply.body),
        ) from error


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
