"""The editor of the user: ``$VISUAL``, else ``$EDITOR``, with its arguments."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clocktool.app.app import App
from clocktool.errors import SetupError, literal, reason_of

WAITS = {
    "code": "--wait",
    "codium": "--wait",
    "cursor": "--wait",
    "gvim": "--nofork",
    "mate": "--wait",
    "subl": "--wait",
    "zed": "--wait",
}
"""Editors that end at once, while their window is open, and the option that makes them wait."""

SET_EDITOR = "set $EDITOR to the command of your editor"


def editor_of(app: App, otherwise: str) -> str:
    """Return the command of the editor. Raises SetupError if none is set; ``otherwise`` helps."""
    env = app.process.env
    editor = (env.get("VISUAL") or "").strip() or (env.get("EDITOR") or "").strip()
    if not editor:
        raise SetupError("no editor is set", f"set $EDITOR, {otherwise}")
    return editor


def waiting(editor: str) -> str | None:
    """Return the command of an editor that waits for its window; None if it does already."""
    import shlex

    program, *words = shlex.split(editor)
    option = WAITS.get(Path(program).stem.lower())
    known = ("-w", "--wait") if option == "--wait" else ("-f", "--nofork")
    return None if option is None or set(known) & set(words) else f"{editor} {option}"


def open_editor(editor: str, path: Path) -> None:
    """Open a file and wait until the editor ends. Raises SetupError if it fails or is missing.

    Raises KeyboardInterrupt if Ctrl-C ended it.
    """
    import shlex
    import signal
    import subprocess

    try:
        with _left_to_editor():
            code = subprocess.run([*shlex.split(editor), str(path)], check=False).returncode  # noqa: S603  # the user's own editor
    except (OSError, ValueError) as error:
        raise SetupError(
            f"can't run {literal(editor)}", SET_EDITOR, why=reason_of(error)
        ) from error
    if code == -signal.SIGINT:
        raise KeyboardInterrupt
    if code < 0:
        raise SetupError(f"{literal(editor)} was ended by signal {-code}", "open it again")
    if code != 0:
        raise SetupError(f"{literal(editor)} failed with exit code {code}", SET_EDITOR)


@contextmanager
def _left_to_editor() -> Iterator[None]:
    """Leave Ctrl-C to the editor: in Emacs, Ctrl-G interrupts all programs of the terminal."""
    import signal

    # A function, not SIG_IGN, which the editor would inherit.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
