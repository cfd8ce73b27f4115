"""What can be read in the Documents of Jobs, as rows of SQLite: to be searched, and gone with its Job."""

from collections.abc import Mapping
from sqlite3 import Connection
from typing import Final

_PUT: Final = (
    "REPLACE INTO texts (job_id, number, words, text)"
    " SELECT job_id, number, ?, ? FROM documents WHERE job_id = ? AND number = ?"
)


def save(connection: Connection, job_id: int, number: int, read: tuple[str, str]) -> None:
    """Keeps the words, `indexed`, and the text of a Document; nothing where that is gone."""
    connection.execute(_PUT, (*read, job_id, number))


def load(connection: Connection, job_id: int) -> Mapping[int, str]:
    """What can be read in the Documents of the Job, by their numbers."""
    rows = connection.execute("SELECT number, text FROM texts WHERE job_id = ? ORDER BY number", (job_id,))
    return dict(rows.fetchall())


def delete(connection: Connection, gone: list[tuple[int, int]]) -> None:
    """Forgets the texts of Documents that are `gone`: job-ids and numbers."""
    connection.executemany("DELETE FROM texts WHERE job_id = ? AND number = ?", gone)


def condition(count: int) -> str:
    """What a row of `jobs` fulfils whose Documents hold so many needles (model.words) together."""
    held = " AND ".join(["max(instr(words, ?)) > 0"] * count)
    return f"id IN (SELECT job_id FROM texts GROUP BY job_id HAVING {held})"
