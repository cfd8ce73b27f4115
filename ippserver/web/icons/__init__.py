"""The icons that Printers show of themselves (PWG 5100.13 5.6.19): PNG files, drawn by `draw`."""
