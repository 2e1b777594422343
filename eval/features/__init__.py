"""The hand-written features that the gate cases are made from: brief, spec, plan and tests of each, sound in every part."""

import importlib
import pkgutil


def every() -> list:
    """All features, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "writing")
    return [importlib.import_module(f"{__name__}.{name}").feature for name in names]
