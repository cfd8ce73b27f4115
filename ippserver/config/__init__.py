"""Configuration: a TOML file, the environment and options, checked as a whole into frozen Settings."""

from ippserver.config.checks import warnings
from ippserver.config.errors import ConfigError, Problem
from ippserver.config.fields import Address
from ippserver.config.settings import (
    DeviceSettings,
    DiscardSettings,
    FolderSettings,
    PrinterSettings,
    Settings,
    TraySettings,
)
from ippserver.config.sources import load

__all__ = [
    "Address",
    "ConfigError",
    "DeviceSettings",
    "DiscardSettings",
    "FolderSettings",
    "PrinterSettings",
    "Problem",
    "Settings",
    "TraySettings",
    "load",
    "warnings",
]
