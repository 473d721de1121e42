"""What an experiment can be written to and read from: JSON and TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any, Self

import msgspec

from sim.errors import BadInput
from sim.parameters import Choice
from sim.registry import LANDSCAPES, STARTS


class Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value with named entries that a string or a file restores whole."""

    def to_json(self) -> str:
        """One line that `from_json` restores."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The experiment that `to_json` wrote; BadInput names the entry at fault."""
        try:
            data = msgspec.json.decode(text)
        except msgspec.DecodeError as mistake:
            raise BadInput("experiment", f"not JSON: {mistake}", "what Experiment.to_json wrote") from None
        return cls.from_data(data)

    @classmethod
    def from_toml(cls, text: str, folder: str = "", others: Collection[str] = ()) -> Self:
        """The experiment in a TOML document; the files that it names are looked for from `folder`.

        Entries of the names in `others` are somebody else's. BadInput names the entry at fault.
        """
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as mistake:
            accepted = "a TOML table of an experiment's entries"
            raise BadInput("experiment", f"not TOML: {mistake}", accepted) from None
        _find_files(data, Path(folder))
        return cls.from_data({name: entry for name, entry in data.items() if name not in others})

    @classmethod
    def from_data(cls, data: object) -> Self:
        """The experiment in a decoded document."""
        try:
            return msgspec.convert(data, cls)
        except msgspec.ValidationError as mistake:
            if isinstance(mistake.__cause__, BadInput):
                raise mistake.__cause__ from None
            _check_parameters(data)
            raise BadInput("experiment", str(mistake), ", ".join(cls.__struct_fields__)) from None


def _check_parameters(data: object) -> None:
    """Raise BadInput for a parameter of the landscape or the starts that is of no kind it accepts."""
    entries = data if isinstance(data, dict) else {}
    for owner, registry in (("landscape", LANDSCAPES), ("starts", STARTS)):
        chosen = entries.get("parameters" if registry is LANDSCAPES else "starts_parameters")
        if not isinstance(chosen, dict) or entries.get(owner) not in registry:
            continue
        for declared in registry[entries[owner]].parameters:
            if declared.name in chosen:
                declared.check(chosen[declared.name])


def _find_files(data: dict[str, Any], folder: Path) -> None:
    """Let the paths of files begin at `folder`; an absolute path stays as it is."""
    for name, registry in (("landscape", LANDSCAPES), ("starts", STARTS)):
        if isinstance(data.get(name), str) and registry.is_file(data[name]):
            data[name] = str(folder / data[name])
    landscape, chosen = data.get("landscape"), data.get("parameters")
    if isinstance(chosen, dict) and isinstance(landscape, str) and landscape in LANDSCAPES:
        for declared in LANDSCAPES[landscape].parameters:
            if isinstance(declared, Choice) and declared.is_file(chosen.get(declared.name)):
                chosen[declared.name] = str(folder / chosen[declared.name])
