"""Telling the network which Printers there are: DNS-SD (RFC 6763) over multicast DNS (RFC 6762)."""
