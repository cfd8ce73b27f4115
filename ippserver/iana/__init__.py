"""What names mean: the registry of IPP as handles, codes, keywords and rules. Pure; knows only `ipp`."""
