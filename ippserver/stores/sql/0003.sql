-- Schema 3. Jobs that an Operator has moved in the queue, and documents that are let go before their Job is.

ALTER TABLE jobs ADD COLUMN moved TEXT;        -- its place among the jobs of its priority; NULL is by age
ALTER TABLE jobs ADD COLUMN let_go REAL;       -- when its documents leave the spool; NULL is with the job

DROP INDEX jobs_live;
-- The place of a job that was not moved is model.place.by_age.
CREATE INDEX jobs_live ON jobs (live, priority DESC, coalesce(moved, printf('%010d5', id))) WHERE live IS NOT NULL;
CREATE INDEX jobs_let_go ON jobs (let_go, id) WHERE let_go IS NOT NULL;
