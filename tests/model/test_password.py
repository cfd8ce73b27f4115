from dataclasses import replace

import pytest

from ippserver.iana import names
from ippserver.iana.keywords import JobPasswordEncryption as Encryption
from ippserver.iana.keywords import JobPasswordRepertoire as Repertoire
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword
from ippserver.model.password import (
    ENCRYPTIONS,
    FREE_TRIES,
    MOST_TRIES,
    REPERTOIRES,
    Password,
    acceptable,
    attributes,
    sent,
)

DIGITS = Repertoire.IANA_US_ASCII_DIGITS
SHA2_256_OF_1234 = bytes.fromhex("03ac674216f3e15c761ee1a5e255f067953623c8b388b4459e13f978d7c846f4")


@pytest.fixture(scope="module")
def clear() -> Password:
    return Password.of(b"1234", Encryption.NONE, "salt")


@pytest.fixture(scope="module")
def hashed() -> Password:
    return Password.of(SHA2_256_OF_1234, Encryption.SHA2_256, "salt")


def test_a_password_in_clear_is_known_in_clear_alone(clear: Password) -> None:
    assert clear.known_by(b"1234", Encryption.NONE)
    assert not clear.known_by(b"1235", Encryption.NONE)
    assert not clear.known_by(SHA2_256_OF_1234, Encryption.SHA2_256)


def test_a_hashed_password_is_known_by_its_hash_or_in_clear(hashed: Password) -> None:
    assert hashed.known_by(SHA2_256_OF_1234, Encryption.SHA2_256)
    assert hashed.known_by(b"1234", Encryption.NONE)
    assert not hashed.known_by(b"4321", Encryption.NONE)
    assert not hashed.known_by(SHA2_256_OF_1234, Encryption.SHA2_224)


def test_the_hash_of_a_password_does_not_stand_for_it_in_clear(hashed: Password) -> None:
    assert not hashed.known_by(SHA2_256_OF_1234, Encryption.NONE)


def test_nothing_of_the_password_is_kept_or_shown(clear: Password) -> None:
    assert b"1234".hex() not in clear.digest
    assert "1234" not in repr(clear)
    assert clear.digest not in repr(clear)
    assert clear.salt not in repr(clear)


def test_the_same_password_is_kept_differently_for_every_job(clear: Password) -> None:
    assert Password.of(b"1234", Encryption.NONE, "other salt").digest != clear.digest


@pytest.mark.parametrize(
    ("tries", "seconds"), [(0, 0), (FREE_TRIES - 1, 0), (FREE_TRIES, 2), (FREE_TRIES + 1, 4), (9, 128)]
)
def test_the_wait_doubles_with_every_try_beyond_the_free_ones(
    clear: Password, tries: int, seconds: float
) -> None:
    tried = replace(clear, tries=tries, tried=1000.0)
    assert tried.wait_seconds(1000.0) == seconds
    assert tried.wait_seconds(1000.0 + seconds) == 0


def test_a_clock_that_was_set_back_makes_nobody_wait_for_ever(clear: Password) -> None:
    assert replace(clear, tries=9, tried=1000.0).wait_seconds(500.0) == 0


def test_the_tries_are_spent_at_last_and_given_back_to_whoever_knows_it(clear: Password) -> None:
    tried = clear
    for _ in range(MOST_TRIES):
        assert not tried.spent
        tried = tried.tried_at(7.0)
    assert tried.spent
    assert (tried.tries, tried.tried) == (MOST_TRIES, 7.0)
    assert tried.forgiven() == clear


@pytest.mark.parametrize(
    ("octets", "encryption", "repertoire", "expected"),
    [
        (b"1234", Encryption.NONE, DIGITS, True),
        (b"1" * 255, Encryption.NONE, DIGITS, True),
        (b"1" * 256, Encryption.NONE, DIGITS, False),
        (b"123", Encryption.NONE, DIGITS, False),
        (b"", Encryption.NONE, DIGITS, False),
        (b"12a4", Encryption.NONE, DIGITS, False),
        ("١٢٣٤".encode(), Encryption.NONE, DIGITS, False),
        (b"abcd", Encryption.NONE, Repertoire.IANA_US_ASCII_LETTERS, True),
        ("äöüß".encode(), Encryption.NONE, Repertoire.IANA_US_ASCII_LETTERS, False),
        ("äöü 1".encode(), Encryption.NONE, Repertoire.IANA_UTF_8_ANY, True),
        (b"ab\x00cd", Encryption.NONE, Repertoire.IANA_UTF_8_ANY, False),
        (b"\xff\xff\xff\xff", Encryption.NONE, Repertoire.IANA_UTF_8_ANY, False),
        (SHA2_256_OF_1234, Encryption.SHA2_256, DIGITS, True),
        (SHA2_256_OF_1234, Encryption.SHA2_512, DIGITS, False),
        (b"", Encryption.SHA3_512, DIGITS, False),
        (b"s" * 64, Encryption.SHA3_512, DIGITS, True),
    ],
)
def test_a_password_has_the_length_and_the_characters_that_it_may_have(
    octets: bytes, encryption: Keyword, repertoire: Keyword, expected: bool
) -> None:
    assert acceptable(octets, encryption, repertoire) is expected


@pytest.mark.parametrize("repertoire", REPERTOIRES)
def test_what_a_printer_says_of_passwords(repertoire: Keyword) -> None:
    shown = AttributeGroup(GroupTag.PRINTER, attributes(repertoire))
    assert names.JOB_PASSWORD_SUPPORTED.get(shown) == 255
    assert names.JOB_PASSWORD_ENCRYPTION_SUPPORTED.all(shown) == ENCRYPTIONS
    length = names.JOB_PASSWORD_LENGTH_SUPPORTED.get(shown)
    assert length is not None
    assert (length.lower, length.upper) == (4, 255)
    assert names.JOB_PASSWORD_REPERTOIRE_CONFIGURED.get(shown) == repertoire
    assert repertoire in names.JOB_PASSWORD_REPERTOIRE_SUPPORTED.all(shown)


def test_no_obsolete_encryption_is_supported() -> None:
    assert not {"md2", "md4", "md5", "sha"} & set(map(str, ENCRYPTIONS))


@pytest.mark.parametrize(
    ("supported", "encryption"),
    [
        ((), Encryption.NONE),
        ((Encryption.NONE,), Encryption.NONE),
        ((Keyword("x-rot13"), Encryption.SHA2_256, Encryption.NONE), Encryption.SHA2_256),
    ],
)
def test_a_password_is_sent_in_the_first_way_that_both_know(
    supported: tuple[Keyword, ...], encryption: Keyword
) -> None:
    octets, said = sent("1234", supported)
    assert names.JOB_PASSWORD_ENCRYPTION.get({said.name: said}) == encryption
    password = names.JOB_PASSWORD.get({octets.name: octets})
    assert password is not None
    assert Password.of(password, encryption, "salt").known_by(b"1234", Encryption.NONE)
