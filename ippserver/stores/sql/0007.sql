-- Schema 7. Printers remember the name that the network knows them by.

ALTER TABLE printers ADD COLUMN dns_sd_name TEXT NOT NULL DEFAULT '';
