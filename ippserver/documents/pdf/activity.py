"""What a PDF does besides lying there: actions, attached files, what is filled in or shows on screens only.

Whoever gets a PDF from here gets none of that, so one that has it is made anew of its pages.
"""

from typing import Final

import pikepdf

from ippserver.documents.pdf import layers

_SAFE_LINKS: Final = ("http:", "https:", "mailto:")
_QUIET_ENTRIES: Final = frozenset(
    (
        *("/Type", "/Version", "/Extensions", "/Pages", "/PageLabels", "/PageLayout", "/PageMode", "/Lang"),
        *("/ViewerPreferences", "/Names", "/Dests", "/OpenAction", "/Outlines", "/URI", "/Threads"),
        *("/Metadata", "/StructTreeRoot", "/MarkInfo", "/OutputIntents", "/PieceInfo", "/OCProperties"),
        *("/AcroForm", "/Perms", "/DSS", "/Legal"),
    )
)
"""Of a catalog, what does nothing; some of them are looked into."""
_LOUD_OF_PAGES: Final = ("/AA", "/AF", "/PresSteps")
_PRINTED: Final = 4
_LOCKED: Final = 128
_MOST_OUTLINES: Final = 10_000


def is_web_link(note: pikepdf.Object) -> bool:
    """Whether an annotation leads to a page of the web, and does nothing else."""
    if not isinstance(note, pikepdf.Dictionary) or note.get("/Subtype") != "/Link":
        return False
    return "/AA" not in note and "/Next" not in note and _is_to_the_web(note.get("/A"))


def is_quiet(pdf: pikepdf.Pdf) -> bool:
    """Whether nothing in it runs, is attached or to be filled in, or is on a page only on a screen."""
    root = pdf.Root
    return (
        _QUIET_ENTRIES.issuperset(root.keys())
        and set(root.get("/Names", {}).keys()) <= {"/Dests"}
        and _is_printed_plainly(root.get("/ViewerPreferences"))
        and _is_nothing_to_fill_in(root.get("/AcroForm"))
        and ("/OpenAction" not in root or _leads_within(root.OpenAction))
        and _has_quiet_outlines(root)
        and not layers.differ_on_paper(pdf)
        and all(_is_quiet_page(page.obj) for page in pdf.pages)
    )


def _is_printed_plainly(preferences: pikepdf.Object | None) -> bool:
    """Whether it tells programs nothing of sides, copies and pages to print."""
    if preferences is None:
        return True
    return (
        preferences.get("/Duplex", "/Simplex") in ("/Simplex", "/None")
        and preferences.get("/NumCopies", 1) == 1
        and "/PrintPageRange" not in preferences
    )


def _is_quiet_page(page: pikepdf.Object) -> bool:
    return not any(name in page for name in _LOUD_OF_PAGES) and all(
        _is_quiet_note(note) for note in page.get("/Annots", [])
    )


def _is_quiet_note(note: pikepdf.Object) -> bool:
    """A link, or the picture of a signature: all else may look otherwise on paper."""
    if not isinstance(note, pikepdf.Dictionary) or "/AA" in note:
        return False
    if note.get("/Subtype") == "/Widget":
        return _is_signature(note) and int(note.get("/F", 0)) & ~_LOCKED == _PRINTED
    return note.get("/Subtype") == "/Link" and _leads_somewhere(note)


def _is_nothing_to_fill_in(form: pikepdf.Object | None) -> bool:
    if form is None:
        return True
    return "/XFA" not in form and all(_is_signature(field) for field in form.get("/Fields", []))


def _is_signature(field: pikepdf.Object) -> bool:
    return field.get("/FT") == "/Sig" and "/Kids" not in field and "/AA" not in field and "/A" not in field


def _leads_somewhere(item: pikepdf.Object) -> bool:
    """Whether a link or an outline leads to a page, of this document or of the web, if anywhere."""
    if "/PA" in item or "/AA" in item:
        return False
    action = item.get("/A")
    return action is None or _leads_within(action) or _is_to_the_web(action)


def _leads_within(action: pikepdf.Object) -> bool:
    """Whether it is a place in this document, or an action that only goes there."""
    if not isinstance(action, pikepdf.Dictionary):
        return True
    return action.get("/S") == "/GoTo" and "/Next" not in action


def _is_to_the_web(action: pikepdf.Object | None) -> bool:
    return (
        isinstance(action, pikepdf.Dictionary)
        and action.get("/S") == "/URI"
        and str(action.get("/URI", "")).lower().startswith(_SAFE_LINKS)
        and "/Next" not in action
    )


def _has_quiet_outlines(root: pikepdf.Object) -> bool:
    """Whether all outlines lead to pages; of too many, or such that go round in circles, nobody knows."""
    waiting = [root.get("/Outlines")]
    for _ in range(_MOST_OUTLINES):
        if not waiting:
            return True
        item = waiting.pop()
        if item is None:
            continue
        if not _leads_somewhere(item):
            return False
        waiting += (item.get("/First"), item.get("/Next"))
    return False
