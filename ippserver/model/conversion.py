"""What is asked of a converter, and what it answers."""

from dataclasses import dataclass

from ippserver.ipp.attributes import AttributeGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A document of one format that is to be one of another, printed as its Job says."""

    source_format: str
    """Its media type."""
    target_format: str
    """The media type that is wanted."""
    attributes: AttributeGroup
    """The Job Template attributes in force: the document's, else the Job's, else the Printer's defaults."""
    title: str = ""
    password: str | None = None
    """document-password (PWG 5100.13)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a conversion is."""

    pages: int = 0
    """Of the document, done."""
    impressions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a conversion made, and how much it is."""

    media_type: str
    extension: str
    """Of its files, with the dot."""
    pages: int
    """Of the document, those that one copy has (job-pages, PWG 5100.7)."""
    impressions: int
    """Sides of one copy, blank ones not counted (RFC 8011 5.3.17.2)."""
    impressions_completed: int
    """Sides of all copies and job sheets, blank ones not counted (RFC 8011 5.3.18.2)."""
    sheets: int
    """Of all copies and job sheets (RFC 8011 5.3.17.3)."""
    text: str = ""
    """What can be read in it, for search."""
