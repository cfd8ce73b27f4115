"""Subscriptions as rows of SQLite and back; attributes as IPP octets (ARCHITECTURE, Settled c)."""

from collections.abc import Collection, Iterator
from sqlite3 import Connection
from typing import Final

from ippserver.iana import names
from ippserver.interfaces import StoreError
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Uri
from ippserver.model.subscription import Subscription
from ippserver.stores.rows import Row, SqlValue, as_groups, as_octets

# Not where the Job was deleted meanwhile.
_INSERT: Final = (
    "INSERT INTO subscriptions (id, printer, job_id, promised, attributes) SELECT ?1, ?2, ?3, ?4, ?5"
    " WHERE ?3 IS NULL OR EXISTS (SELECT 1 FROM jobs WHERE id = ?3)"
)
_UPDATE: Final = "UPDATE subscriptions SET promised = ?, attributes = ? WHERE id = ?"
_SELECT: Final = "SELECT id, printer, job_id, promised, attributes FROM subscriptions ORDER BY id"
_LAST: Final = "SELECT seq FROM sqlite_sequence WHERE name = 'subscriptions'"


def insert(connection: Connection, subscriptions: Collection[Subscription]) -> None:
    """Stores new ones."""
    connection.executemany(_INSERT, map(_row, subscriptions))


def update(connection: Connection, subscriptions: Collection[Subscription]) -> None:
    """Replaces those that are there."""
    rows = [(each.promised, as_octets(_attributes(each)), each.id) for each in subscriptions]
    connection.executemany(_UPDATE, rows)


def delete(connection: Connection, ids: Collection[int]) -> None:
    """Forgets them."""
    connection.executemany("DELETE FROM subscriptions WHERE id = ?", [(each,) for each in ids])


def load_all(connection: Connection) -> list[Subscription]:
    """All of them, by id."""
    return list(map(_subscription, connection.execute(_SELECT).fetchall()))


def load_last_id(connection: Connection) -> int:
    """The largest id so far."""
    row = connection.execute(_LAST).fetchone()
    return 0 if row is None else int(row[0])


def _row(of: Subscription) -> tuple[SqlValue, ...]:
    return of.id, of.printer, of.job_id, of.promised, as_octets(_attributes(of))


def _attributes(of: Subscription) -> Iterator[Attribute]:
    yield names.NOTIFY_PRINTER_URI.of(Uri(of.printer_uri))
    yield names.NOTIFY_SUBSCRIBER_USER_NAME.of(of.user)
    yield names.NOTIFY_EVENTS.of(*of.events)
    yield names.NOTIFY_CHARSET.of(of.charset)
    yield names.NOTIFY_NATURAL_LANGUAGE.of(of.natural_language)
    if of.attributes:
        yield names.NOTIFY_ATTRIBUTES.of(*of.attributes)
    if of.user_data is not None:
        yield names.NOTIFY_USER_DATA.of(of.user_data)
    if of.time_interval is not None:
        yield names.NOTIFY_TIME_INTERVAL.of(of.time_interval)
    if of.lease_seconds is not None:
        yield names.NOTIFY_LEASE_DURATION.of(of.lease_seconds)


def _subscription(row: Row) -> Subscription:
    subscription_id, printer, job_id, promised, octets = row
    (kept,) = as_groups(octets)
    user = names.NOTIFY_SUBSCRIBER_USER_NAME.get(kept)
    if user is None:
        raise StoreError(f"subscription {subscription_id} in the store has no user")
    return Subscription(
        id=subscription_id,
        printer=printer,
        printer_uri=str(names.NOTIFY_PRINTER_URI.get(kept)),
        user=user,
        events=names.NOTIFY_EVENTS.all(kept),
        charset=str(names.NOTIFY_CHARSET.get(kept)),
        natural_language=str(names.NOTIFY_NATURAL_LANGUAGE.get(kept)),
        attributes=names.NOTIFY_ATTRIBUTES.all(kept),
        user_data=names.NOTIFY_USER_DATA.get(kept),
        time_interval=names.NOTIFY_TIME_INTERVAL.get(kept),
        lease_seconds=names.NOTIFY_LEASE_DURATION.get(kept),
        job_id=job_id,
        promised=promised,
    )
