"""The tree of errors; each class has its exit code.

An error is a value with fields. Code that can add context sets a field and raises the same error
again; no code changes the text of an error. Only ``__main__`` shows errors.
"""

from enum import IntEnum
from typing import Self


class ExitCode(IntEnum):
    """Exit codes of the command line; scripts rely on them, see docs/scripting.md."""

    DONE = 0
    NO = 1
    USAGE = 2
    SETUP = 3
    NOT_FOUND = 4
    REFUSED = 5
    OFFLINE = 6
    RATE_LIMITED = 7
    SERVER = 8
    BUG = 70
    INTERRUPTED = 130


class ClocktoolError(Exception):
    """The root of the tree: ``what`` happened, ``why``, and a ``hint`` that says what to do."""

    exit_code = ExitCode.BUG
    is_about_item = False
    """Whether the error concerns one item only: a batch then goes on with the next one."""
    is_temporary = False
    """Whether the same command may work later: no connection, a rate limit, a failed service.
    A change is then queued, and a read shows the last known state."""

    def __init__(self, what: str, hint: str | None = None, *, why: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.hint = hint
        self.lines: tuple[str, ...] = ()
        """Lines to paste, which are shown below the hint: of a configuration, for example."""
        self.context: tuple[str, ...] = ()
        """What the program was doing, the outermost first: ``2 of 5 entries done``."""
        self.effect: str | None = None
        """The state after the error: ``the entry is unchanged``."""
        self.is_silent = False
        """Whether to show nothing and only return the exit code."""
        self.not_sent = False
        """Whether no request left this machine, so that nothing can have changed."""
        self.steps_done = 0
        """How many changes of a command with several were made before it failed."""
        self.rolled_back: ClocktoolError | bool | None = None
        """True where the changes before the failed one were undone, else the error that prevented
        it; False while that is not known, None where there was nothing to undo."""
        self.leftover_ids: list[str] = []
        """The ids of entries that were created and could not be deleted again."""

    @property
    def message(self) -> str:
        """The whole text on one line, without the hint."""
        text = ": ".join((*self.context, self.what, *((self.why,) if self.why else ())))
        return f"{text}; {self.effect}" if self.effect else text

    def __str__(self) -> str:
        return self.message

    def within(self, context: str) -> Self:
        """Add what the program was doing, and return the same error."""
        if context not in self.context:  # one error may end several requests
            self.context = (context, *self.context)
        return self


class AnswerIsNoError(ClocktoolError):
    """A "no" that is not a failure: no timer runs, nothing to undo, the user declined."""

    exit_code = ExitCode.NO


class UsageError(ClocktoolError):
    """An invalid command line: an unknown option, or a wrong TIME, DURATION or PERIOD."""

    exit_code = ExitCode.USAGE


class PageSizeError(UsageError):
    """A page of a list is larger than the server allows; a smaller one may work."""


class FutureTimeError(UsageError):
    """A time in the future; ``earlier`` is how to write the same time in the past, if possible."""

    def __init__(self, what: str, *, earlier: str | None = None) -> None:
        correction = f"write '{earlier}'" if earlier else None
        super().__init__(
            what, correction or "only 'add --future' takes a time that is still to come"
        )
        self.correction = correction


class SetupError(ClocktoolError):
    """A missing or refused key, or a configuration that is invalid or can't be read."""

    exit_code = ExitCode.SETUP


class KeyRefusedError(SetupError):
    """The server does not accept the key."""


class NotFoundError(ClocktoolError):
    """No such entry, project, client, task, tag, user or workspace."""

    exit_code = ExitCode.NOT_FOUND
    is_about_item = True


class UnknownNameError(NotFoundError):
    """A name that nothing has, archived or not; ``similar`` are the names that come close."""

    def __init__(
        self, what: str, hint: str | None = None, *, similar: tuple[str, ...] = ()
    ) -> None:
        super().__init__(what, hint)
        self.similar = similar


class NotSentError(NotFoundError):
    """A name that is not created at the service yet, because that change is pending."""

    is_temporary = True


class AmbiguousError(NotFoundError):
    """A name that several things have; the program picks none of them."""


class RefusedError(ClocktoolError):
    """A rule forbids the change: a lock, an approval, a required field, an end before its start."""

    exit_code = ExitCode.REFUSED
    is_about_item = True


class MissingFieldError(RefusedError):
    """The workspace requires a field; ``option`` is the option that sets it."""

    def __init__(self, what: str, option: str, *, why: str | None = None) -> None:
        super().__init__(what, f"add {option}", why=why)
        self.option = option


class EndBeforeStartError(RefusedError):
    """The entry would end before it starts."""


class NotAllowedError(RefusedError):
    """The user lacks a permission, or the feature is paid for; no single entry is the reason."""

    is_about_item = False


class TooLargeError(RefusedError):
    """More entries in one request than the service accepts; a smaller request may work."""


class OfflineError(ClocktoolError):
    """The service could not be reached, or did not answer in time.

    ``failed_fast`` says that the request failed without a timeout, so that a retry is cheap;
    ``not_sent`` that it did not leave this machine.
    """

    exit_code = ExitCode.OFFLINE
    is_temporary = True

    def __init__(
        self,
        what: str,
        hint: str | None = None,
        *,
        why: str | None = None,
        failed_fast: bool = False,
        not_sent: bool = False,
    ) -> None:
        super().__init__(what, hint, why=why)
        self.failed_fast = failed_fast
        self.not_sent = not_sent


class RateLimitedError(ClocktoolError):
    """The service refused a request because of its rate limit.

    ``retry_after`` is how long to wait, in seconds; None if the reply does not contain it.
    """

    exit_code = ExitCode.RATE_LIMITED
    is_temporary = True

    def __init__(
        self,
        what: str,
        hint: str | None = None,
        *,
        why: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(what, hint, why=why)
        self.retry_after = retry_after


class InterruptedWorkError(ClocktoolError):
    """Ctrl-C in a command of several requests; the message says what was done before."""

    exit_code = ExitCode.INTERRUPTED


class CancelledError(KeyboardInterrupt):
    """The batch ended while this request was waiting; it was not sent."""


class ServerError(ClocktoolError):
    """The service, or the file of the local workspace, failed."""

    exit_code = ExitCode.SERVER
    is_temporary = True


class ForeignReplyError(ServerError):
    """A reply that is not from Clockify, such as a proxy's page: the request may have worked."""


class NotDoneError(ServerError):
    """A failure that certainly changed nothing, such as a file that can't be written."""

    is_temporary = False


class WrongServerError(NotDoneError):
    """The server has no such route, so it is not a Clockify API; nothing was changed."""


UNAVAILABLE = (OfflineError, RateLimitedError, ServerError)
"""The errors of a service that can't be reached or does not serve now: what is kept on this machine
answers a read, and a change waits."""


def exists_already(noun: str, name: str) -> RefusedError:
    """Return the error for a new name that another item has."""
    return RefusedError(
        f"the {noun} {quoted(name)} exists already", "use that one, or take another name"
    )


def reason_of(error: Exception) -> str:
    """Return the reason of an error: the system's text, without the error number."""
    return str(getattr(error, "strerror", None) or error)


def why_invalid(error: Exception, data: bytes | str = b"{}") -> str:
    """Return why JSON could not be decoded, as the end of a sentence: ``it is not UTF-8``.

    The decoder's texts change with its version; only the place in the JSON is taken from them. The
    text of an error that a conversion of this program raised stays.
    """
    import re

    import msgspec

    if isinstance(data, bytes):
        try:
            data = data.decode()
        except UnicodeDecodeError:
            return "it is not UTF-8"
    if isinstance(error, RecursionError):
        return "its nesting is too deep"
    if not data.strip():
        return "it is empty"
    if not isinstance(error, msgspec.ValidationError):
        return "it is not valid JSON"
    if isinstance(error.__cause__, ValueError | OverflowError):
        return str(error)
    missing = re.match(r"Object missing required field (`[^`]*`)", str(error))
    place = re.search(r"`(\$.*)`$", str(error))
    what = f"{missing[1]} is missing" if missing else "unexpected content"
    return f"{what} at `{place[1] if place else '$'}`"


def quoted(text: str) -> str:
    """Return a text in quotes for a message: one line, at most 40 characters, printable."""
    kept = (mark if mark.isprintable() else " " * mark.isspace() for mark in text[:200])
    line = " ".join("".join(kept).split())
    return f"'{line[:39]}…'" if len(line) > 40 or len(text) > 200 else f"'{line}'"


def literal(text: str) -> str:
    """Return a text between backticks, like words of a command line; else like ``quoted``."""
    return f"`{quoted(text)[1:-1]}`"
