"""The frozen shape of a configuration: sections, keys, types and defaults.

Knows no file and no environment (that is `sources`); the docstring under a key is its text in the reference.
TOML writes the keys with hyphens, Python with underscores.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StrictBool

from ippserver.config.fields import (
    DATA,
    SYSTEM_DATA,
    AccessPreset,
    Address,
    ContactUri,
    Count,
    FilePath,
    GeoUri,
    HostName,
    IpText,
    Lease,
    Line,
    ListenAddress,
    LocalName,
    Octets,
    OptionalPath,
    PrinterPath,
    Seconds,
    SourceHost,
    Text127,
)
from ippserver.config.outputs import FolderSettings, OutputSettings
from ippserver.config.profile import ProfileSettings
from ippserver.config.profiles import DEFAULT_PROFILE, profile_table
from ippserver.config.section import Section
from ippserver.model.access import Preset


class ServerSettings(Section):
    """Where the server listens, and what it writes for people."""

    listen: Annotated[tuple[ListenAddress, ...], Field(min_length=1)] = (
        Address("::", 631),
        Address("0.0.0.0", 631),  # a print server is there for the network
    )
    """Addresses and ports, each "ADDRESS:PORT"; port 0 lets the system choose."""
    host_names: tuple[HostName, ...] = ()
    """Names that clients may use for this server beyond its own host name, localhost, single words, *.local,
    *.lan, *.internal and *.home.arpa; "*" allows any."""
    data_dir: FilePath = SYSTEM_DATA
    """Folder of the job history and the spool. This is the default for root; others have
    $XDG_DATA_HOME/ippserver, which is ~/.local/share/ippserver."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least important messages that are logged."""
    log_format: Literal["text", "json"] = "text"
    """"text": lines for people; "json": one object a line."""


class TlsSettings(Section):
    """`ipps:` and `https:` URIs, on the same port as `ipp:` and `http:`."""

    mode: Literal["offer", "require", "off"] = "offer"
    """"offer": clients choose; "require": nothing is answered in the clear; "off": no TLS."""
    certificate: OptionalPath = None
    """A file with the certificate, and its chain, in PEM; empty for a self-signed one, which is made for the
    names and addresses of this host and renewed before it ends. It is read anew when it changes."""
    key: OptionalPath = None
    """The file of its private key."""
    folder: FilePath = Path(f"{DATA}/tls")
    """Where the self-signed certificate and its key lie, for the server's user only."""


class AccessSettings(Section):
    """Who may do what."""

    preset: AccessPreset = Preset.HOME
    """"home": everyone may print and manage what they sent, Operator operations (such as Pause-Printer) are
    refused. "open": everyone may do everything, for tests."""


class StoreSettings(Section):
    """Where jobs and their history are kept."""

    kind: Literal["sqlite", "memory"] = "sqlite"
    """"memory" forgets everything at exit."""
    path: FilePath = Path(f"{DATA}/store/ippserver.sqlite3")
    """The SQLite database."""
    lock_timeout_seconds: Seconds = 10.0
    """How long to wait for a database that another program has locked."""


class SpoolSettings(Section):
    """Where documents lie between being accepted and being delivered."""

    folder: FilePath = Path(f"{DATA}/spool")
    """A folder of the server's own, which only its user may read."""
    min_free_octets: Octets = 64 * 2**20
    """Documents are refused while less than this is free on the disk."""


class LimitSettings(Section):
    """What one client, or all of them together, may ask of the server."""

    max_document_octets: Octets = 16 * 2**30
    """The largest document."""
    max_connections: Count = 1024
    """Connections at once."""
    max_connections_per_address: Count = 64
    """Connections at once from one address."""
    max_tls_connections: Count = 512
    """Connections at once that use TLS, which takes more memory."""
    tls_handshake_timeout_seconds: Seconds = 10.0
    """For a TLS handshake."""
    header_timeout_seconds: Seconds = 10.0
    """For a request's HTTP header."""
    keep_alive_seconds: Seconds = 60.0
    """How long an idle connection stays open."""
    attributes_timeout_seconds: Seconds = 30.0
    """For all attributes of a request."""
    document_timeout_seconds: Seconds = 300.0
    """A document may stand still for as long as this."""
    answer_timeout_seconds: Seconds = 30.0
    """A client that takes less than 1 KiB of its answer a second is cut off after this time."""
    lingering_seconds: Seconds = 2.0
    """How long more is read of a request that was refused early, so that its client sees why."""
    stop_timeout_seconds: Seconds = 10.0
    """How long requests that are under way may take when the server stops."""
    max_jobs: Count = 10_000
    """Jobs that are not completed, in the whole server."""
    max_documents_per_job: Count = 1000
    """Documents in one job."""
    multiple_operation_time_out_seconds: Annotated[int, Field(strict=True, ge=1, le=86400)] = 120
    """How long a job waits for its next Send-Document."""


class RetentionSettings(Section):
    """How much history is kept; whatever is exceeded first ends it."""

    days: Annotated[float, Field(strict=True, ge=0, le=36500)] = 30
    """Since the job was completed."""
    jobs: Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)] = 10_000
    """Completed jobs, the newest."""
    octets: Octets = 10 * 2**30
    """Documents of completed jobs together."""
    document_days: Annotated[float, Field(strict=True, ge=0, le=36500)] = 30
    """How long a document stays in the spool, to be printed again, after every output has it."""


class DnsSdSettings(Section):
    """Telling the network of the printers (DNS-SD, Bonjour), so that clients find them."""

    enabled: StrictBool = True
    """Whether it is done at all. A server that listens on loopback alone is not told of."""
    through: Literal["auto", "avahi", "zeroconf"] = "auto"
    """"avahi": by the host's avahi-daemon over D-Bus; "zeroconf": by the server itself; "auto": by avahi
    where it can be reached at start."""
    host_name: LocalName = ""
    """The name that the printers' addresses are told under, without ".local"; empty for avahi's own, or for
    one that is made from this host's name."""
    addresses: tuple[IpText, ...] = ()
    """The addresses to tell; empty for this host's. For containers."""
    port: Annotated[int, Field(strict=True, ge=0, le=65535)] = 0
    """The port to tell; 0 for the one that is listened on. For containers."""
    interfaces: tuple[Annotated[Line, Field(min_length=1, max_length=15)], ...] = ()
    """The network interfaces to tell it on; empty for all but loopback and the bridges of containers."""
    ttl_seconds: Annotated[int, Field(strict=True, ge=2, le=86400)] = 120
    """How long clients believe what they were told of a server that went away without a word; avahi has its
    own."""


class NotificationSettings(Section):
    """Telling clients of events: subscriptions and Get-Notifications."""

    event_life_seconds: Annotated[int, Field(strict=True, ge=15, le=86400)] = 60
    """How long an event can be fetched, and how often clients are told to ask; completed jobs are kept at
    least as long."""
    lease_seconds: Lease = 86_400
    """How long a subscription lasts where its client does not say; it can be renewed."""
    max_lease_seconds: Lease = 604_800
    """The longest that it may ask for."""
    infinite_leases: StrictBool = False
    """Whether it may ask for a subscription without end."""
    wait_seconds: Seconds = 60.0
    """How long a client may wait for an event, before it gets an empty answer."""
    max_waiting: Count = 256
    """Clients that wait at once; others are answered at once and ask again."""
    max_subscriptions: Count = 1000
    """Subscriptions in the whole server; those of completed jobs make room for new ones."""
    max_subscriptions_per_user: Count = 100
    """Subscriptions of one user, without those of completed jobs."""
    max_events: Count = 100
    """Events that are kept for one subscription; older ones are dropped."""


class DocumentSettings(Section):
    """Documents: PostScript, and print by reference (Print-URI and Send-URI)."""

    postscript: StrictBool = False
    """Take PostScript on printers that take PDF. Ghostscript must be installed; it runs in a jail, and not
    without landlock and seccomp, since PostScript is a language of programs."""
    by_reference: StrictBool = False
    """Offer Print-URI and Send-URI."""
    allowed_hosts: tuple[SourceHost, ...] = ()
    """Names, addresses or networks ("192.0.2.0/24") to fetch from, also private ones; "*" allows every public
    one."""
    fetch_schemes: Annotated[tuple[Literal["http", "https", "ftp"], ...], Field(min_length=1)] = (
        "http",
        "https",
        "ftp",
    )
    """The URI schemes that are fetched."""
    max_fetch_octets: Octets = 2**30
    """The largest document that is fetched."""
    fetch_timeout_seconds: Seconds = 60.0
    """How long a fetch may stand still."""


class ConversionSettings(Section):
    """Documents that an output wants in another format: each is read and drawn by a process of its own."""

    workers: Annotated[int, Field(strict=True, ge=1, le=256)] = 2
    """Documents converted at once."""
    page_timeout_seconds: Seconds = 60.0
    """How long a worker may go on without finishing one more page."""
    spare_timeout_seconds: Seconds = 5.0
    """How long a worker that stands ready for the next document may take to answer, before it is replaced."""
    cpu_seconds: Count = 3600
    """How long it may compute, for one document."""
    memory_octets: Octets = 2 * 2**30
    """How much memory it may have, its libraries included."""
    output_octets: Octets = 8 * 2**30
    """How much may come of one document."""
    keep_text: StrictBool = True
    """Whether what can be read in documents is kept as long as their jobs, for `ippserver search`: a million
    characters of each job."""


class PrinterSettings(ProfileSettings):
    """One Printer: what stands here, and for the rest its profile."""

    profile: Annotated[Line, Field(min_length=1)] = DEFAULT_PROFILE
    """What kind of printer it is, the default of most other keys: "office-color", "office-mono", "photo",
    "label", "receipt" (`ippserver profiles` shows them), or a TOML file of your own: "./mine.toml"."""
    name: Annotated[Text127, Field(min_length=1)] = "ippserver"
    """What clients show; unique in the server."""
    dns_sd_name: Text127 = ""
    """What the network is told that it is called; empty for the name. Where another printer is called so,
    " (2)" is added."""
    path: PrinterPath = "/ipp/print"
    """Its path in URIs; further printers without one are at /ipp/print/NAME."""
    info: Text127 = ""
    """A longer name (printer-info); empty for the name."""
    location: Text127 = ""
    """Where it stands (printer-location)."""
    organization: Text127 = ""
    """Whose it is (printer-organization)."""
    organizational_unit: Text127 = ""
    """Which part of the organization (printer-organizational-unit)."""
    geo_location: GeoUri = ""
    """Where it stands as a geo: URI (printer-geo-location); empty for unknown."""
    contact_name: Text127 = ""
    """Who looks after it (printer-service-contact-col)."""
    contact_uri: ContactUri = ""
    """How they are reached: a mailto:, tel:, xmpp:, http: or https: URI."""
    passwords: Literal["digits", "letters", "any"] = "digits"
    """What the password of a job may consist of, which its pages are released by: a PIN, ASCII letters, or
    anything that can be typed."""
    max_stored_jobs: Annotated[int, Field(strict=True, ge=1, le=10_000)] = 100
    """Jobs that clients may store to print them again later; no retention ends them."""
    concurrency: Annotated[int, Field(strict=True, ge=1, le=64)] = 1
    """Jobs processed at once."""
    minimum_processing_seconds: Annotated[float, Field(strict=True, ge=0, le=86400)] = 1.0
    """A job is shown as processing for at least this long, so that watchers see it; delivery does not
    wait for it."""
    outputs: Annotated[tuple[OutputSettings, ...], Field(min_length=1, alias="output")] = (FolderSettings(),)
    """Where its documents go."""


def _one_printer() -> tuple[PrinterSettings, ...]:
    return (PrinterSettings.model_validate(profile_table(DEFAULT_PROFILE)),)


class Settings(Section):
    """Everything that can be configured."""

    server: ServerSettings = ServerSettings()
    tls: TlsSettings = TlsSettings()
    access: AccessSettings = AccessSettings()
    store: StoreSettings = StoreSettings()
    spool: SpoolSettings = SpoolSettings()
    limits: LimitSettings = LimitSettings()
    retention: RetentionSettings = RetentionSettings()
    notifications: NotificationSettings = NotificationSettings()
    dns_sd: DnsSdSettings = DnsSdSettings()
    documents: DocumentSettings = DocumentSettings()
    conversion: ConversionSettings = ConversionSettings()
    printers: Annotated[
        tuple[PrinterSettings, ...], Field(min_length=1, alias="printer", default_factory=_one_printer)
    ]
