"""The program: run a command line, and turn what went wrong into a line and an exit code."""

# Nothing is imported here that is not loaded by Python itself: Ctrl-C under an import would end
# in a traceback, inside ``main`` it is heeded.
import atexit
import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn, TextIO

    from clocktool.app.app import App
    from clocktool.errors import ClocktoolError

INTERRUPTED = 130
"""``ExitCode.INTERRUPTED``, for a Ctrl-C before that is imported."""

AGAIN = "run it again with --debug and report what it prints"


def main() -> None:
    """Run the command line of this process and exit with its code."""
    gc.set_threshold(50_000)  # a run is short and makes hardly any cycles
    code, failure = INTERRUPTED, None
    try:
        from clocktool.app.app import App
        from clocktool.app.process import this_process

        _open_closed_streams()
        app = App(this_process())
        code = run(sys.argv[1:], app)
        failure = app.out.failure
    except KeyboardInterrupt:
        code = INTERRUPTED
    failure = _flushed(sys.stdout) or failure
    if failure is not None and code == 0:
        from clocktool.errors import ServerError, reason_of

        what = "done, but the result could not be written"
        hint = "make room, or write elsewhere; what it changed stays"
        code = _show(ServerError(what, hint, why=reason_of(failure)), sys.argv[1:], app)
    _flushed(sys.stderr)
    _leave(code)


def _leave(code: int) -> "NoReturn":
    """End the process with a code, without taking the interpreter apart.

    Everything is closed and written by now, and unloading the modules takes a tenth of a short
    run. Whoever measures or traces the program (cProfile, coverage) needs the orderly end.
    """
    monitoring = getattr(sys, "monitoring", None)  # since Python 3.12
    tools = monitoring is not None and any(map(monitoring.get_tool, range(6)))
    if tools or sys.getprofile() is not None or sys.gettrace() is not None:
        sys.exit(code)
    atexit._run_exitfuncs()  # noqa: SLF001  # there is no public name for it
    os._exit(code)


def _flushed(stream: "TextIO") -> OSError | None:
    """Write out what a stream holds; return why it cannot be, None where its reader has gone.

    Such a stream is put aside, or Python would try it once more at its exit.
    """
    try:
        stream.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return None if isinstance(error, BrokenPipeError) else error
    return None


def _open_closed_streams() -> None:
    """Put an empty stream in the place of one that the caller closed (``<&-``, ``>&-``)."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def run(args: "Sequence[str]", app: "App") -> int:
    """Run a command line with an App and return its exit code; errors are shown, not raised."""
    from clocktool.cli.argv import wants_json
    from clocktool.errors import ClocktoolError, InterruptedWorkError, ServerError, reason_of

    try:
        failed = True
        try:
            code = _call(args, app)
            failed = False
        finally:
            app.close(say=not (failed and wants_json(args)))
    except ClocktoolError as error:
        _trace(app)
        return _show(error, args, app)
    except KeyboardInterrupt:
        return _show(InterruptedWorkError("interrupted"), args, app)
    except OSError as error:
        # What has a name of its own in the tree is raised as that; this is a folder or a stream.
        _trace(app)
        hint = "look at that file or folder, its rights and its free space"
        failed_at = ServerError(reason_of(error), hint)
        return _show(
            failed_at.within(str(error.filename)) if error.filename else failed_at, args, app
        )
    except Exception as error:  # noqa: BLE001  # the last resort: a bug ends in a line, too
        again = "report what is printed above" if app.flags.debug else AGAIN
        said = f"{type(error).__name__}: {' '.join(str(error).split())}"
        _trace(app)
        return _show(ClocktoolError("a bug in clocktool", again, why=said), args, app)
    return code


def _call(args: "Sequence[str]", app: "App") -> int:
    """Run a command line; the one of a prompt, which waits for it, without loading all of them."""
    from clocktool.cli.prompt import WORDS, write_timer
    from clocktool.errors import ExitCode

    if tuple(args) == WORDS:
        write_timer(app)
        return ExitCode.DONE
    from clocktool.cli.root import call

    return call(args, app)


def _trace(app: "App") -> None:
    """Print where an error that is being handled came from, for who asks for it (--debug)."""
    if app.flags.debug:
        import traceback

        from clocktool.render.text import visible

        for line in traceback.format_exc().splitlines():
            app.out.say(visible(line))


def _show(error: "ClocktoolError", args: "Sequence[str]", app: "App") -> int:
    """Write an error, as an object where the result is JSON, and return its exit code."""
    from clocktool.cli.argv import wants_json
    from clocktool.errors import AnswerIsNoError
    from clocktool.render.text import ascii_json, visible

    out, code = app.out, int(error.exit_code)
    message, hint = visible(error.message), error.hint and visible(error.hint)
    if error.is_silent:
        return code
    if wants_json(args):
        import msgspec

        body = {"error": {"code": code, "message": message, "hint": hint}}
        out.say(ascii_json(msgspec.json.encode(body).decode()))
        return code
    calm = isinstance(error, AnswerIsNoError)  # an answer, not a failure
    out.say(
        message[:1].upper() + message[1:] if calm else f"{out.paint('error:', 'error')} {message}"
    )
    if hint:
        out.say(out.paint(hint if calm else f"hint: {hint}", "hint"))
    return code


if __name__ == "__main__":
    main()
