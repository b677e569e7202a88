"""``init``: what each shell makes of it, in the real shells where they are installed."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from clocktool.domain.time.instant import Instant
from tests.conftest import Console

SHELLS = {
    "bash": ("bash", "--norc", "-c"),
    "zsh": ("zsh", "-f", "-c"),
    "fish": ("fish", "--no-config", "-c"),
}

HOSTILE = (
    "$(touch ran) `touch ran`",
    "50% %n %F{red} \\w \\u \\e[0m",
    "; touch ran & ${HOME} 'a' !",
    "* ~ -n a[0] #1",
    "tab\there\x1b]0;x\x07",
)
"""Descriptions of at most 30 characters that mean something to a shell or a terminal."""

Shell = Callable[..., str]


@pytest.fixture
def console(run: Console) -> Console:
    """A console on a local workspace, by the machine's clock, with a project."""
    run.now = Instant(int(time.time()))
    run.ok("projects", "add", "Site")
    return run


def start(console: Console, *words: str, ago: int = 3730) -> None:
    """Start a timer some seconds ago: 1 hour, 2 minutes and 10 seconds."""
    now = console.now
    console.now = Instant(now - ago)
    console.ok("start", *words)
    console.now = now


def in_shell(
    console: Console, shell: str, lines: str, *words: str, before: str = ":", path: bool = False
) -> str:
    """Return what a shell prints that has evaluated ``init``, twice, and then finds no program.

    ``before`` is done first; with ``path`` programs are found.
    """
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = console.home / "init"
    script.write_text(console.ok("init", shell, *words).out, encoding="utf-8")
    no_programs = ":" if path else "set -gx PATH" if shell == "fish" else "PATH="
    done = subprocess.run(
        [*SHELLS[shell], f"{before}; . {script}; . {script}; {no_programs}; {lines}"],
        env={
            **console.env,
            "PATH": os.environ["PATH"],
            "HOME": str(console.home),
            "LC_ALL": "C.UTF-8",
        },
        cwd=console.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def prompt_file(console: Console) -> Path:
    """Return the file that the shells read."""
    return console.home / "data" / "known" / "prompt@local"


@pytest.mark.parametrize("shell", SHELLS)
def test_a_prompt_shows_what_the_command_shows(console: Console, shell: str) -> None:
    """The sign, the time, the description and the project; nothing once it is stopped."""
    assert in_shell(console, shell, "clocktool_prompt") == ""
    start(console, "fix login", "-p", "Site")
    line = console.ok("running", "--prompt").out
    assert line == "● 1h 02m fix login · Site\n"
    assert in_shell(console, shell, "clocktool_prompt") == line
    console.ok("stop")
    assert in_shell(console, shell, "clocktool_prompt") == ""


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("ago", "shown"), [(-100, "0m"), (150, "2m"), (3600 + 330, "1h 05m"), (36030, "10h 00m")]
)
def test_the_shell_counts_as_the_command_does(
    console: Console, shell: str, ago: int, shown: str
) -> None:
    """Minutes are rounded down; a start that is still to come counts as none."""
    start(console, ago=150)
    text = prompt_file(console).read_text("utf-8").split("\n", 1)[1]
    prompt_file(console).write_text(f"{int(console.now) - ago}\n{text}", encoding="utf-8")
    assert in_shell(console, shell, "clocktool_prompt") == f"● {shown}\n"


@pytest.mark.parametrize("shell", SHELLS)
def test_a_description_is_shown_and_never_run(console: Console, shell: str) -> None:
    """Nothing in it is expanded, by the function or by the prompt that shows it."""
    in_prompt = {
        "bash": "clocktool_prompt -v now; PS1='${now}'; printf '%s\\n' \"${PS1@P}\"",
        "zsh": "setopt PROMPT_SUBST; clocktool_prompt -v now; PS1='${now}'; print -r -- ${(%%)PS1}",
        "fish": "echo (clocktool_prompt)",
    }[shell]
    for text in HOSTILE:
        start(console, text)
        line = console.ok("running", "--prompt").out
        for word in text.split("\x1b")[0].split():
            assert word in line
        assert in_shell(console, shell, in_prompt) == line
        doubled = line.replace("%", "%%") if shell == "zsh" else line
        assert in_shell(console, shell, "clocktool_prompt") == doubled
        assert list(console.folder.iterdir()) == []
        console.ok("stop")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_damaged_file_shows_nothing(console: Console, shell: str) -> None:
    """Invalid numbers are not computed: arithmetic of shells can run commands."""
    start(console, "x")
    for damage in (
        "",
        "\n",
        "a[$(touch ran)]\n\nx\n\n",
        "1795600000\na[$(touch ran)]\nx\n\n",
        "-5\n\nx\n\n",
        "17956000001795600000179560000\n\nx\n\n",
        "1795600000\n\n",
    ):
        prompt_file(console).write_text(damage, encoding="utf-8")
        assert in_shell(console, shell, "clocktool_prompt") == ""
        assert list(console.folder.iterdir()) == []
    prompt_file(console).write_text(f"{int(console.now) - 150}\n\n\x1b[1mx\x07\ny\n")
    assert in_shell(console, shell, "clocktool_prompt") == "● 2m [1mx · y\n"
    prompt_file(console).unlink()
    prompt_file(console).mkdir()
    assert in_shell(console, shell, "clocktool_prompt") == ""


@pytest.mark.parametrize("shell", SHELLS)
def test_a_timer_that_may_be_out_of_date_is_marked(console: Console, shell: str) -> None:
    """A server's timer after eight hours, the local one if its file has changed since."""
    start(console, "x", ago=150)
    now = int(console.now)
    later = time.time() + 60
    os.utime(console.home / "data" / "local.sqlite3", (later, later))
    assert in_shell(console, shell, "clocktool_prompt") == "~ 2m x\n"
    for read, mark in ((now - 100, "●"), (now - 28_700, "●"), (now - 28_900, "~"), (now + 99, "~")):
        prompt_file(console).write_text(f"{now - 150}\n{read}\nx\n\n", encoding="utf-8")
        assert in_shell(console, shell, "clocktool_prompt") == f"{mark} 2m x\n"


@pytest.mark.parametrize("shell", SHELLS)
def test_the_short_words_are_defined_on_request(console: Console, shell: str) -> None:
    """Each runs its command, with what follows; a loop over two lines still works."""
    say = "function clocktool; echo $argv; end" if shell == "fish" else "clocktool() { echo $*; }"
    lines = f"{say}\nct back\nin x -p Site\nout -q\nagain x\nfix --to 9\nday week\n"
    if shell != "fish":
        lines += "for each\nin 1 2; do echo $each; done\n"
        lines = ("shopt -s expand_aliases\n" if shell == "bash" else "") + lines
    script = console.home / "lines"
    script.write_text(lines)
    shown = in_shell(console, shell, f"source {script}", "--aliases")
    loop = "" if shell == "fish" else "1\n2\n"
    words = "back\nstart x -p Site\nstop -q\nresume x\nedit last --to 9\nlist week\n"
    assert shown == words + loop
    assert "clocktool start'" not in console.ok("init", shell).out


@pytest.mark.parametrize(
    ("shell", "options"),
    [
        ("bash", "set -eu; set -o posix; set -f; set -a; set -o noclobber; IFS=0123456789"),
        ("bash", "shopt -s nullglob failglob extglob nocasematch compat31 xpg_echo; LC_ALL=C"),
        ("zsh", "emulate sh"),
        ("zsh", "emulate ksh"),
        ("zsh", "setopt KSH_ARRAYS SH_WORD_SPLIT NO_NOMATCH GLOB_SUBST ERR_EXIT NO_UNSET"),
        ("zsh", "setopt EXTENDED_GLOB SH_GLOB IGNORE_BRACES C_BASES RC_QUOTES; LC_ALL=C"),
        ("zsh", "setopt WARN_CREATE_GLOBAL WARN_NESTED_VAR RC_EXPAND_PARAM CSH_JUNKIE_QUOTES"),
        ("fish", "set -e HOME; set -x LC_ALL C"),
    ],
)
def test_options_of_a_shell_change_nothing(console: Console, shell: str, options: str) -> None:
    """Whatever a start-up file sets, before and behind the line, and if it is read twice."""
    start(console, "50% x", "-p", "Site")
    shown = in_shell(console, shell, "clocktool_prompt", "--aliases", before=options)
    assert shown == "● 1h 02m 50%% x · Site\n".replace("%%", "%%" if shell == "zsh" else "%")


def test_a_bash_without_a_clock_counts_by_its_seconds(console: Console) -> None:
    """That of macOS, 3.2: the time is asked for once, when the shell starts."""
    start(console, "x", ago=150)
    function = console.ok("init", "bash").out
    assert function.count(" 402") == 2
    script = console.home / "old"
    script.write_text(function.replace(" 402", " 999"), encoding="utf-8")
    assert in_shell(console, "bash", f"source {script}; clocktool_prompt", path=True) == "● 2m x\n"


def test_a_prompt_of_zsh_that_counts_commands_shows_exclamation_marks(console: Console) -> None:
    """With PROMPT_BANG they stand for the number of the command, so they are doubled."""
    start(console, "a! b!!")
    lines = (
        "setopt PROMPT_SUBST PROMPT_BANG; clocktool_prompt -v now; PS1='${now}';"
        " print -r -- ${(%%)PS1}; print -r -- $now"
    )
    assert in_shell(console, "zsh", lines) == "● 1h 02m a! b!!\n● 1h 02m a!! b!!!!\n"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc")
@pytest.mark.parametrize(
    ("shell", "children", "prompts"),
    [
        (
            "bash",
            "read -ra stat </proc/$$/stat; echo ${stat[10]}",
            "for i in 1 2 3; do clocktool_prompt; done",
        ),
        (
            "zsh",
            "read -rA stat </proc/$$/stat; print $stat[11]",
            "for i in 1 2 3; do clocktool_prompt; done",
        ),
        (
            "fish",
            "read -at stat </proc/$fish_pid/stat; echo $stat[11]",
            "for i in 1 2 3; clocktool_prompt; end",
        ),
    ],
)
def test_a_shell_starts_no_process_for_a_prompt(
    console: Console, shell: str, children: str, prompts: str
) -> None:
    """The page faults of its children are those of before: it has had no child."""
    start(console, "fix login", "-p", "Site")
    lines = f"{children}; {prompts}; {children}"
    before, *shown, after = in_shell(console, shell, lines).splitlines()
    assert shown == ["● 1h 02m fix login · Site"] * 3
    assert before == after


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_line_is_stored_in_a_variable(console: Console, shell: str) -> None:
    """Also with strict options; without a timer the variable is empty."""
    strict = 'set -eu; now=old; clocktool_prompt -v now; echo "[$now]"'
    assert in_shell(console, shell, strict) == "[]\n"
    start(console, "x")
    assert in_shell(console, shell, strict) == "[● 1h 02m x]\n"


def test_bash_stores_a_line_in_a_variable_only(console: Console) -> None:
    """Another text than a name is refused, and never run."""
    start(console, "x")
    lines = (
        "for i in 'a[$(touch ran)]' '1' 'a b' 'a=1;x'; do clocktool_prompt -v \"$i\"; echo $?; done"
    )
    assert in_shell(console, "bash", lines, path=True) == "2\n" * 4
    assert list(console.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("shell", "shown"),
    [
        ("bash", "complete -p clocktool"),
        ("zsh", 'echo "$_comps[clocktool]"'),
        ("fish", "complete -c clocktool"),
    ],
)
def test_completion_is_set_up(console: Console, shell: str, shown: str) -> None:
    """In zsh without compinit, too."""
    assert "_clocktool" in in_shell(console, shell, shown)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_folder_of_the_files_may_have_any_name(console: Console, shell: str) -> None:
    """It is quoted; $CLOCKTOOL_DATA is read at each prompt."""
    start(console, "x")
    folder = console.home / "it's $(touch ran) \\ %"
    (console.home / "data").rename(folder)
    unset = "set -e CLOCKTOOL_DATA" if shell == "fish" else "unset CLOCKTOOL_DATA"
    console.env["CLOCKTOOL_DATA"] = str(folder)
    assert in_shell(console, shell, f"{unset}; clocktool_prompt") == "● 1h 02m x\n"
    other = "set CLOCKTOOL_DATA '~/no'" if shell == "fish" else "CLOCKTOOL_DATA='~/no'"
    assert in_shell(console, shell, f"{other}; clocktool_prompt") == ""
    folder.rename(console.home / "no")
    assert in_shell(console, shell, f"{other}; clocktool_prompt") == "● 1h 02m x\n"


@pytest.mark.parametrize("shell", SHELLS)
def test_each_profile_has_its_own_timer(console: Console, shell: str) -> None:
    """Also one with a slash, a blank or a quote in its name, which a server may have."""
    start(console, "x")
    folder = prompt_file(console).parent
    for name in ("a/b", "it's $(touch ran)"):
        text = f"{int(console.now) - 150}\n{int(console.now)}\n{name[0]}\n\n"
        (folder / f"prompt@{name.replace('/', '_')}").write_text(text, encoding="utf-8")
        console.env["CLOCKTOOL_PROFILE"] = name
        console.configure(f'[profiles."{name}"]\napi_key = "k"\n')
        assert in_shell(console, shell, "clocktool_prompt") == f"● 2m {name[0]}\n"
    assert list(console.folder.iterdir()) == []


def test_every_command_that_changes_the_timer_updates_the_file(console: Console) -> None:
    """Edits, renamed projects, undo, a deletion; an entry beside it changes nothing."""

    def shown() -> list[str]:
        return prompt_file(console).read_text("utf-8").splitlines()[2:]

    start(console, "x", "-p", "Site")
    assert shown() == ["x", "Site"]
    console.ok("edit", "current", "-d", "y")
    assert shown() == ["y", "Site"]
    console.ok("add", "past", "--from", "2026-11-20 09:00", "--to", "2026-11-20 10:00")
    assert shown() == ["y", "Site"]
    console.ok("projects", "edit", "Site", "--name", "Shop")
    assert shown() == ["y", "Shop"]
    console.ok("undo", "-y")
    console.ok("undo", "-y")
    console.ok("undo", "-y")
    assert shown() == ["x", "Site"]
    console.ok("delete", "current", "-y")
    assert shown() == []
    console.ok("undo", "-y")
    assert shown() == ["x", "Site"]


def test_the_script_of_powershell_has_its_parts(run: Console) -> None:
    """Completion, the function, and the words but ``in``, which is reserved there."""
    run.env["CLOCKTOOL_DATA"] = "/it's"
    script = run.ok("init", "powershell", "--aliases").out
    assert "Register-ArgumentCompleter" in script
    assert "function clocktool_prompt {\n    $folder = '/it''s'\n" in script
    assert script.endswith(
        "\nfunction ct { clocktool @args }\n"
        "function out { clocktool stop @args }\n"
        "function again { clocktool resume @args }\n"
        "function fix { clocktool edit last @args }\n"
        "function day { clocktool list @args }\n"
    )


def test_init_reads_and_creates_nothing(run: Console) -> None:
    """It runs whenever a shell starts."""
    run.ok("init", "bash")
    assert not (run.home / "data").exists()
