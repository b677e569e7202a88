"""Every way a command can end badly, with the exit code that says so.

An error is a value with fields. Whoever knows more adds a field and raises the same error again;
no code reads or changes the text of another. ``__main__`` alone shows errors and maps them to exit
codes.
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
    about_one = False
    """Whether it is about the thing that was asked for, so that another may do better."""
    can_wait = False
    """Whether the same may work later: the service was not reached, limits requests, or failed.
    A change is then kept, and the last known state shown."""

    def __init__(self, what: str, hint: str | None = None, *, why: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.hint = hint
        self.context: tuple[str, ...] = ()
        """What was under way, the outermost first: ``2 of 5 entries done``."""
        self.effect: str | None = None
        """What it left behind: ``the entry is as it was``."""
        self.is_silent = False
        """Whether only its exit code is wanted."""
        self.never_left = False
        """Whether no request went out, so that nothing can have been carried out."""
        self.step = 0
        """Of a command of several changes: how many were carried out before it failed."""
        self.put_back: ClocktoolError | bool | None = None
        """Of one that was refused halfway: True where what it had done was taken back, or why
        that failed; None where nothing was done."""
        self.left_over: list[str] = []
        """The ids of what could not be taken back."""

    @property
    def message(self) -> str:
        """All of it but the hint, as one line."""
        told = ": ".join((*self.context, self.what, *((self.why,) if self.why else ())))
        return f"{told}; {self.effect}" if self.effect else told

    def __str__(self) -> str:
        return self.message

    def within(self, context: str) -> Self:
        """Add what was under way, and return the same error."""
        if context not in self.context:  # one error may end several requests
            self.context = (context, *self.context)
        return self


class NoError(ClocktoolError):
    """The answer to the question is no: nothing is running."""

    exit_code = ExitCode.NO


class UsageError(ClocktoolError):
    """Words that are no command, option, TIME, DURATION or PERIOD."""

    exit_code = ExitCode.USAGE


class FutureTimeError(UsageError):
    """A time that is still to come; ``earlier`` is how to write the one before, if it has one."""

    def __init__(self, what: str, *, earlier: str | None = None) -> None:
        cure = f"write '{earlier}'" if earlier else None
        super().__init__(what, cure or "only 'add --future' takes a time that is still to come")
        self.cure = cure


class SetupError(ClocktoolError):
    """No key, a refused key, a broken or unreadable configuration."""

    exit_code = ExitCode.SETUP


class KeyRefusedError(SetupError):
    """The host does not accept the key."""


class NotFoundError(ClocktoolError):
    """No such entry, project, client, task, tag, user or workspace."""

    exit_code = ExitCode.NOT_FOUND
    about_one = True


class AmbiguousError(NotFoundError):
    """Several things answer to that name; none is picked silently."""


class RefusedError(ClocktoolError):
    """A rule says no: locked, approved, a required field, an end before its start."""

    exit_code = ExitCode.REFUSED
    about_one = True


class MissingFieldError(RefusedError):
    """The workspace requires a field; ``option`` is how a command line gives it."""

    def __init__(self, what: str, option: str, *, why: str | None = None) -> None:
        super().__init__(what, f"say it with {option}", why=why)
        self.option = option


class EndBeforeStartError(RefusedError):
    """The entry would end before it starts."""


class NotAllowedError(RefusedError):
    """No right to do this, or a paid feature: about who asks, not about one entry."""

    about_one = False


class TooLargeError(RefusedError):
    """More entries in one request than the service takes: fewer may go."""


class OfflineError(ClocktoolError):
    """The service could not be reached, or did not answer in time.

    ``may_pass`` says that it failed at once, so that trying again takes no time; ``never_left``
    that no request went out.
    """

    exit_code = ExitCode.OFFLINE
    can_wait = True

    def __init__(
        self,
        what: str,
        hint: str | None = None,
        *,
        why: str | None = None,
        may_pass: bool = False,
        never_left: bool = False,
    ) -> None:
        super().__init__(what, hint, why=why)
        self.may_pass = may_pass
        self.never_left = never_left


class RateLimitedError(ClocktoolError):
    """The service asks to wait; ``retry_after`` is in seconds when it said how long."""

    exit_code = ExitCode.RATE_LIMITED
    can_wait = True

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
    """Ctrl-C between two requests that belong together: what was done is said."""

    exit_code = ExitCode.INTERRUPTED


class CalledOffError(KeyboardInterrupt):
    """A request was still waiting when its batch was ended: it was not sent."""


class ServerError(ClocktoolError):
    """The service, or the file of the local workspace, failed."""

    exit_code = ExitCode.SERVER
    can_wait = True


class ForeignReplyError(ServerError):
    """An answer that is not Clockify's, like a proxy's page: it says nothing about the request."""


class NotDoneError(ServerError):
    """A failure that is known to have changed nothing: of the file on this machine, say."""

    can_wait = False


class WrongServerError(NotDoneError):
    """An answer that no Clockify API gives to such a request: it was not carried out."""


def reason_of(error: Exception) -> str:
    """Return why something failed: what the system says, without its number."""
    return str(getattr(error, "strerror", None) or error)


def quoted(text: str) -> str:
    """Return someone's text for an error message: in quotes, one short and harmless line."""
    kept = (mark if mark.isprintable() else " " * mark.isspace() for mark in text[:200])
    line = " ".join("".join(kept).split())
    return f"'{line[:39]}…'" if len(line) > 40 or len(text) > 200 else f"'{line}'"


def literal(text: str) -> str:
    """Return the same between backticks, as words of a command line are shown."""
    return f"`{quoted(text)[1:-1]}`"
