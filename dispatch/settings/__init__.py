"""Everything that can be set: ``dispatch.toml`` and ``DISPATCH_*``, read into one frozen ``Settings``."""

from dispatch.settings.places import FILE_NAME, default_database, find_config, starter_toml
from dispatch.settings.reading import load_settings
from dispatch.settings.shapes import DeskChoice, ListenChoice, NamedActor, PhoneChoice, PluginChoice, Settings

__all__ = [
    "FILE_NAME",
    "DeskChoice",
    "ListenChoice",
    "NamedActor",
    "PhoneChoice",
    "PluginChoice",
    "Settings",
    "default_database",
    "find_config",
    "load_settings",
    "starter_toml",
]
