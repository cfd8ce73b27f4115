-- Schema 5. Documents have states of their own.

ALTER TABLE documents ADD COLUMN state INTEGER NOT NULL DEFAULT 3;
ALTER TABLE documents ADD COLUMN reasons TEXT NOT NULL DEFAULT '';  -- keywords, a space between them
ALTER TABLE documents ADD COLUMN created REAL NOT NULL DEFAULT 0;   -- moments are seconds since the epoch
ALTER TABLE documents ADD COLUMN processing_since REAL;
ALTER TABLE documents ADD COLUMN completed REAL;

-- What is known of those that are here follows from their job: all of it happened to all of them.
UPDATE documents SET (state, reasons, created, processing_since, completed) = (
    SELECT
        CASE WHEN state > 6 THEN state ELSE 3 END,
        CASE
            WHEN state = 9 THEN 'completed-successfully'
            WHEN state = 8 THEN 'aborted-by-system'
            WHEN state = 7 AND reasons LIKE '%job-canceled-by-user%' THEN 'canceled-by-user'
            WHEN state = 7 THEN 'canceled-by-operator'
            ELSE ''
        END,
        created,
        processing_since,
        completed
    FROM jobs
    WHERE jobs.id = documents.job_id
);
