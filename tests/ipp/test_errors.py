"""Errors carry their parts and read as one sentence."""

from ippserver.ipp import LimitExceeded, MalformedMessage


def test_an_error_says_what_is_wrong_and_where_and_by_which_section() -> None:
    error = MalformedMessage("a member has no value", 17, "RFC 8010 3.1.7")
    assert (error.reason, error.offset, error.spec) == ("a member has no value", 17, "RFC 8010 3.1.7")
    assert str(error) == "a member has no value (octet 17, RFC 8010 3.1.7)"


def test_a_message_too_large_is_a_malformed_one_to_who_does_not_care() -> None:
    assert issubclass(LimitExceeded, MalformedMessage)
