"""An asyncio IPP print server: a software printer."""

__all__ = ["__version__"]

__version__ = "0.1.0"
