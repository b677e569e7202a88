"""Logging in and out: the key is asked unseen, checked, kept for its owner alone, never shown."""

import contextlib
import stat
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
import respx

from clocktool.api.routes import routes_for
from clocktool.backends.base import Request
from clocktool.config.config import resolve
from clocktool.errors import SetupError
from tests.conftest import Console, Result
from tests.contract.worlds import WORKSPACE, workspace_of
from tests.guide_server import KEY, Answer, GuideServer
from tests.service_server import ServiceServer

CHECKED = ["GET /user", "GET /workspaces"]


class AddonServer(ServiceServer):
    """The same server; keeps which header the key came in."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.kinds: list[str] = []
        inner: Any = self._server.RequestHandlerClass
        server = self

        class Handler(inner):  # type: ignore[misc]
            def _serve(self) -> None:
                kinds = [name for name in ("X-Api-Key", "X-Addon-Token") if name in self.headers]
                server.kinds += kinds
                if kinds == ["X-Addon-Token"]:
                    self.headers["X-Api-Key"] = self.headers["X-Addon-Token"]
                inner._serve(self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

        self._server.RequestHandlerClass = Handler


class Account(NamedTuple):
    """A console that is not logged in, and the server that it may log in to."""

    console: Console
    server: AddonServer
    config: Path

    def login(self, *words: str, **given: Any) -> Result:
        """Log in at a terminal with the right key, unless something else is given."""
        given = {"asks": True, "secret": KEY, **given}
        return self.console("login", "--base-url", self.server.url, *words, **given)

    def asked(self) -> list[str]:
        """Return what the server was asked since the last time."""
        asked = [each.replace("/v1", "") for each in self.server.asked]
        self.server.asked.clear()
        return asked

    def kept(self) -> dict[str, Any]:
        """Return what the configuration file holds."""
        return tomllib.loads(self.config.read_text(encoding="utf-8"))


@pytest.fixture
def account(new_console: Callable[[str], Console]) -> Iterator[Account]:
    """A server with an account in Auckland, used on a machine in Berlin."""
    console = new_console("login")
    path = console.home / "server.sqlite3"
    with contextlib.closing(workspace_of(console, path, "Pacific/Auckland")) as workspace:
        assert workspace.send(Request("GET", "/user")).status == 200
        server = AddonServer(workspace)
        with server.serving():
            yield Account(console, server, Path(console.env["CLOCKTOOL_CONFIG"]))


def add_workspace(account: Account, name: str) -> str:
    """Make another workspace; gives its id."""
    reply = account.server.workspace.send(Request("POST", "/workspaces", (), {"name": name}))
    return str(msgspec.json.decode(reply.body)["id"])


def test_the_key_is_asked_unseen_checked_and_kept(account: Account) -> None:
    """Two requests, a file for its owner alone, and a line about the user and the zone."""
    result = account.login()
    assert result == (
        0,
        (
            "Logged in as ada, workspace Local.\n"
            "Times are in Pacific/Auckland, weeks start on Monday.\n"
        ),
        "",
    )
    assert account.asked() == CHECKED
    assert account.kept() == {
        "api_key": KEY,
        "workspace": WORKSPACE,
        "base_url": account.server.url,
    }
    assert stat.S_IMODE(account.config.stat().st_mode) == 0o600
    assert account.server.kinds == ["X-Api-Key"] * 2
    assert account.console.prompts == ["Type the key of 127.0.0.1. It is not shown.\nKey: "]
    assert account.console.ok("start", "x").out == "● Started 00:30  x  0003\n"
    assert account.asked()[:2] == [
        f"PATCH /workspaces/{WORKSPACE}/user/000000000000000000000001/time-entries",
        f"POST /workspaces/{WORKSPACE}/time-entries",
    ]


def test_zone_and_week_start_of_the_account_are_used(account: Account) -> None:
    """Days and weeks are the account's until the configuration says otherwise."""
    right = account.server.answer

    def sunday(method: str, target: str, key: str | None, body: bytes) -> Answer:
        status, headers, found = right(method, target, key, body)
        if target.endswith("/user"):
            found["settings"]["weekStart"] = "SUNDAY"
        return status, headers, found

    account.server.answer = sunday  # type: ignore[method-assign]
    assert account.login().out.endswith("Times are in Pacific/Auckland, weeks start on Sunday.\n")
    account.asked()
    account.console.ok("list", "week")
    start, end = "2026-11-13T11%3A00%3A00Z", "2026-11-29T11%3A00%3A00Z"
    assert f"start={start}&end={end}" in account.asked()[0]
    account.console.ok("config", "set", "timezone", "Europe/Berlin")
    account.console.ok("config", "set", "week_start", "monday")
    account.console.ok("list", "week")
    start, end = "2026-11-14T23%3A00%3A00Z", "2026-11-30T23%3A00%3A00Z"
    assert f"start={start}&end={end}" in account.asked()[0]


@pytest.mark.parametrize("where", ["environment", "file"])
def test_the_address_in_force_is_kept_beside_its_key(account: Account, where: str) -> None:
    """The key is for that host, wherever the host was said; the default needs no line."""
    url = account.server.url
    if where == "file":
        account.console.configure(f'base_url = "{url}"\n')
    env = {"CLOCKTOOL_BASE_URL": url} if where == "environment" else {}
    words = ["login", "--profile", "x"]
    result = account.console(*words, asks=True, secret=KEY, env=env)
    assert (result.code, result.err) == (0, "")
    assert account.kept()["profiles"]["x"]["base_url"] == url
    assert account.console.ok("list", "--profile", "x").code == 0


def test_the_key_can_be_piped_in(account: Account) -> None:
    """From standard input, its line break taken off, without a terminal."""
    result = account.login("--api-key-stdin", asks=False, secret="", stdin=f"{KEY}\nmore\n")
    assert result.code == 0
    assert account.kept()["api_key"] == KEY


def test_an_addon_token_goes_in_its_own_header(account: Account) -> None:
    """With --addon-token it is kept as one, and X-Api-Key is never sent beside it."""
    assert account.login("--addon-token").code == 0
    assert "api_key" not in account.kept()
    assert account.kept()["addon_token"] == KEY
    account.console.ok("list")
    assert set(account.server.kinds) == {"X-Addon-Token"}


@pytest.mark.parametrize("flags", [(), ("-v",), ("--debug",), ("-q",)])
def test_the_key_is_never_shown(account: Account, flags: tuple[str, ...]) -> None:
    """Not in what is said, verbose or not, nor by the commands after, nor in the cache's bytes."""
    lines = ("list -v", "config", "config get api_key", "start x -o json", "logout -v")
    said = [account.login(*flags)]
    kept: dict[str, bytes] = {}
    for line in lines:
        said.append(account.console(*line.split()))
        files = filter(Path.is_file, (account.console.home / "data").rglob("*"))
        kept |= {f"{line}: {file.name}": file.read_bytes() for file in files}
    assert KEY not in repr(said)
    assert said[0].code == 0
    assert any(name.endswith(".sqlite3") for name in kept)
    assert [name for name, data in kept.items() if KEY.encode() in data] == []


@pytest.mark.parametrize("words", [(), ("--addon-token",), ("--api-key-stdin",), ("--debug",)])
def test_a_refused_key_writes_nothing(account: Account, words: tuple[str, ...]) -> None:
    """Exit code 3 after one request, no file, and not a word of the key."""
    result = account.login(*words, secret="not-the-key", stdin="not-the-key\n")
    assert (result.code, result.out) == (3, "")
    host = account.server.url.split("/")[2]
    assert result.err.splitlines()[-2:] == [
        f"error: {host} refused the key: the API key was refused",
        "hint: use a key of that server; for Clockify, leave --base-url out",
    ]
    assert "not-the-key" not in result.err
    assert account.asked() == CHECKED[:1]
    assert not account.config.exists()


def test_a_refused_key_leaves_the_one_before(account: Account) -> None:
    """Who is logged in stays so when another login fails."""
    account.login()
    before = account.config.read_bytes()
    assert account.login(secret="not-the-key").code == 3
    assert account.config.read_bytes() == before


@pytest.mark.parametrize("secret", ["", "  ", "two words", "ключ", "a\x07b"])
def test_what_can_be_no_key_is_not_sent(account: Account, secret: str) -> None:
    """Exit code 2, and no request."""
    result = account.login(secret=secret)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("error: invalid key\nhint: ")
    assert account.asked() == []


def test_without_a_terminal_nobody_is_asked(account: Account) -> None:
    """The hint for a script says how to pass the key."""
    result = account.login(asks=False)
    assert result == (
        2,
        "",
        "error: no terminal to ask for the key\nhint: pipe it in with --api-key-stdin\n",
    )


def test_several_workspaces_are_asked_for_on_a_terminal(account: Account) -> None:
    """By number; after an invalid answer it asks again, and the choice is stored."""
    acme = add_workspace(account, "ACME")
    result = account.login(stdin="0\n3\nACME\n²\n2\n")
    assert result.code == 0
    question = "Number of the workspace (Enter: the active one): "
    no = f"{question}Type a number from 1 to 2.\n"
    assert result.err == f"  1  Local (active)\n  2  ACME\n{no * 4}{question}"
    assert result.out.startswith("Logged in as ada, workspace ACME.\n")
    assert account.kept()["workspace"] == acme


@pytest.mark.parametrize("stdin", ["\n", ""])
def test_enter_is_the_active_workspace(account: Account, stdin: str) -> None:
    """An empty line, and the end of the input, are the active one."""
    add_workspace(account, "ACME")
    assert account.login(stdin=stdin).code == 0
    assert account.kept()["workspace"] == WORKSPACE


def test_without_a_terminal_it_is_the_active_workspace(account: Account) -> None:
    """A script is not asked."""
    add_workspace(account, "ACME")
    result = account.login("--api-key-stdin", asks=False, stdin=KEY)
    assert (result.code, result.err) == (0, "")
    assert account.kept()["workspace"] == WORKSPACE


def test_a_workspace_can_be_named(account: Account) -> None:
    """By name or id, on a terminal too; one that is not there is exit code 4, nothing written."""
    acme = add_workspace(account, "ACME")
    assert account.login("-w", "Acmee").code == 4
    assert not account.config.exists()
    for said in ("acme", acme):
        result = account.login("-w", said)
        assert (result.code, result.err) == (0, "")
        assert account.kept()["workspace"] == acme


def test_a_profile_is_kept_beside_others(account: Account) -> None:
    """With --profile NAME the key is in a table of its own, and used only with it."""
    account.console.configure('timezone = "Europe/Berlin"\n')
    assert account.login("--profile", "client-x").code == 0
    assert account.kept() == {
        "timezone": "Europe/Berlin",
        "profiles": {
            "client-x": {"api_key": KEY, "workspace": WORKSPACE, "base_url": account.server.url}
        },
    }
    account.asked()
    account.console.ok("list", "--profile", "client-x")
    assert len(account.asked()) == 1
    account.console.ok("list")
    assert account.asked() == []
    assert account.console("logout").code == 1
    account.console.ok("logout", "--profile", "client-x")
    assert KEY not in account.config.read_text(encoding="utf-8")


OWN = "https://own.example.org/api/v1"


@pytest.mark.parametrize(
    ("file", "words", "env"),
    [
        ('api_key = "{key}"\n[profiles.x]\nbase_url = "{url}"\n', ("--profile", "x"), {}),
        ('api_key = "{key}"\n', (), {"CLOCKTOOL_BASE_URL": "{url}"}),
        ('api_key = "{key}"\nbase_url = "{own}"\n', (), {"CLOCKTOOL_BASE_URL": "{url}"}),
        (
            '[profiles.x]\naddon_token = "{key}"\nbase_url = "{own}"\n',
            ("--profile", "x"),
            {"CLOCKTOOL_BASE_URL": "{url}"},
        ),
        ('api_key_command = "no-such"\n', (), {"CLOCKTOOL_BASE_URL": "{url}"}),
    ],
)
def test_a_key_goes_to_no_host_that_it_was_not_set_up_for(
    account: Account, file: str, words: tuple[str, ...], env: dict[str, str]
) -> None:
    """An address of a profile or the environment does not take the key of the file with it."""
    names = {"key": KEY, "url": account.server.url, "own": OWN}
    account.console.configure(_filled(file, names))
    env = {name: _filled(env[name], names) for name in env}
    result = account.console(*words, "list", env=env)
    own = OWN if "{own}" in file else "https://api.clockify.me/api/v1"
    key = next(each for each in ("addon_token", "api_key_command", "api_key") if each in file)
    assert (result.code, result.out, account.asked()) == (3, "", [])
    what, hint = result.err.splitlines()
    assert what.startswith(f"error: {key} in {account.config}")
    assert what.endswith(f" is for {own}, not for {account.server.url}")
    assert hint == " ".join(("hint: store a key for that server: clocktool", *words, "login"))
    assert account.console.ok(*words, "config", env=env).err == ""


def _filled(text: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text


@pytest.mark.parametrize(
    ("file", "env"),
    [
        ('base_url = "{url}"\n', {"CLOCKIFY_API_KEY": "{key}"}),
        ("", {"CLOCKIFY_API_KEY": "{key}", "CLOCKTOOL_BASE_URL": "{url}"}),
        ('api_key = "{key}"\nbase_url = "{url}"\n', {"CLOCKTOOL_BASE_URL": "{url}/"}),
        ('base_url = "{url}"\n[profiles.x]\napi_key = "{key}"\n', {"CLOCKTOOL_PROFILE": "x"}),
        ('api_key = "{key}"\nbase_url = "{url}"\n[profiles.x]\n', {"CLOCKTOOL_PROFILE": "x"}),
    ],
)
def test_a_key_goes_where_it_was_set_up_for(
    account: Account, file: str, env: dict[str, str]
) -> None:
    """Beside its address, above it, or with the same host said once more."""
    names = {"key": KEY, "url": account.server.url}
    account.console.configure('routes = "service"\n' + _filled(file, names))
    env = {name: _filled(env[name], names) for name in env}
    account.console.ok("list", env=env)
    assert account.asked() != []


def test_a_key_of_the_environment_is_not_for_the_host_of_another(account: Account) -> None:
    """A profile that has a key of its own has its address for that one."""
    account.console.configure(
        f'[profiles.x]\napi_key = "{KEY}"\nbase_url = "{account.server.url}"\n'
    )
    env = {"CLOCKIFY_API_KEY": "another"}
    result = account.console("--profile", "x", "list", env=env)
    assert (result.code, result.out, account.asked()) == (3, "", [])
    assert result.err.splitlines()[1] == (
        "hint: unset $CLOCKIFY_API_KEY, or set CLOCKTOOL_BASE_URL to the server of that key"
    )


def test_a_key_serves_every_host_of_the_service() -> None:
    """The global one and the regional ones, however written; not one that merely ends alike."""

    def credential_url(url: str) -> str | None:
        given = {"api_key": "k", "profiles": {"x": {"base_url": url}}}
        found = resolve(flags={}, env={}, file=given, path=Path("c.toml"), profile="x")
        return found.credential_url

    assert credential_url("https://euc1.clockify.me/api/v1") is None
    assert credential_url("https://api.clockify.me/api/v1") is None
    assert credential_url("https://API.Clockify.me:443/api/v1/") is None
    assert credential_url("http://api.clockify.me/api/v1") == "https://api.clockify.me/api/v1"
    with pytest.raises(SetupError):
        credential_url("https://evil.example\\.clockify.me/api/v1")
    assert credential_url("https://notclockify.me/api/v1") == "https://api.clockify.me/api/v1"
    assert credential_url("https://clockify.me.example.org/v1") == "https://api.clockify.me/api/v1"


def test_a_new_login_takes_the_place_of_the_old_one(account: Account) -> None:
    """Another kind of key replaces the first; other settings and comments stay."""
    account.console.configure('# mine\napi_key = "old-key"\ntimezone = "Europe/Berlin"\n')
    result = account.login("--addon-token")
    assert result.code == 0
    assert account.kept() == {
        "timezone": "Europe/Berlin",
        "addon_token": KEY,
        "workspace": WORKSPACE,
        "base_url": account.server.url,
    }
    assert result.err == ""
    assert account.config.read_text("utf-8").startswith('# mine\ntimezone = "Europe/Berlin"\n')


def test_a_login_closes_a_file_that_others_could_read(account: Account) -> None:
    """The key is written with mode 0600: by then there is nothing to mention."""
    account.console.configure('api_key = "old-key"\n').chmod(0o644)
    assert account.login().err == ""
    assert stat.S_IMODE(account.config.stat().st_mode) == 0o600


def test_the_local_workspace_needs_no_login(account: Account) -> None:
    """Exit code 2, nothing is asked."""
    result = account.login("--profile", "local")
    assert (result.code, result.out) == (2, "")
    assert result.err.splitlines()[0] == "error: the local workspace needs no login"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://api.clockify.me/api/v1", 3),
        ("http://192.0.2.1/v1", 3),
        ("ftp://127.0.0.1/v1", 3),
        ("https://user:pass@127.0.0.1/v1", 2),
        ("nonsense", 2),
        ("", 2),
    ],
)
def test_a_key_goes_only_where_it_is_safe(account: Account, url: str, code: int) -> None:
    """Plain http to another machine, and an invalid address, are refused before a request."""
    result = account.console("login", "--base-url", url, asks=True, secret=KEY)
    assert (result.code, result.out) == (code, "")
    assert KEY not in result.err
    assert not account.config.exists()


def test_the_environments_key_comes_first_and_that_is_said(account: Account) -> None:
    """After a login with another key in the environment, and in config, where it came from."""
    account.console.env["CLOCKIFY_API_KEY"] = "another-key"
    result = account.login()
    assert result.code == 0
    assert result.err == (
        "$CLOCKIFY_API_KEY has another key, which is used first; unset it to use this one.\n"
    )
    assert account.console("list").code == 3
    assert "$CLOCKIFY_API_KEY" in account.console.ok("config").out
    assert account.login(env={"CLOCKIFY_API_KEY": KEY}).err == ""


def test_logout_forgets_the_key_and_what_was_kept(account: Account) -> None:
    """The key, its workspace and its address go from the file, the cache goes."""
    account.login()
    account.console.ok("list")
    cache = account.console.home / "data" / "cache"
    assert len(list(cache.iterdir())) == 1
    result = account.console.ok("logout")
    assert result.out == f"Logged out: removed api_key from {account.config}.\n"
    assert account.kept() == {}
    assert list(cache.iterdir()) == []
    account.asked()
    again = account.console("logout")
    assert (again.code, again.out) == (1, "")
    assert again.err.startswith("No key is stored here\n")
    assert "No API key is set up, so time is tracked in " in account.console.ok("list").err
    assert account.asked() == []


def test_logout_says_that_the_environment_still_has_a_key(account: Account) -> None:
    """Taking the key from the file does not take it from the environment."""
    account.login()
    result = account.console.ok("logout", env={"CLOCKIFY_API_KEY": KEY})
    assert result.err.splitlines()[-1] == "$CLOCKIFY_API_KEY is still set, and its key is used."


def command(account: Account, script: str) -> None:
    """Configure a program in Python that prints the key."""
    path = account.console.home / "pass.py"
    path.write_text(script, encoding="utf-8")
    account.console.configure(
        f"api_key_command = {msgspec.json.encode(f'{sys.executable} {path} clockify').decode()}\n"
        f'base_url = "{account.server.url}"\n'
    )


def test_a_password_manager_may_keep_the_key(account: Account) -> None:
    """The first line that api_key_command prints is the key; it is written nowhere."""
    command(account, f"print('{KEY}')\nprint('login: ada')\n")
    result = account.console("list", "-v")
    assert result.code == 0
    assert account.server.kinds == ["X-Api-Key"] * 2
    assert KEY not in repr(result)
    assert KEY not in account.config.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("import sys; print('half-a-key'); sys.exit(3)", "failed with exit code 3"),
        ("pass", "printed no key on its first line"),
        ("print(); print('half-a-key')", "printed no key on its first line"),
    ],
)
def test_a_password_manager_that_fails_is_not_set_up(
    account: Account, script: str, error: str
) -> None:
    """Exit code 3 without a request, and what it printed is not shown."""
    command(account, script)
    result = account.console("list")
    assert (result.code, result.out) == (3, "")
    assert result.err.splitlines()[0] == f"error: api_key_command {error}"
    assert "half-a-key" not in result.err
    assert account.asked() == []


@pytest.mark.parametrize("words", ["/no/such/program", "'unclosed", "-"])
def test_a_password_manager_that_cannot_be_run(account: Account, words: str) -> None:
    """Exit code 3 in one line."""
    account.console.configure(f'api_key_command = "{words}"\nbase_url = "{account.server.url}"\n')
    result = account.console("list")
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith("error: can't run api_key_command: ")
    assert "Traceback" not in result.err


def test_a_password_manager_can_be_logged_out_of(account: Account) -> None:
    """Taking the command out of the file needs no key and no program."""
    command(account, "import sys; sys.exit(1)")
    result = account.console("logout")
    assert (result.code, account.asked()) == (0, [])
    assert "api_key_command" not in account.kept()


@pytest.mark.parametrize("host", ["api", "euc1", "use2", "euw2", "apse2", "acme"])
def test_hosts_of_the_service_speak_its_routes(host: str) -> None:
    """The global host, the regional ones and sub-domains; any other host speaks the guide's."""
    assert routes_for("auto", f"https://{host}.clockify.me/api/v1").name == "service"
    assert routes_for("auto", f"https://{host}.example.org/api/v1").name == "guide"


def test_a_guide_shaped_server_can_be_logged_in_to(new_console: Callable[[str], Console]) -> None:
    """The same login on the guide's routes."""
    console = new_console("guide")
    with contextlib.closing(workspace_of(console, console.home / "server.sqlite3")) as workspace:
        server = GuideServer(workspace)
        with server.serving():
            result = console("login", "--base-url", server.url, asks=True, secret=KEY)
            assert (result.code, result.err) == (0, "")
            assert console.ok("start", "x").out == "● Started 12:30  x  0003\n"
        assert server.refused == []


def test_one_may_log_in_again_wherever_the_server_is(account: Account) -> None:
    """The key that is typed is for the host in force, whatever key is beside its address."""
    assert account.login().code == 0
    again = account.console("login", asks=True, secret=KEY)
    assert (again.code, again.err) == (0, "")
    assert account.login("--profile", "two").code == 0
    assert account.console("--profile", "two", "login", asks=True, secret=KEY).code == 0


def test_profiles_may_share_the_address_of_the_file(account: Account) -> None:
    """Each with a key of its own, above the address and another key."""
    url = account.server.url
    account.console.configure(
        f'routes = "service"\nbase_url = "{url}"\napi_key = "other"\n'
        f'[profiles.x]\napi_key = "{KEY}"\n'
    )
    account.console.ok("--profile", "x", "list")
    assert account.asked() != []


def test_clockify_says_where_its_key_is_found(new_console: Callable[[str], Console]) -> None:
    """The first login with a wrong key names the host, and the place on Clockify."""
    with respx.mock(base_url="https://api.clockify.me/api/v1") as clockify:
        clockify.get("/user").respond(401, json={"message": "Api key does not exist", "code": 4003})
        console = new_console("first")
        result = console("login", asks=True, secret="wrong")
    place = "Copy the key from Clockify: Preferences > Advanced > API. It is not shown."
    assert console.prompts == [f"{place}\nKey: "]
    assert result == (
        3,
        "",
        (
            "error: api.clockify.me refused the key: the API key was refused\n"
            "hint: copy the key from Clockify: Preferences > Advanced > API;"
            " for a regional host add --base-url\n"
        ),
    )


@pytest.mark.parametrize(("words", "flag"), [((), ""), (("--profile", "acme"), " --profile acme")])
def test_entries_made_without_an_account_are_not_forgotten(
    account: Account, words: tuple[str, ...], flag: str
) -> None:
    """Login says where they are, and the command that brings them along."""
    account.console.ok("add", "before", "--for", "1h")
    path = Path(account.console.env["CLOCKTOOL_DATA"]) / "local.sqlite3"
    exported, imported = (
        "clocktool --profile local export",
        f"clocktool{flag} import - --create-missing",
    )
    said = f"Entries made without an account stay in {path}. To import them:"
    assert account.login(*words).err == f"{said} {exported} | {imported}\n"
    lines = account.console.ok(*exported.split()[1:]).out
    assert account.console.ok(*imported.split()[1:], stdin=lines).out.startswith("1 entry added")
    assert account.login(*words, "-q").err == ""
