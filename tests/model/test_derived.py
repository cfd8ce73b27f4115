import gc
from weakref import ref

from ippserver.iana import names
from ippserver.model.capabilities import Capabilities, capabilities
from ippserver.model.derived import derived
from ippserver.model.document_views import document_names
from ippserver.model.printer import PrinterConfig, PrinterStatus
from ippserver.model.printer_views import PrinterScene, printer_attributes
from ippserver.model.selection import PRINTER_GROUPS, Selection
from ippserver.model.views import At, job_names

CONFIG = PrinterConfig(path="/ipp/print", name="office")
AT = At(now=0, up_time=1, printer_uri="ipp://localhost/ipp/print")


def test_what_follows_is_worked_out_once() -> None:
    asked: list[Capabilities] = []

    @derived
    def of(printer: Capabilities) -> int:
        asked.append(printer)
        return len(asked)

    one, other = Capabilities(()), Capabilities(())
    assert [of(one), of(other), of(one)] == [1, 2, 1]
    assert asked == [one, other]


def test_nothing_keeps_the_capabilities_that_a_printer_had() -> None:
    old = capabilities(CONFIG)
    assert names.JOB_STATE.name in job_names(old)
    assert names.DOCUMENT_STATE.name in document_names(old)
    assert printer_attributes(
        PrinterScene(old, PrinterStatus(), AT, "x", 0, 0), Selection(("all",), PRINTER_GROUPS)
    )
    gone = ref(old)
    del old
    gc.collect()
    assert gone() is None
