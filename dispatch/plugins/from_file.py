"""Import a plugin that is a single file."""

from __future__ import annotations

import os
import sys
from hashlib import sha256
from importlib.util import module_from_spec, spec_from_file_location
from typing import Final

MARK: Final = "file:"
"""What a source begins with that is a file and no module."""


def imported_file(source: str) -> object:
    """Import a file that a plugin is.

    Args:
        source: As ``dropped_in`` gives it.
    """
    path = source.removeprefix(MARK)
    # A name of its own: two files of one name in two folders are two modules, and neither hides one of Python's.
    name = f"dispatch_plugin_{sha256(os.fsencode(path)).hexdigest()[:16]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = sys.modules[name] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
