-- Schema 6. Jobs with a password, jobs that are stored to be printed again, jobs that have printed a proof.

ALTER TABLE jobs ADD COLUMN password TEXT;     -- JSON: [encryption, salt, digest, tries, tried]
ALTER TABLE jobs ADD COLUMN proofed INTEGER NOT NULL DEFAULT 0;
-- Made from other columns, for the indexes below.
ALTER TABLE jobs ADD COLUMN stored TEXT;       -- for whom, the job-storage-access
ALTER TABLE jobs ADD COLUMN proof TEXT;        -- the which-jobs of a job that stands for the rest of a proof

DROP INDEX jobs_ended;
CREATE INDEX jobs_ended ON jobs (ended, id, octets, stored) WHERE ended IS NOT NULL;
CREATE INDEX jobs_stored ON jobs (stored, printer, ended, id) WHERE stored IS NOT NULL;
CREATE INDEX jobs_proof ON jobs (proof, printer, id) WHERE proof IS NOT NULL;
