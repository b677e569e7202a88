"""The floors: the least that a program in Python needs for the same, each a script of its own."""

from pathlib import Path

HELLO = """
import typer

app = typer.Typer()


@app.command()
def hello(name: str = "world") -> None:
    print("hello", name)


@app.command()
def bye(name: str = "world") -> None:
    print("bye", name)


app()
"""
"""A Typer program with two commands."""

REQUEST = HELLO.replace(
    'print("hello", name)',
    'import httpx; httpx.get(name, headers={"X-Api-Key": "k"}).raise_for_status()',
)
"""The same with a request over httpx."""

PAGES = """
import sys
import httpx

with httpx.Client(headers={"X-Api-Key": "k"}) as client:
    for page in range(1, int(sys.argv[2]) + 1):
        client.get(sys.argv[1], params={"page": page, "page-size": 1000}).raise_for_status()
"""
"""So many pages, one after another, and nothing done with them."""

LOADS = """
import json, sys
from pathlib import Path

for name in sys.argv[1:]:
    json.loads(Path(name).read_bytes())
"""
"""json.loads of files."""

INSERT = """
import json, sqlite3, sys

with open(sys.argv[1], encoding="utf-8") as lines, sqlite3.connect(sys.argv[2]) as file:
    file.execute("CREATE TABLE IF NOT EXISTS entries (id TEXT PRIMARY KEY, start TEXT, end TEXT)")
    for line in lines:
        entry = json.loads(line)
        times = entry["timeInterval"]
        row = (entry["id"], times["start"], times["end"])
        file.execute("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", row)
"""
"""JSON lines read and put into a table, in one transaction."""


def write(folder: Path) -> dict[str, str]:
    """Write the scripts into a folder; gives their paths by name."""
    scripts = {
        "hello": HELLO,
        "request": REQUEST,
        "pages": PAGES,
        "loads": LOADS,
        "insert": INSERT,
        "nothing": "",
    }
    for name, text in scripts.items():
        Path(folder, f"{name}.py").write_text(text, encoding="utf-8")
    return {name: str(Path(folder, f"{name}.py")) for name in scripts}
