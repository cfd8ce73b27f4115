"""Configuration: a TOML file, the environment and options, checked as a whole into frozen Settings."""

from ippserver.config.checks import warnings
from ippserver.config.errors import ConfigError, Problem
from ippserver.config.fields import Address
from ippserver.config.outputs import OUTPUT_TYPES, DiscardSettings, FolderSettings
from ippserver.config.printers import printer_config
from ippserver.config.profile import (
    ConstraintSettings,
    DeviceSettings,
    MarginSettings,
    PresetSettings,
    ProfileSettings,
    SupplySettings,
    TraySettings,
)
from ippserver.config.profiles import (
    DEFAULT_PROFILE,
    profile_names,
    profile_summary,
    profile_table,
    profile_text,
)
from ippserver.config.settings import PrinterSettings, Settings
from ippserver.config.sources import load

__all__ = [
    "DEFAULT_PROFILE",
    "OUTPUT_TYPES",
    "Address",
    "ConfigError",
    "ConstraintSettings",
    "DeviceSettings",
    "DiscardSettings",
    "FolderSettings",
    "MarginSettings",
    "PresetSettings",
    "PrinterSettings",
    "Problem",
    "ProfileSettings",
    "Settings",
    "SupplySettings",
    "TraySettings",
    "load",
    "printer_config",
    "profile_names",
    "profile_summary",
    "profile_table",
    "profile_text",
    "warnings",
]
