-- Schema 11. What can be read in documents.

CREATE TABLE texts (
    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    words TEXT NOT NULL,               -- each once, in lower case, a space before and behind it (model.words)
    text TEXT NOT NULL,                -- the beginning of it, to be shown
    PRIMARY KEY (job_id, number)
) STRICT;
