"""What is wrong with a document, or with what is asked of it."""


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
