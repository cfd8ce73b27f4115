from pathlib import Path

import pytest

from ippserver.runtime.secrets import NoSecret, read_secret


def test_a_secret_is_what_a_file_holds_without_white_space(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("  pass phrase\n")
    assert read_secret(f"file:{tmp_path / 'secret'}") == "pass phrase"


def test_a_secret_is_the_value_of_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", "s3cret")
    assert read_secret("env:A_SECRET") == "s3cret"


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe"])
def test_a_file_without_a_secret_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret").write_bytes(content)
    with pytest.raises(NoSecret, match="secret"):
        read_secret(f"file:{tmp_path / 'secret'}")


@pytest.mark.parametrize("reference", ["file:/nowhere", "env:NOT_THERE", "hunter2", "file:relative", ""])
def test_what_is_not_there_is_none_and_no_secret_is_told(reference: str) -> None:
    with pytest.raises(NoSecret) as caught:
        read_secret(reference)
    assert "hunter2" not in str(caught.value)
