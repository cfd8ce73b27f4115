-- Schema 1. What has an IPP syntax is kept as IPP octets; what is searched or counted has a column of its own.

CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN 1 AND 2147483647),
    uuid TEXT NOT NULL,
    printer TEXT NOT NULL,
    user TEXT NOT NULL,                -- job-originating-user-name without its language
    state INTEGER NOT NULL,
    reasons TEXT NOT NULL,             -- keywords, a space between them
    message TEXT NOT NULL,
    priority INTEGER NOT NULL,
    charset TEXT NOT NULL,
    natural_language TEXT NOT NULL,
    created REAL NOT NULL,             -- moments are seconds since the epoch
    touched REAL NOT NULL,
    processing_since REAL,
    completed REAL,
    attempts INTEGER NOT NULL,
    incoming INTEGER NOT NULL,
    attributes BLOB NOT NULL,          -- a message of three groups: names, template, supplied
    -- Made from the columns above, for the indexes below.
    octets INTEGER NOT NULL,           -- of all documents
    live INTEGER,                      -- 0 processing, 1 pending, 2 held; NULL once terminal
    ended REAL,                        -- when it became terminal; NULL before
    CHECK ((live IS NULL) <> (ended IS NULL))
) STRICT;

CREATE INDEX jobs_live ON jobs (live, priority DESC, id) WHERE live IS NOT NULL;
CREATE INDEX jobs_ended ON jobs (ended, id, octets) WHERE ended IS NOT NULL;
CREATE INDEX jobs_ended_by_printer ON jobs (printer, ended, id, state, user) WHERE ended IS NOT NULL;
CREATE INDEX jobs_ended_by_user ON jobs (user, ended, id, state, printer) WHERE ended IS NOT NULL;

CREATE TABLE documents (
    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    key TEXT NOT NULL,                 -- of the spool
    format TEXT NOT NULL,
    octets INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    natural_language TEXT,
    attributes BLOB NOT NULL,          -- empty, or a message of two groups: names, supplied
    deliveries TEXT NOT NULL,          -- JSON: [[output, target, done], ...]
    PRIMARY KEY (job_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX documents_key ON documents (key);

-- Jobs that were here and have been deleted: those with the newest ids.
CREATE TABLE forgotten (
    id INTEGER PRIMARY KEY,
    printer TEXT NOT NULL
) STRICT;

CREATE TABLE printers (
    path TEXT PRIMARY KEY,
    uuid TEXT NOT NULL,
    accepting INTEGER NOT NULL,
    paused INTEGER NOT NULL,
    state_changed REAL NOT NULL,
    config_digest TEXT NOT NULL,
    config_changed REAL NOT NULL
) STRICT, WITHOUT ROWID;
