"""``serve``: the local workspace as an HTTP API on this machine."""

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
    """Serve the local workspace as a Clockify-shaped HTTP API, to programs on this machine.

    It answers below /api/v1 to the key in the file it names, as X-Api-Key or X-Addon-Token (50
    requests a second). Needs waitress. Ctrl-C stops it.

    Offered are time entries, the user, workspaces, members and their rates, clients, tags, custom
    fields, projects with members, rates and estimates, and their tasks. Any other route of
    Clockify answers 404: reports, approval, time off, templates, groups, roles.

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

    logging.getLogger("waitress").setLevel(logging.ERROR)  # a full queue is no news
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
            f"port {port} cannot be served", "choose another: --port 0", why=reason_of(error)
        ) from error
    app.out.line(f"http://127.0.0.1:{server.effective_port}/api/v1")
    app.process.stdout.flush()
    app.out.note(f"Ctrl-C stops. The key is in {key_file}")
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server.run()  # until Ctrl-C or a polite kill, which end what is being answered first
    finally:
        signal.signal(signal.SIGTERM, before)
        server.close()
        workspace.close()
    app.out.note("Stopped.")


def _key(path: Path, new_secret: Callable[[], str]) -> str:
    """Return the key of the service; it is made once and is readable by its owner alone."""
    from clocktool.storage import files

    try:
        data = files.read(path)
        if data is None:
            files.replace(path, (new_secret() + "\n").encode())
            data = files.read(path)
        key = (data or b"").decode().strip()
    except UnicodeDecodeError as error:
        raise SetupError(f"{path} is no key", "delete it; a new key is made then") from error
    if not key:
        raise SetupError(f"{path} is empty", "delete it; a new key is made then")
    return key
