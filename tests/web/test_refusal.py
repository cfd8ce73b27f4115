"""Refusals: a status and one sentence, in both forms."""

from http import HTTPStatus

from ippserver.web.refusal import Refusal

REFUSAL = Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "Not so.", headers={"Allow": "POST"})


def test_a_refusal_reads_well_in_a_log() -> None:
    assert str(REFUSAL) == "405 Not so."


def test_the_answer_closes_and_tells_no_version() -> None:
    response = REFUSAL.response()
    assert (response.status, response.text) == (405, "Not so.\n")
    assert response.headers["Connection"] == "close"
    assert response.headers["Server"] == "ippserver"
    assert response.headers["Allow"] == "POST"


def test_its_octets_are_a_whole_answer() -> None:
    assert REFUSAL.encode() == (
        b"HTTP/1.1 405 Method Not Allowed\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 8\r\n"
        b"Server: ippserver\r\nCache-Control: no-store\r\n"
        b"Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
        b"X-Content-Type-Options: nosniff\r\nAllow: POST\r\nConnection: close\r\n\r\nNot so.\n"
    )
