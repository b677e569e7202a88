"""The configuration at the front door: precedence, sources, secrets, what is refused."""

import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from clocktool.config.config import checked_values
from clocktool.config.declaration import Declaration, Key
from clocktool.config.keys import Settings
from clocktool.config.table import BEGIN, END, PAGE, table_of_keys
from clocktool.config.values import Text
from clocktool.errors import SetupError
from tests.conftest import Console

SECRET = "a-key-that-nobody-may-read"


@pytest.fixture
def cli(new_console: Callable[[str], Console]) -> Console:
    """A console where nothing is chosen."""
    return new_console("plain")


def source(console: Console, key: str, **given: str) -> tuple[str, str]:
    """Return a value in force and where it came from, as ``config`` says."""
    for each in console.ok("config", "-o", "json", env=given).json:
        if each["key"] == key:
            return each["value"], each["from"]
    return "", ""


def test_each_layer_beats_the_next(cli: Console) -> None:
    """Flag, environment, folder, profile, file, default: take the top one off, see the next."""
    path = cli.configure('workspace = "of-file"\n[profiles.p]\nworkspace = "of-profile"\n')
    folder = cli.folder / ".clocktool.toml"
    folder.write_text('workspace = "of-folder"\n', "utf-8")
    given = {"CLOCKTOOL_WORKSPACE": "of-env", "CLOCKTOOL_PROFILE": "p"}
    flag = cli.ok("-w", "of-flag", "config", "-o", "json", env=given).json
    assert [(each["value"], each["from"]) for each in flag if each["key"] == "workspace"] == [
        ("of-flag", "flag")
    ]
    assert source(cli, "workspace", **given) == ("of-env", "$CLOCKTOOL_WORKSPACE")
    assert source(cli, "workspace", CLOCKTOOL_PROFILE="p") == ("of-folder", str(folder))
    folder.unlink()
    assert source(cli, "workspace", CLOCKTOOL_PROFILE="p") == ("of-profile", f"{path} [profiles.p]")
    assert source(cli, "workspace") == ("of-file", str(path))
    cli.configure("")
    assert source(cli, "workspace") == ("", "")


@pytest.mark.parametrize(
    ("key", "name", "env", "profile", "file"),
    [
        ("timezone", "CLOCKTOOL_TIMEZONE", "Asia/Tokyo", "Europe/Paris", "Europe/Rome"),
        ("base_url", "CLOCKTOOL_BASE_URL", "https://a.test/1", "https://b.test", "https://c.test"),
        ("defaults.project", "", "", "Profile", "File"),
        ("week_start", "", "", "sunday", "saturday"),
        ("routes", "", "", "guide", "service"),
    ],
)
def test_environment_profile_and_file(
    cli: Console, key: str, name: str, env: str, profile: str, file: str
) -> None:
    """Config get prints the value of the strongest source."""
    table, _, last = key.rpartition(".")
    head, below = (f"[{table}]\n", f"[profiles.p.{table}]\n") if table else ("", "[profiles.p]\n")
    cli.configure(f'{head}{last} = "{file}"\n{below}{last} = "{profile}"\n')
    assert cli.ok("config", "get", key).out == f"{file}\n"
    assert cli.ok("--profile", "p", "config", "get", key).out == f"{profile}\n"
    assert cli.ok("config", "get", key, "--profile", "p").out == f"{profile}\n"
    if name:
        assert cli.ok("--profile", "p", "config", "get", key, env={name: env}).out == f"{env}\n"


def test_the_profile_flag_beats_its_variable(cli: Console) -> None:
    """--profile is chosen over CLOCKTOOL_PROFILE."""
    cli.configure('[profiles.a]\nworkspace = "A"\n[profiles.b]\nworkspace = "B"\n')
    cli.env["CLOCKTOOL_PROFILE"] = "a"
    assert cli.ok("config", "get", "workspace").out == "A\n"
    assert cli.ok("config", "get", "workspace", "--profile", "b").out == "B\n"


def test_config_shows_values_and_sources(cli: Console) -> None:
    """A table of every value in force, with where it is from; keys are masked."""
    path = cli.configure(f'api_key = "{SECRET}"\n[defaults]\ntags = ["a", "b"]\nbillable = true\n')
    assert cli("config") == (
        0,
        (
            f"key                value                           from\n"
            f"(time goes to)     https://api.clockify.me/api/v1  api_key is set\n"
            f"api_key            ********                        {path}\n"
            f"base_url           https://api.clockify.me/api/v1  default\n"
            f"routes             auto                            default\n"
            f"defaults.tags      a, b                            {path}\n"
            f"defaults.billable  true                            {path}\n"
            f"timezone           Europe/Berlin                   "
            f"machine, unless the account has one\n"
        ),
        "",
    )


def test_config_without_a_key_names_the_file(cli: Console) -> None:
    """Without a key there is no address to show: time goes to a file, in the machine's zone."""
    database = cli.home / "data" / "local.sqlite3"
    where = {"key": "(time goes to)", "value": str(database)}
    zone = {"key": "timezone", "value": "Europe/Berlin", "from": "machine"}
    assert cli.ok("config", "-o", "json").json == [{**where, "from": "no key is set"}, zone]
    local = cli.ok("--profile", "local", "config", "-o", "json").json
    assert local == [{**where, "from": "profile local"}, zone]


@pytest.mark.parametrize("output", ["table", "json", "jsonl", "csv", "md"])
@pytest.mark.parametrize("key", ["api_key", "addon_token"])
def test_a_key_is_never_printed(cli: Console, output: str, key: str) -> None:
    """No format and no subcommand prints a key, wherever it came from."""
    name = {"api_key": "CLOCKIFY_API_KEY", "addon_token": "CLOCKTOOL_ADDON_TOKEN"}[key]
    for given in ({}, {name: SECRET}):
        cli.configure("" if given else f'{key} = "{SECRET}"\n')
        for line in (["config", "-o", output], ["config", "get", key], ["config", "-v"]):
            result = cli.ok(*line, env=given)
            assert "********" in result.out.replace("\\", "")
            assert SECRET not in result.out + result.err
    assert cli("config", "get", key, env={name: SECRET}).out == "********\n"


def test_a_key_of_a_wrong_type_is_not_shown_either(cli: Console) -> None:
    """The error about a bad key names file and key, not the value."""
    path = cli.configure(f'api_key = ["{SECRET}"]\n')
    assert cli("config") == (
        3,
        "",
        (
            f"error: {path}: `api_key` must be a Clockify API key\n"
            f"hint: correct or remove that line: $EDITOR {path}\n"
        ),
    )


def test_a_key_is_set_from_standard_input_or_unseen(cli: Console) -> None:
    """The key is read, not an argument; the file is readable by its owner alone."""
    assert cli("config", "set", "api_key", stdin=f"{SECRET}\n") == (0, "api_key = ********\n", "")
    path = Path(cli.env["CLOCKTOOL_CONFIG"])
    assert path.read_text("utf-8") == f'api_key = "{SECRET}"\n'
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert cli("config", "set", "api_key", asks=True, secret="other").code == 0
    assert path.read_text("utf-8") == 'api_key = "other"\n'


def test_a_key_on_the_command_line_is_refused(cli: Console) -> None:
    """Other users of the machine could read it."""
    assert cli("config", "set", "api_key", SECRET) == (
        2,
        "",
        (
            "error: other users of this machine can read api_key on the command line\n"
            "hint: leave the value out: clocktool asks for it\n"
        ),
    )
    assert not Path(cli.env["CLOCKTOOL_CONFIG"]).exists()


@pytest.mark.parametrize("asks", [True, False])
def test_no_answer_leaves_the_key_as_it_is(cli: Console, *, asks: bool) -> None:
    """An empty answer, or nothing on standard input, is an error and changes nothing."""
    path = cli.configure(f'api_key = "{SECRET}"\n')
    result = cli("config", "set", "api_key", asks=asks)
    assert (result.code, result.out) == (2, "")
    assert path.read_text("utf-8") == f'api_key = "{SECRET}"\n'
    assert cli("config", "set", "api_key", "").out == "api_key removed\n"


def test_values_are_set_and_taken_out(cli: Console) -> None:
    """Set writes one key, keeps the others, and '' takes it out."""
    assert cli("config", "set", "workspace", "ACME") == (0, "workspace = ACME\n", "")
    assert cli("config", "set", "defaults.tags", "a, b").out == "defaults.tags = a, b\n"
    assert cli("config", "set", "defaults.billable", "TRUE").out == "defaults.billable = true\n"
    assert cli("config", "set", "week_start", "Sunday", "-q").out == ""
    assert cli("--profile", "p", "config", "set", "workspace", "B").out == "workspace = B\n"
    assert cli("config", "get", "defaults.tags").out == "a, b\n"
    assert cli("config", "get", "workspace", "--profile", "p").out == "B\n"
    assert cli("config", "set", "workspace", "").out == "workspace removed\n"
    result = cli("config", "get", "workspace")
    assert (result.code, result.out) == (1, "")
    assert "workspace" in result.err.lower()


def test_a_value_from_elsewhere_is_named_after_a_change(cli: Console) -> None:
    """A profile has the keys of the file above it, and the environment comes before both."""
    path = cli.configure('[defaults]\nproject = "Site"\n[profiles.p]\nweek_start = "sunday"\n')
    said = f"In force is defaults.project = Site, from {path}.\n"
    removed = cli("--profile", "p", "config", "set", "defaults.project", "")
    assert removed == (0, "defaults.project removed\n", said)
    cli.env["CLOCKTOOL_TIMEZONE"] = "Europe/Rome"
    assert cli("config", "set", "timezone", "UTC") == (
        0,
        "timezone = UTC\n",
        "In force is timezone = Europe/Rome, from $CLOCKTOOL_TIMEZONE.\n",
    )
    gone = cli("--profile", "unknown", "config", "set", "week_start", "")
    assert gone == (0, "week_start removed\n", "")


def test_a_file_that_others_could_read_is_closed_to_them(cli: Console) -> None:
    """Set leaves mode 0600, whatever it was before."""
    path = cli.configure("")
    path.chmod(0o644)
    cli.ok("config", "set", "timezone", "Europe/Rome")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_set_changes_one_key_and_leaves_the_rest(cli: Console) -> None:
    """Comments, blank lines, order and quotes stay; no copy of the file is made."""
    text = """\
# Mine: don't touch
workspace = 'A'   # the office

# in summer
timezone = "Europe/Rome"

[defaults]  # of new entries
tags = [
  "dev",  # nearly always
]

# the other job
[profiles.p]
workspace = "P"
"""
    path = cli.configure(text)
    assert cli("config", "set", "workspace", "B") == (0, "workspace = B\n", "")
    text = text.replace("'A'", '"B"')
    assert path.read_text("utf-8") == text
    cli.ok("config", "set", "defaults.project", "Site")
    text = text.replace("]\n\n# the", ']\nproject = "Site"\n\n# the')
    assert path.read_text("utf-8") == text
    cli.ok("--profile", "p", "config", "set", "week_start", "sunday")
    text += 'week_start = "sunday"\n'
    assert path.read_text("utf-8") == text
    cli.ok("config", "set", "timezone", "")
    text = text.replace('timezone = "Europe/Rome"\n', "")
    assert path.read_text("utf-8") == text
    cli.ok("config", "set", "defaults.tags", "dev")
    assert path.read_text("utf-8") == text
    assert list(cli.home.glob("config*")) == [path]


def test_a_read_only_file_is_not_replaced(cli: Console) -> None:
    """Who made it read-only meant it: exit code 3 with the command that allows it."""
    path = cli.configure('workspace = "A"\n')
    path.chmod(0o400)
    assert cli("config", "set", "workspace", "B") == (
        3,
        "",
        f"error: can't write {path}: it is read-only\nhint: make it writable: chmod u+w {path}\n",
    )
    assert path.read_text("utf-8") == 'workspace = "A"\n'


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
@pytest.mark.parametrize(
    "text",
    [f'api_key = "{SECRET}"\n', f'[profiles.p]\naddon_token = "{SECRET}"\nworkspace = "A"\n'],
)
def test_a_key_that_others_can_read_is_mentioned(cli: Console, text: str, mode: int) -> None:
    """Once a command, with the command that cures it; not with -q, nor once it is cured."""
    path = cli.configure(text)
    path.chmod(mode)
    line = f"Others can read the key in {path}; run: chmod 600 {path}\n"
    assert cli("config", "get", "routes") == (0, "auto\n", line)
    assert cli("config", "get", "routes", "-o", "json").err == line
    assert cli("config", "get", "routes", "-q").err == ""
    assert cli("running", "--prompt") == (0, "", "")
    path.chmod(0o600)
    assert cli("config", "get", "routes").err == ""


@pytest.mark.parametrize("text", ['workspace = "A"\n', 'api_key_command = "pass show x"\n'])
def test_a_file_without_a_key_may_be_read_by_others(cli: Console, text: str) -> None:
    """Settings are shown, and so is the name of a password manager."""
    cli.configure(text).chmod(0o644)
    assert cli("config", "get", "routes").err == ""


def test_a_table_with_free_names_is_one_line_of_the_declaration() -> None:
    """Its values are checked one by one; the name that a person chose is in the message."""

    class More(Settings):
        shortcuts = Key(dict[str, Text], "a command", "a command line", "person")

    more = Declaration(More)
    table = {"shortcuts": {"up": "start x", "a b": "stop"}, "workspace": "A"}
    assert dict(checked_values(more, table, "c.toml")) == {
        "shortcuts.up": "start x",
        'shortcuts."a b"': "stop",
        "workspace": "A",
    }
    assert more.named('shortcuts."a b"').about == "a command"
    assert more.parse("shortcuts.up", "start y") == "start y"
    for bad, message in (
        ({"a b": 5}, 'c.toml: `shortcuts."a b"` must be a command line, not `5`'),
        (5, "c.toml: `shortcuts` must be a table"),
    ):
        with pytest.raises(SetupError) as raised:
            dict(checked_values(more, {"shortcuts": bad}, "c.toml"))
        assert raised.value.message == message


def test_the_page_has_the_table_of_the_declaration() -> None:
    """``python -m clocktool.config.table`` has been run since a key was changed."""
    assert PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0] == table_of_keys()


def test_a_linked_file_stays_a_link(cli: Console) -> None:
    """The file of a dotfiles folder is written, the link is kept."""
    real = cli.home / "dotfiles.toml"
    real.write_text("", "utf-8")
    path = Path(cli.env["CLOCKTOOL_CONFIG"])
    path.symlink_to(real)
    cli.ok("config", "set", "workspace", "A")
    assert path.is_symlink()
    assert real.read_text("utf-8") == 'workspace = "A"\n'


def test_path_says_where_it_is(cli: Console) -> None:
    """Also when there is no file yet."""
    assert cli("config", "path") == (0, f"{cli.env['CLOCKTOOL_CONFIG']}\n", "")


def test_edit_opens_the_editor_and_checks_what_it_wrote(cli: Console) -> None:
    """The editor gets the file, with words of its own; a mistake is named afterwards."""
    editor = cli.home / "editor.py"
    editor.write_text(
        "import sys, pathlib\npathlib.Path(sys.argv[2]).write_text(sys.argv[1])\n", "utf-8"
    )

    def edit(text: str) -> tuple[int, str, str]:
        return cli("config", "edit", env={"EDITOR": f"{sys.executable} {editor} '{text}'"})

    assert edit('workspace = "A"') == (0, "", "")
    assert cli("config", "get", "workspace").out == "A\n"
    path = Path(cli.env["CLOCKTOOL_CONFIG"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert edit('works = "A"') == (
        3,
        "",
        f"error: {path}: unknown key `works`\nhint: did you mean `workspace`?\n",
    )


@pytest.mark.parametrize("editor", ["", "/does/not/exist", "'unclosed", "false"])
def test_an_editor_that_fails_is_named(cli: Console, editor: str) -> None:
    """No editor, a missing one, and one that ends badly."""
    result = cli("config", "edit", env={"EDITOR": editor})
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith("error: ")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("wrkspace = 'A'", "unknown key `wrkspace`\nhint: did you mean `workspace`?\n"),
        (
            "[defaults]\nproj = 'A'",
            "unknown key `defaults.proj`\nhint: did you mean `defaults.project`?\n",
        ),
        (
            "[profiles.x]\nwork = 'A'",
            "unknown key `profiles.x.work`\nhint: did you mean `workspace`?\n",
        ),
        ("[profile.x]\nworkspace = 'A'", "unknown key `profile`\nhint: did you mean `profiles`?\n"),
        (
            "[defaults]\nxyz = 'A'",
            "unknown key `defaults.xyz`\nhint: did you mean `defaults.task`?",
        ),
        ("workspace = 5", "`workspace` must be a workspace's name or id, not `5`\n"),
        ("workspace = ['A']", "`workspace` must be a workspace's name or id\n"),
        ("workspace = {a = 'A'}", "`workspace` must be a workspace's name or id\n"),
        (
            f"routes = '{'x' * 50}'",
            f"`routes` must be `auto`, `guide` or `service`, not `{'x' * 39}…`\n",
        ),
        (
            "timezone = 'Mars/Base'",
            "`timezone` must be an IANA time zone, like `Europe/Berlin`, not",
        ),
        ("routes = 'fast'", "`routes` must be `auto`, `guide` or `service`, not `fast`"),
        ("week_start = 'someday'", "`week_start` must be a day of the week, like `monday`, not"),
        ("base_url = 'nothing'", "`base_url` must be an address, like `https://"),
        (
            "defaults = 5",
            "`defaults` must be a table\nhint: write [defaults] and its keys below it\n",
        ),
        ("profiles = 5", "`profiles` must be a table\nhint: write [profiles.NAME]\n"),
        ("[defaults]\ntags = 'dev'", "`defaults.tags` must be a list of tags, like"),
        (
            "[defaults]\nbillable = 'yes'",
            "`defaults.billable` must be `true` or `false`, not `yes`",
        ),
        ("[profiles.x.defaults]\ntags = [1]", "`profiles.x.defaults.tags` must be a list of tags"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_key(cli: Console, text: str, error: str) -> None:
    """An unknown key or a wrong type: the file, the key, what is accepted; exit code 3."""
    path = cli.configure(text)
    for line in (["config"], ["running"], ["list", "-q"][:1]):
        result = cli(*line)
        assert (result.code, result.out) == (3, "")
        assert result.err.startswith(f"error: {path}: {error}"), result.err


@pytest.mark.parametrize(
    "mark",
    [
        "@",
        pytest.param(
            "?",
        ),
        pytest.param(
            "#",
        ),
    ],
)
@pytest.mark.parametrize("where", ["environment", "file"])
def test_an_address_with_more_in_it_is_refused_unseen(cli: Console, where: str, mark: str) -> None:
    """What is beside the address may be a password or a key: it is not shown, nothing is sent."""
    url = f"https://{SECRET}{mark}a.test" if mark == "@" else f"https://a.test/{mark}{SECRET}"
    path = cli.configure(f'base_url = "{url}"\n' if where == "file" else "")
    env = {"CLOCKTOOL_BASE_URL": url} if where == "environment" else {}
    source = path if where == "file" else "$CLOCKTOOL_BASE_URL"
    for line in (["config"], ["list"]):
        result = cli(*line, env={"CLOCKIFY_API_KEY": "k", **env})
        assert (result.code, result.out) == (3, "")
        assert result.err.startswith(
            f"error: {source}: `base_url` must be an address, like `https://"
        )
        assert SECRET[:9] not in result.err


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("timezone", "Mars/Base"),
        ("routes", "fast"),
        ("defaults.billable", "maybe"),
        ("base_url", "nowhere"),
        ("week_start", "noday"),
        ("nokey", "x"),
        ("workspace", "\t"),
    ],
)
def test_set_refuses_what_the_file_may_not_hold(cli: Console, key: str, value: str) -> None:
    """A wrong word on the command line is a usage error, and no file is written."""
    result = cli("config", "set", key, value)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("error: ")
    assert not Path(cli.env["CLOCKTOOL_CONFIG"]).exists()


def test_both_credentials_at_one_place_are_refused(cli: Console) -> None:
    """Which of two keys is meant cannot be known."""
    path = cli.configure('api_key = "a"\naddon_token = "b"\n')
    assert cli("config") == (
        3,
        "",
        f"error: {path}: `api_key` and `addon_token` are both set\nhint: remove one of them\n",
    )


def test_a_stronger_credential_hides_a_weaker_one_of_another_kind(cli: Console) -> None:
    """A key from the environment is used alone, whatever the file has."""
    cli.configure('addon_token = "b"\n')
    assert source(cli, "addon_token", CLOCKIFY_API_KEY="a") == ("", "")
    assert source(cli, "api_key", CLOCKIFY_API_KEY="a") == ("********", "$CLOCKIFY_API_KEY")


@pytest.mark.parametrize(
    "text",
    [
        "api_key = 'x'",
        "addon_token = 'x'",
        "api_key_command = 'true'",
        "base_url = 'https://evil.test'",
        "routes = 'guide'",
        "[profiles.x]\nworkspace = 'A'",
    ],
)
def test_a_folder_may_set_workspace_and_defaults_only(cli: Console, text: str) -> None:
    """Somebody else's project tree must not take the key or run a command."""
    path = cli.folder / ".clocktool.toml"
    path.write_text(text, "utf-8")
    result = cli("running")
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith(f"error: {path}: ")
    assert result.err.endswith(
        "hint: .clocktool.toml sets workspace and [defaults], nothing else\n"
    )


def test_the_nearest_folder_file_counts(cli: Console) -> None:
    """Of several above each other the nearest is read alone."""
    (cli.folder / ".clocktool.toml").write_text('workspace = "far"\n', "utf-8")
    cli.folder /= "deep"
    cli.folder.mkdir()
    assert cli.ok("config", "get", "workspace").out == "far\n"
    (cli.folder / ".clocktool.toml").write_text('[defaults]\nproject = "near"\n', "utf-8")
    assert cli.ok("config", "get", "defaults.project").out == "near\n"
    assert cli("config", "get", "workspace").code == 1


def test_the_profile_local_is_always_there(cli: Console) -> None:
    """It ignores the file's key and address, and needs no entry of its own."""
    cli.configure(f'api_key = "{SECRET}"\nbase_url = "https://nowhere.invalid"\nworkspace = "A"\n')
    assert cli("--profile", "local", "start", "x") == (0, "● Started 12:30  x  0003\n", "")
    assert cli("running", "--profile", "local").code == 0
    assert source(cli, "api_key", CLOCKTOOL_PROFILE="local") == ("", "")


def test_no_key_is_said_once(cli: Console) -> None:
    """With nothing chosen and no file yet, the first command says where time is tracked."""
    database = cli.home / "data" / "local.sqlite3"
    first = cli("start", "x")
    assert (first.code, first.out) == (0, "● Started 12:30  x  0003\n")
    assert first.err.startswith(f"No API key is set up, so time is tracked in {database}.")
    assert first.err.count("\n") == 1
    assert cli("running").err == ""


@pytest.mark.parametrize(
    ("words", "given", "meant"),
    [
        (["--profile", "acme"], {}, "profile `acme`"),
        ([], {"CLOCKTOOL_PROFILE": "acme"}, "profile `acme`"),
        ([], {"CLOCKTOOL_BASE_URL": "https://a.test"}, "https://a.test"),
    ],
)
@pytest.mark.parametrize("line", [["start", "x"], ["list"], ["projects", "add", "Site"]])
def test_a_server_that_is_meant_needs_its_key(
    cli: Console, words: list[str], given: dict[str, str], meant: str, line: list[str]
) -> None:
    """Time for an account does not land in the local file, which is not even created."""
    cli.configure('[profiles.acme]\nworkspace = "A"\n')
    result = cli(*words, *line, env=given)
    assert (result.code, result.out) == (3, "")
    error, hint = result.err.splitlines()
    assert error == f"error: no API key for {meant}"
    profile = "--profile acme " if "acme" in meant else ""
    assert hint == (
        f"hint: run `clocktool {profile}login`, or track on this machine with --profile local"
    )
    assert not (cli.home / "data" / "local.sqlite3").exists()


def test_who_chose_the_local_workspace_is_not_told(run: Console) -> None:
    """With --profile local there is nothing to say."""
    assert run("start", "x").err == ""


@pytest.mark.parametrize("profile", ["local", None])
def test_the_local_workspace_has_its_own_routes(cli: Console, profile: str | None) -> None:
    """What the file says of routes is about a server, with a profile chosen or without."""
    cli.configure('routes = "service"\n')
    cli.env |= {"CLOCKTOOL_PROFILE": profile} if profile else {}
    cli.ok("start", "x")
    said = cli.ok("running", "--all", "-v").err
    assert "/time-entries/in-progress " in said
    assert "/status/" not in said


def test_a_zone_from_the_environment_is_used(run: Console) -> None:
    """Wall-clock times are of the configured zone."""
    run.env["CLOCKTOOL_TIMEZONE"] = "Asia/Tokyo"
    entry = run("start", "x", "--at", "9:00", "-o", "json").json
    assert entry["timeInterval"]["start"] == "2026-11-24T00:00:00Z"


def test_a_credential_asks_for_https(cli: Console) -> None:
    """A key is not sent in the clear to another machine."""
    result = cli("running", env={"CLOCKIFY_API_KEY": SECRET, "CLOCKTOOL_BASE_URL": "http://a.test"})
    assert (result.code, result.out) == (3, "")
    assert "is not https" in result.err
    assert SECRET not in result.err


@pytest.mark.parametrize("value", ["a\x01b", ",", " , "])
def test_tags_that_are_none_are_refused_before_they_are_written(cli: Console, value: str) -> None:
    """Typed words are a usage error (2); the file, which is innocent, stays as it was."""
    cli.ok("config", "set", "defaults.tags", "dev")
    result = cli("config", "set", "defaults.tags", value)
    assert result.code == 2
    assert result.err.startswith("error: `defaults.tags` must be a list of tags")
    assert cli.ok("config", "get", "defaults.tags").out == "dev\n"
