"""Programs of others that do the same: from the package index, in a folder of their own."""

import shutil
import subprocess
import sys
from pathlib import Path

WRAPPED = """
import runpy, sys
from clockifytool.api import ClockifyApi

ClockifyApi.__init__.__defaults__ = (sys.argv.pop(1),)
path = sys.argv.pop(1)
sys.argv[0] = path
runpy.run_path(path, run_name="__main__")
"""
"""clockifytool has one fixed address; this gives it another."""


class Peers:
    """What could be installed; ``notes`` says why the rest could not."""

    def __init__(self, folder: Path, *, install: bool) -> None:
        self._bin = Path(folder, "peers", "Scripts" if sys.platform == "win32" else "bin")
        self.notes: list[str] = []
        if not install:
            self.notes.append("Peers were left out (--no-peers).")
            return
        subprocess.run([sys.executable, "-m", "venv", str(self._bin.parent)], check=True)
        for package, setup in (
            ("td-watson", ("setuptools<81",)),
            ("clockifytool", ()),
            ("clockify-unofficial-cli", ()),
        ):
            self._install(package, *setup)
        if self.timew is None:
            self.notes.append("timewarrior is not on the PATH.")

    def _install(self, *packages: str) -> None:
        words = [self.python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        done = subprocess.run([*words, *packages], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            said = done.stderr.strip().splitlines() or ["no reason given"]
            python = [line for line in said if "Requires-Python" in line]
            why = python[0].rpartition(" ")[2] if python else said[-1].removeprefix("ERROR: ")
            reason = f"it needs Python {why}" if python else why
            self.notes.append(f"{packages[0]} was not installed: {reason}.")

    @property
    def python(self) -> str:
        """The Python that they are installed for."""
        return str(self._bin / "python")

    @property
    def watson(self) -> str | None:
        """Watson's program."""
        return shutil.which("watson", path=str(self._bin))

    @property
    def cft(self) -> str | None:
        """The program of clockifytool."""
        return shutil.which("cft", path=str(self._bin))

    @property
    def timew(self) -> str | None:
        """The program of timewarrior."""
        return shutil.which("timew")

    def cft_words(self, url: str, *words: str) -> list[str]:
        """Return the command line of clockifytool against an address."""
        return [self.python, "-c", WRAPPED, f"{url}/v1/", str(self.cft), *words]
