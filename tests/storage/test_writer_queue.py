"""A process that waits to write gets in between two transactions of another process."""

import contextlib
from pathlib import Path
from threading import Thread

from clocktool.storage.database import Database
from clocktool.storage.kind import Kind
from clocktool.storage.lock import Lock

KIND = Kind("the file", (("CREATE TABLE a (x)",),), seconds=20.0)


def add(database: Database, value: str) -> None:
    """Put a row into the file."""
    with database.write() as file:
        file.execute("INSERT INTO a VALUES (?)", (value,))


def until_it_waits(path: Path, waiter: Thread) -> None:
    """Return once another one is waiting to write."""
    lock = Lock(path.with_name(f"{path.name}.queue"))
    while lock.acquire(0):
        lock.release()
        assert waiter.is_alive()


def test_a_writer_that_waits_comes_before_the_next_batch(tmp_path: Path) -> None:
    """A process with many transactions lets a waiting one write first."""
    path = tmp_path / "file"
    with (
        contextlib.closing(Database(path, KIND)) as batches,
        contextlib.closing(Database(path, KIND)) as single,
    ):
        add(batches, "batch 1")
        waiter = Thread(target=add, args=(single, "single"))
        with batches.write() as file:
            waiter.start()
            until_it_waits(path, waiter)
            file.execute("INSERT INTO a VALUES ('batch 2')")
        add(batches, "batch 3")
        waiter.join()
        with batches.read() as file:
            found = [value for (value,) in file.execute("SELECT x FROM a ORDER BY rowid")]
    assert found == ["batch 1", "batch 2", "single", "batch 3"]


def test_nobody_waits_where_nobody_is_in_the_way(tmp_path: Path) -> None:
    """No file is made for it."""
    path = tmp_path / "file"
    with contextlib.closing(Database(path, KIND)) as database:
        add(database, "1")
        add(database, "2")
        assert not path.with_name("file.queue").exists()
