"""What is wrong with a document."""


class DocumentError(Exception):
    """A document cannot be read, or asks for more than is allowed; the text is one sentence for people."""


class DamagedDocument(DocumentError):
    """It is not what its format demands: job-state-reason document-format-error (RFC 8011 5.3.8)."""


class DocumentTooLarge(DocumentError):
    """Its pages, or their number, pass a limit of ours."""
