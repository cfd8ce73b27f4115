from ippserver.interfaces import Output, Parcel
from ippserver.model.document import Document
from ippserver.model.job import Job
from ippserver.outputs.discard import DiscardOutput
from ippserver.testing.fakes import job_draft, stream


async def test_a_document_is_read_to_its_end() -> None:
    output: Output = DiscardOutput("bin")
    document = Document(number=1, key="aa-1", format="text/plain", size_octets=2, sha256="00")
    parcel = Parcel(job=Job.of(job_draft(), 1), document=document, printer_name="Office")
    await output.open()
    content = stream([b"a", b"b"])
    assert await output.deliver(parcel, await output.plan(parcel), [content]) == ""
    assert await anext(content, None) is None
    assert output.name == "bin"
