import inspect

import pytest

from ippserver.iana import names
from ippserver.model import errors
from ippserver.model.errors import BadRequest, IppError

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, IppError)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_refusal_says_a_sentence_of_its_own(kind: type[IppError]) -> None:
    message = kind().message
    assert message.endswith((".", "again.", "later."))
    assert len(message.encode()) <= 255


def test_no_two_refusals_share_a_status() -> None:
    assert len({kind.status for kind in KINDS}) == len(KINDS)


def test_every_refusal_is_an_error_of_the_client_or_the_server() -> None:
    assert all(0x0400 <= kind.status < 0x0600 for kind in KINDS)


def test_a_refusal_carries_what_is_unsupported_and_its_own_words() -> None:
    error = BadRequest("No.", unsupported=(names.COPIES.of(0),))
    assert (str(error), error.message) == ("No.", "No.")
    assert error.unsupported == (names.COPIES.of(0),)
