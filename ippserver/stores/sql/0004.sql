-- Schema 4. Subscriptions; those about a Job go with it.

CREATE TABLE subscriptions (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN 1 AND 2147483647),
    printer TEXT NOT NULL,
    job_id INTEGER REFERENCES jobs (id) ON DELETE CASCADE,
    promised INTEGER NOT NULL,         -- sequence numbers that clients may have seen
    attributes BLOB NOT NULL           -- a message of one group: what it was created with
) STRICT;

CREATE INDEX subscriptions_job ON subscriptions (job_id);
