-- Schema 12. What is still to be taken back of documents that are printed again.

-- JSON: [[output, target], ...]; NULL for none.
ALTER TABLE documents ADD COLUMN left_behind TEXT;
