# SPDX-License-Identifier: Apache-2.0
"""What is known about the training run, each with where it was found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from openmodel.drafting.outline import Value, listed
from openmodel.drafting.secrets import is_token, may_be_secret

MAX_SETTINGS = 200
"""The most settings that are taken over; the arguments of the trainer of transformers are some 120."""

_NO_HARDWARE = re.compile(
    r"(none|no|nil|unknown|n/?a|not)\b|.*\bnot (used|known|specified|stated|applicable)\b", re.IGNORECASE
)


@dataclass(slots=True)
class Training:
    """What is known about the run."""

    settings: dict[str, Value] = field(default_factory=dict)
    settings_from: list[str] = field(default_factory=list)
    seed: int | None = None
    seed_from: str = ""
    steps: int | None = None
    steps_from: str = ""
    compute: dict[str, Value] = field(default_factory=dict)
    compute_from: list[str] = field(default_factory=list)
    software: dict[str, Value] = field(default_factory=dict)
    software_from: str = ""
    hardware: dict[str, Value] = field(default_factory=dict)
    hardware_from: str = ""
    writers: list[str] = field(default_factory=list)
    """Which file says which version of a library wrote it; that need not be the one that trained."""
    told: list[str] = field(default_factory=list)
    """What no field holds as it is said, and where it stands."""
    remarks: list[str] = field(default_factory=list)
    """What does not fit together, or was not taken, in words."""

    def __bool__(self) -> bool:
        return bool(self.settings or self.seed is not None or self.steps or self.compute)

    def add_settings(self, settings: Mapping[str, Value], origin: str) -> None:
        """Adds the settings of one place. What was found before stays, and what contradicts it is told. What may be a
        secret is told by its name alone."""
        secrets = {key: None for key, value in settings.items() if may_be_secret(key, value)}
        settings = {key: value for key, value in settings.items() if key not in secrets}
        if secrets:
            names = listed("a setting" if is_token(key) else key for key in secrets)
            self.remarks.append(
                f"{origin}: {names} left out, by name or value a possible secret; withdraw what is one."
            )
        free = MAX_SETTINGS - len(self.settings)
        new = {key: value for key, value in settings.items() if key not in self.settings}
        taken = dict(list(new.items())[:free])
        other = [key for key in settings if key in self.settings and self.settings[key] != settings[key]]
        self.settings |= taken
        if taken and origin not in self.settings_from:
            self.settings_from.append(origin)
        if other:
            self.remarks.append(f"{origin} gives other values than were taken from elsewhere for {listed(other)}.")
        if len(new) > len(taken):
            self.remarks.append(f"{origin} names {len(new) - len(taken)} more settings than are taken over.")

    def add_hardware(self, model: str | None, origin: str) -> None:
        """Adds the machine, unless one is known. "2 x A100" counts its devices; who multiplies more may mean nodes."""
        if not model:
            return
        if _NO_HARDWARE.match(model):
            self.told.append(f"{origin} says of the hardware: {model}")
            return
        count, _, name = model.partition(" x ")
        counted = re.fullmatch(r"[1-9][0-9]{0,5}", count) and name and " x " not in name
        hardware: dict[str, Value] = {"model": name, "count": int(count)} if counted else {"model": model}
        if not self.hardware:
            self.hardware, self.hardware_from = hardware, origin
        elif str(hardware["model"]).lower() not in str(self.hardware["model"]).lower():
            self.remarks.append(f"{origin} says that the hardware is {model}; {self.hardware_from} says otherwise.")

    def add_compute(self, key: str, value: Value | None, origin: str) -> None:
        """Adds what the run cost, unless it is known."""
        if not value:
            return
        if key in self.compute:
            if self.compute[key] != value:
                self.remarks.append(f"{origin} says {key} {value}, and {self.compute[key]} was taken from elsewhere.")
            return
        self.compute[key] = value
        if origin not in self.compute_from:
            self.compute_from.append(origin)
