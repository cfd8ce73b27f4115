-- Schema 8. Deliveries are tried again: each has a state, attempts and a history.

-- JSON: [[output, target, state, attempts, due, [[at, error, reason], ...]], ...]; it was [[output, target, done], ...].
UPDATE documents SET deliveries = (
    SELECT json_group_array(json_array(
        json_extract(value, '$[0]'),
        json_extract(value, '$[1]'),
        CASE WHEN json_extract(value, '$[2]') THEN 'done' ELSE 'pending' END,
        0,
        NULL,
        json('[]')
    ))
    FROM json_each(documents.deliveries)
);

-- Made from other columns, for the index below: how many deliveries of a terminal job were given up; NULL for none.
ALTER TABLE jobs ADD COLUMN undelivered INTEGER;
CREATE INDEX jobs_undelivered ON jobs (printer, ended DESC, id DESC) WHERE undelivered IS NOT NULL;
