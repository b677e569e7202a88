"""``serve``: serve the local workspace as an HTTP API on this machine."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from clocktool.cli import options
from clocktool.errors import SetupError, reason_of

command = options.new_command()

INSTALL = "install it: pip install waitress, or: pipx inject clocktool waitress"


@command.command()
def serve(
    ctx: options.Context,
    port: Annotated[
        int,
        typer.Option("--port", min=0, max=65535, metavar="PORT", help="Port; 0 takes a free one."),
    ] = 8787,
    quiet: options.Quiet = False,
) -> None:
    """Serve the local workspace as a Clockify-like HTTP API, for programs on this machine.

    The API is at /api/v1. Requests need the key from the file that is printed, as X-Api-Key or
    X-Addon-Token; at most 50 a second are answered. Ctrl-C stops the server. It needs the package
    waitress.

    It serves entries, projects, tasks, clients, tags, custom fields, members and their profiles,
    rates, estimates and workspaces; it has no holidays. Other routes answer 404: reports, approval,
    time off, scheduling, expenses, invoices, webhooks, images, templates, groups, roles, managers,
    custom fields of projects and members, and changes of custom fields and profiles.

    Examples:
      clocktool serve
      clocktool serve --port 8787
    """
    import logging
    import signal

    try:
        from clocktool.backends.serve.server import HttpServer
    except ImportError as error:
        raise SetupError("'serve' needs waitress", INSTALL) from error
    from clocktool.backends.serve.wsgi import Service

    logging.getLogger("waitress").setLevel(logging.ERROR)  # a full queue needs no message
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    app = options.app_of(ctx, quiet=quiet)
    key_file = app.data_folder / "serve.key"
    key = _key(key_file, app.process.new_secret)
    workspace = app.connection.local_workspace(app.process.now)
    service = Service(workspace, key, app.process.monotonic, app.out.say)
    try:
        server = HttpServer(service, port)
    except OSError as error:
        raise SetupError(
            f"can't listen on port {port}", "use another: --port 0", why=reason_of(error)
        ) from error
    app.out.line(f"http://127.0.0.1:{server.effective_port}/api/v1")
    app.process.stdout.flush()
    app.out.note(f"Press Ctrl-C to stop. The key is in {key_file}")
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server.run()  # until Ctrl-C or SIGTERM; replies under way are finished
    finally:
        signal.signal(signal.SIGTERM, before)
        server.close()
        workspace.close()
    app.out.note("Stopped.")


def _key(path: Path, new_secret: Callable[[], str]) -> str:
    """Return the key of the service. It is created once, and only its owner can read it."""
    from clocktool.storage import files

    try:
        data = files.read(path)
        if data is None:
            files.replace(path, (new_secret() + "\n").encode())
            data = files.read(path)
        key = (data or b"").decode().strip()
    except UnicodeDecodeError as error:
        raise SetupError(f"{path} has no valid key", "delete it to get a new key") from error
    if not key:
        raise SetupError(f"{path} is empty", "delete it to get a new key")
    return key
