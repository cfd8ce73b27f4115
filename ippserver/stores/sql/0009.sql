-- Schema 9. Documents of completed jobs may leave the spool before their jobs are forgotten.

CREATE INDEX jobs_kept ON jobs (ended, id)
WHERE ended IS NOT NULL AND octets > 0 AND stored IS NULL AND undelivered IS NULL;
