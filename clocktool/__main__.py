"""The program: run a command line, show errors, and exit with a code."""

# Only modules that Python itself has loaded are imported here: Ctrl-C during an import would show a
# traceback; ``main`` catches it.
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
"""``ExitCode.INTERRUPTED``, for Ctrl-C before ``errors`` is imported."""

PROMPT = ("running", "--prompt")
"""The command line that a shell's prompt runs."""

BUG_HINT = "run it again with --debug and report what it prints"


def main() -> None:
    """Run the command line of this process and exit with its code."""
    gc.set_threshold(200_000)  # a run is short and creates few reference cycles
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
    failure = _flush(sys.stdout) or failure
    if failure is not None and code == 0:
        from clocktool.errors import ServerError, reason_of

        what = "done, but the result could not be written"
        hint = "free some space, or write to another file; all changes are saved"
        code = _show(ServerError(what, hint, why=reason_of(failure)), sys.argv[1:], app)
    _flush(sys.stderr)
    _exit(code)


def _exit(code: int) -> "NoReturn":
    """End the process with a code, without the shutdown of the interpreter.

    All files are closed by now, and unloading modules takes a tenth of a short run. Profilers and
    coverage need the normal exit to write their results.
    """
    monitoring = getattr(sys, "monitoring", None)  # since Python 3.12
    tools = monitoring is not None and any(map(monitoring.get_tool, range(6)))
    if tools or sys.getprofile() is not None or sys.gettrace() is not None:
        sys.exit(code)
    atexit._run_exitfuncs()  # noqa: SLF001  # there is no public name for it
    os._exit(code)


def _flush(stream: "TextIO") -> OSError | None:
    """Flush a stream; return the error if that fails, None for a closed pipe.

    A stream that failed is redirected to nowhere, as Python would flush it again at exit.
    """
    try:
        stream.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return None if isinstance(error, BrokenPipeError) else error
    return None


def _open_closed_streams() -> None:
    """Replace streams that the caller has closed (``<&-``, ``>&-``) with empty ones."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def run(args: "Sequence[str]", app: "App") -> int:
    """Run a command line with an App and return its exit code; all errors are shown."""
    from clocktool.errors import ClocktoolError, InterruptedWorkError, ServerError, reason_of

    try:
        failed = True
        try:
            code = _run_command(args, app)
            failed = False
        finally:
            app.close(say=not (failed and _wants_json(args)))
    except ClocktoolError as error:
        _print_traceback(app)
        return _show(error, args, app)
    except KeyboardInterrupt:
        return _show(InterruptedWorkError("interrupted"), args, app)
    except OSError as error:
        # Other modules raise their own errors for files; this is a folder or a stream.
        _print_traceback(app)
        hint = "check its permissions and the free space"
        failed_at = ServerError(reason_of(error), hint)
        return _show(
            failed_at.within(str(error.filename)) if error.filename else failed_at, args, app
        )
    except Exception as error:  # noqa: BLE001  # a bug, too, ends with one line and an exit code
        hint = "report what is printed above" if app.flags.debug else BUG_HINT
        why = f"{type(error).__name__}: {' '.join(str(error).split())}"
        _print_traceback(app)
        return _show(ClocktoolError("a bug in clocktool", hint, why=why), args, app)
    return code


def _wants_json(args: "Sequence[str]") -> bool:
    """Whether a command line asks for JSON. The rest of the line may be invalid."""
    import re

    # The option ``-o``, with or without its value; flags may stand before it: ``-qojson``.
    output = re.compile(r"(?:-[hqvy]*o=?|--output(?:=|$))(.*)", re.DOTALL)
    for word, after in zip(args, [*args[1:], ""], strict=False):
        found = output.fullmatch(word)
        if found is not None and (found[1] or after) in ("json", "jsonl"):
            return True
    return False


def _run_command(args: "Sequence[str]", app: "App") -> int:
    """Run a command line; that of a shell prompt runs without importing the other commands."""
    if tuple(args) == PROMPT:
        from clocktool.cli.prompt import write_timer
        from clocktool.errors import ExitCode

        write_timer(app)
        return ExitCode.DONE
    from clocktool.cli.root import call

    return call(args, app)


def _print_traceback(app: "App") -> None:
    """With ``--debug``, print the traceback of the error being handled."""
    if app.flags.debug:
        import traceback

        from clocktool.render.text import visible

        for line in traceback.format_exc().splitlines():
            app.out.say(visible(line))


def _show(error: "ClocktoolError", args: "Sequence[str]", app: "App") -> int:
    """Show an error, as a JSON object if the command prints JSON, and return its exit code."""
    from clocktool.errors import AnswerIsNoError
    from clocktool.render.text import ascii_json, visible

    out, code = app.out, int(error.exit_code)
    message, hint = visible(error.message), error.hint and visible(error.hint)
    if error.is_silent:
        return code
    if _wants_json(args):
        import msgspec

        details = {"code": code, "message": message, "hint": hint}
        body = {"error": details | ({"lines": error.lines} if error.lines else {})}
        out.say(ascii_json(msgspec.json.encode(body).decode()))
        return code
    is_answer = isinstance(error, AnswerIsNoError)  # not a failure
    out.say(
        message[:1].upper() + message[1:]
        if is_answer
        else f"{out.paint('error:', 'error')} {message}"
    )
    if hint:
        out.say(out.paint(hint if is_answer else f"hint: {hint}", "hint"))
    for line in error.lines:
        out.say(visible(line))
    return code


if __name__ == "__main__":
    main()
