-- Schema 2. What Operators do to a Printer, and what was set and used of it.

ALTER TABLE printers ADD COLUMN holding INTEGER NOT NULL DEFAULT 0;
ALTER TABLE printers ADD COLUMN deactivated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE printers ADD COLUMN shut_down INTEGER NOT NULL DEFAULT 0;
ALTER TABLE printers ADD COLUMN attributes BLOB NOT NULL DEFAULT x'';  -- empty, or a message of one group
ALTER TABLE printers ADD COLUMN message_at REAL;
ALTER TABLE printers ADD COLUMN levels TEXT NOT NULL DEFAULT '[]';     -- JSON: [[name, level], ...]
