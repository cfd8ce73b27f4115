"""What is wrong with a document, or with what is asked of it."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager


class DocumentError(Exception):
    """A document cannot be read, or asks for more than is allowed; the text is one sentence for people."""


class DamagedDocument(DocumentError):
    """It is not what its format demands: job-state-reason document-format-error (RFC 8011 5.3.8)."""


class DocumentTooLarge(DocumentError):
    """Its pages, their number, or what becomes of them pass a limit of ours."""


class PasswordNeeded(DocumentError):
    """It is encrypted, and no password came with it (PWG 5100.13, document-password)."""


class WrongPassword(DocumentError):
    """It is encrypted, and not with the password that came with it."""


class Unsupported(DocumentError):
    """Nobody here reads its format, or writes the one that is asked for."""


@contextmanager
def blamed_on_the_document() -> Iterator[None]:
    """Turns whatever a library raises while it reads a document into DamagedDocument.

    What the system raises (no space, no such file) has a number and passes: it is nobody's document's fault;
    but for EINVAL, with which it answers whoever is sent to a place that no file has.
    Libraries for documents raise all sorts of things at broken ones, hence everything is caught.
    """
    try:
        yield
    except DocumentError:
        raise
    except (MemoryError, RecursionError) as error:
        raise DocumentTooLarge("The document needs more memory than there is.") from error
    except Exception as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise
        raise DamagedDocument("The document is damaged.") from error
