"""Where a scenario begins is lived once, and copied for each crash; the copies know nothing of each other."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import CodeType, FunctionType
from typing import Any

from moto.ses.models import ses_backends

from chalicelib import wiring
from sandbox.aws import ACCOUNT, REGION, LocalAws
from sandbox.world import SandboxWorld
from tests import lives

# What all copies may have in common: it keeps nothing of what happened.
COMMON = {"_cffi_backend", "_thread", "botocore", "cryptography", "pynamodb"}
THE_WORLD = -1
# What a new process makes anew: Stripe's own library cannot be copied.
MADE_ANEW = ("_stripe", "payments", "payouts", "taxes")


@dataclass(frozen=True, slots=True)
class Frozen:
    """A stage as it was: its world, the rows of its table, Microsoft's token."""

    aws: LocalAws
    token: str
    pickled: bytes
    common: list[Any]

    @classmethod
    def of(cls, stage: lives.Stage) -> Frozen:
        """Keep it."""
        aws = stage.world.aws
        token = aws._vault.get_secret_value(SecretId=aws.token_secret_id)["SecretString"]
        for name in MADE_ANEW:
            stage.world.__dict__.pop(name, None)
        file = io.BytesIO()
        common: list[Any] = []
        _Keeper(file, common, stage.world).dump((vars(stage.world), stage, list(aws.table.rows())))
        return cls(aws, token, file.getvalue(), common)

    def thaw(self, world: SandboxWorld | None = None) -> lives.Stage:
        """One more copy, which is the one that everybody finds from now on; in a world, if one is given."""
        self.aws.table.items.clear()
        ses_backends[ACCOUNT][REGION].sent_messages.clear()
        world = world or SandboxWorld.__new__(SandboxWorld)
        within, stage, rows = _Finder(io.BytesIO(self.pickled), self.common, world).load()
        world.__dict__ = within
        for row in rows:
            self.aws.table.items[row.hash_key][row.range_key] = row
        self.aws._vault.put_secret_value(SecretId=self.aws.token_secret_id, SecretString=self.token)
        wiring.use(stage.world)
        return stage


def begun(
    begin: Callable[[Any], lives.Stage],
    *,
    make: Callable[[], Any] = lives.empty,
    world: SandboxWorld | None = None,
) -> lives.Stage:
    """A stage where the scenario begins; in a world, if one is given."""
    return _frozen(begin, make).thaw(world)


@cache
def _frozen(begin: Callable[[Any], lives.Stage], make: Callable[[], Any]) -> Frozen:
    return Frozen.of(begin(make()))


class _Keeper(pickle.Pickler):
    """Pickles, and leaves aside what is common to all; functions inside functions come with what they see."""

    def __init__(self, file: io.BytesIO, common: list[Any], world: SandboxWorld) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._common, self._world = common, world

    def persistent_id(self, obj: Any) -> int | None:
        if obj is self._world:
            return THE_WORLD
        if isinstance(obj, (LocalAws, CodeType)) or type(obj).__module__.partition(".")[0] in COMMON:
            self._common.append(obj)
            return len(self._common) - 1
        return None

    def reducer_override(self, obj: Any) -> Any:
        if not isinstance(obj, FunctionType) or "<" not in obj.__qualname__:
            return NotImplemented
        seen = [cell.cell_contents for cell in obj.__closure__ or ()]
        made = (obj.__code__, obj.__module__, obj.__qualname__, len(seen))
        return _function, made, (obj.__defaults__, obj.__kwdefaults__, seen), None, None, _see


class _Finder(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, common: list[Any], world: SandboxWorld) -> None:
        super().__init__(file)
        self._common, self._world = common, world

    def persistent_load(self, pid: int) -> Any:
        return self._world if pid == THE_WORLD else self._common[pid]


def _function(code: CodeType, module: str, name: str, sees: int) -> FunctionType:
    import sys
    from types import CellType

    closure = tuple(CellType() for _ in range(sees))
    return FunctionType(code, vars(sys.modules[module]), name, None, closure)


def _see(function: FunctionType, state: tuple[Any, Any, list[Any]]) -> None:
    function.__defaults__, function.__kwdefaults__, seen = state
    for cell, content in zip(function.__closure__ or (), seen, strict=True):
        cell.cell_contents = content
