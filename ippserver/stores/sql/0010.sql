-- Schema 10. Pages are counted.

-- JSON: [[pages, impressions, sheets] of the whole document or null, the same of what is done]; NULL is not counted.
ALTER TABLE documents ADD COLUMN counts TEXT;
