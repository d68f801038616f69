"""A zip that depends on nothing but what is put into it."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

BEGINNING_OF_ZIP: Final = (1980, 1, 1, 0, 0, 0)
EVERYBODY_READS: Final = stat.S_IFREG | 0o644


def write_zip(target: Path, *folders: Path) -> str:
    """Everything that is below the folders, in one order, with one date and one mode; its SHA-256."""
    files: dict[str, Path] = {}
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                name = path.relative_to(folder).as_posix()
                if name in files:
                    raise ValueError(f"{name} comes from two sides")
                files[name] = path
    with ZipFile(target, "w") as archive:
        for name, path in sorted(files.items()):
            entry = ZipInfo(name, BEGINNING_OF_ZIP)
            entry.create_system = 3
            entry.external_attr = EVERYBODY_READS << 16
            archive.writestr(entry, path.read_bytes(), ZIP_DEFLATED, compresslevel=9)
    return hashlib.sha256(target.read_bytes()).hexdigest()
