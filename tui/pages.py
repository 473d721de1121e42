"""What is known of a landscape, a rule, a schedule or a kind of starts: the text at the top of its file."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.registry import Registry

INDENTED = re.compile(r" {4}|\t")


def page(registry: Registry[Any], name: str) -> str:
    """The docstring of an entry's file, with its formulas; empty where it has none."""
    if registry.is_file(name):
        return _of_file(Path(name))
    module = importlib.import_module(f"{registry.package}.{name.replace('-', '_')}")
    return inspect.cleandoc(module.__doc__ or "")


def _of_file(path: Path) -> str:
    """A user's file is not executed for it."""
    try:
        return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    except (OSError, SyntaxError, ValueError):
        return ""


def paragraphs(text: str) -> Iterator[str]:
    """Text that may be wrapped anew, each paragraph a line; what is indented keeps its lines."""
    for block in re.split(r"\n\s*\n", text):
        lines = block.splitlines()
        yield block if any(INDENTED.match(line) for line in lines) else " ".join(map(str.strip, lines))
