"""Prompts and TAB in each installed shell, against ``running --prompt``."""

import os
import pty
import select
import shutil
import subprocess
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from benchmarks.bench import Bench, ms
from benchmarks.measure import Run, in_turns, median, ours, spent

PROMPTS = 1000
"""How many prompts of a shell are measured together."""

SHELLS = {
    "bash": (["--norc", "--noprofile", "-i"], 'eval "$(clocktool init bash)"'),
    "zsh": (["-f", "-i"], 'eval "$(clocktool init zsh)"'),
    "fish": (
        ["--no-config", "-i"],
        "set -g fish_autosuggestion_enabled 0; clocktool init fish | source",
    ),
}
"""How each shell is started without a person's files, and what sets it up."""

BEGUN, REST = "Quite", " well known"
"""A project's name: what is typed, and what TAB adds."""


def measure(bench: Bench) -> None:
    """Measure them on a local file with a running timer."""
    env = bench.env("shells")
    for words in (("projects", "add", BEGUN + REST, "-q"), ("start", "x", "-q")):
        subprocess.run(ours(*words), env=env, check=True)
    bench.heading("In the shells, against running --prompt")
    for shell in filter(shutil.which, SHELLS):
        _measure_prompts(bench, env, shell)
    for shell in filter(shutil.which, SHELLS):
        _measure_tab(bench, env, shell)


def _measure_prompts(bench: Bench, env: Mapping[str, str], shell: str) -> None:
    """Measure prompts, which start no program, against as many of the command."""
    command = Run(ours("running", "--prompt"), env)
    init = subprocess.run(ours("init", shell), env=env, capture_output=True, check=True)
    script = bench.folder / f"prompts.{shell}"
    loop = f"for i in {{1..{PROMPTS}}}; do clocktool_prompt; done"
    if shell == "fish":
        loop = f"for i in (seq {PROMPTS}); clocktool_prompt; end"
    script.write_bytes(init.stdout + loop.encode())
    mine, theirs = in_turns([Run([shell, str(script)], env), command], bench.times)
    ratio = median(lambda own, its: own / (its * PROMPTS), mine, theirs)
    each = [its * PROMPTS for its in theirs]
    against = f"{PROMPTS} x running --prompt {ms(each)}"
    bench.row(f"{PROMPTS} prompts in {shell}", ms(mine), against, ratio, 0.1)


def _measure_tab(bench: Bench, env: Mapping[str, str], shell: str) -> None:
    """Measure a TAB that completes a project, from the key to the name on the screen."""
    command = Run(ours("running", "--prompt"), env)
    programs = bench.folder / "programs"
    programs.mkdir(exist_ok=True)
    program = programs / "clocktool"
    words = " ".join(f"'{each}'" for each in ours())
    program.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
    program.chmod(0o755)
    path = f"{programs}:{os.environ['PATH']}"
    options, setup = SHELLS[shell]
    root = str(Path(__file__).parent.parent)
    terminal = Terminal(
        [shell, *options],
        {**env, "PATH": path, "PYTHONPATH": root, "TERM": "xterm", "LC_ALL": "C.UTF-8"},
    )
    with closing(terminal):
        terminal.type(f"{setup}; echo rea''dy\n")
        terminal.wait_for("ready")
        mine, theirs = [], []
        for turn in range(bench.times + 1):
            terminal.type(f"\x15clocktool start x{turn} -p {BEGUN}")
            terminal.wait_for(BEGUN[-1])
            time.sleep(0.2)  # until the line is drawn
            terminal.seen()
            begun = time.perf_counter()
            terminal.type("\t")
            terminal.wait_for("known")
            mine.append(time.perf_counter() - begun)
            theirs.append(spent(command))
    mine, theirs = mine[1:], theirs[1:]  # the first is unseen, as everywhere
    ratio = median(lambda own, its: own / its, mine, theirs)
    bench.row(f"TAB in {shell}", ms(mine), f"running --prompt {ms(theirs)}", ratio, 3.0)


class Terminal:
    """A shell in a terminal of its own."""

    def __init__(self, words: list[str], env: Mapping[str, str]) -> None:
        self._process, self._end = pty.fork()
        if self._process == 0:
            os.execvpe(words[0], words, env)  # noqa: S606
        self._text = ""

    def type(self, keys: str) -> None:
        """Type keys."""
        os.write(self._end, keys.encode())

    def wait_for(self, text: str) -> None:
        """Read until a text is on the screen, and forget what comes before its end."""
        deadline = time.monotonic() + 30
        while text not in self._text:
            left = max(0.0, deadline - time.monotonic())
            if not select.select([self._end], [], [], left)[0]:
                raise TimeoutError(f"no {text!r} in {self._text!r}")
            self._read()
        self._text = self._text.partition(text)[2]

    def seen(self) -> None:
        """Forget what is on the screen."""
        while select.select([self._end], [], [], 0)[0]:
            self._read()
        self._text = ""

    def _read(self) -> None:
        read = os.read(self._end, 65536).decode(errors="replace")
        if "\x1b[c" in read:  # fish asks what the terminal can do, and waits for the answer
            self.type("\x1b[?62c")
        self._text += read

    def close(self) -> None:
        """End the shell."""
        os.close(self._end)
        os.waitpid(self._process, 0)
