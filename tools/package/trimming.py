"""What the wheels bring along and no function of ours ever reads: it stays out of the package.

Each line can be tried: the tests run the product from the package alone, and compare every letter and an
invoice with those that the whole libraries make.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

# The AWS services that we call; of the others botocore needs no description.
SERVICES: Final = frozenset({"dynamodb", "kms", "secretsmanager", "sesv2", "sqs"})

# What the list of endpoints calls them. botocore reads all of it at every start.
ENDPOINTS: Final = (SERVICES - {"sesv2"}) | {"email"}

# The languages and countries that letters and invoices are set in, and what they inherit from.
LOCALES: Final = frozenset({"root", "en", "en_US", "fr", "fr_FR"})

# Patterns of whole paths below the package's root; `*` also stands for folders in between.
LEFT_OUT: Final = (
    # For a shell, a type checker, a compiler or a reader.
    "bin/*",
    "share/*",
    "*.pyi",
    "*/py.typed",
    "*.c",
    "*.h",
    "*.pxd",
    "*.pyx",
    "certifi/tests/*",
    # Images, which no invoice has: without Pillow, fpdf2 refuses them and nothing else.
    "PIL/*",
    "pillow.libs/*",
    # fontTools works from its Python as well; what is compiled is for curves and for fonts that vary.
    "fontTools/*.so",
    # Types that only a type checker imports, and the notices of an API of Stripe's that we do not use.
    "stripe/params/*",
    "stripe/events/*",
    # A class for each of Stripe's paths: our adapter asks by the path.
    "stripe/*_service.py",
    # A line of its own, which Stripe's library does without: ours carries what it sends.
    "requests/*",
    "charset_normalizer/*",
    "idna/*",
    "*_mypyc.*.so",
    # Parts of fontTools that no font of ours is read, cut or written by.
    "fontTools/ufoLib/*",
    "fontTools/voltLib/*",
    "fontTools/mtiLib/*",
    "fontTools/merge/*",
    "fontTools/cu2qu/*",
    "fontTools/qu2cu/*",
    # A router of its own, with a web page in it, where ours is chalice; and what is neither logs nor metrics.
    "aws_lambda_powertools/event_handler/*",
    "aws_lambda_powertools/utilities/*/*",
    # Numbers for emergencies and for short messages.
    "phonenumbers/shortdata/region_*",
    # Time zones: botocore knows UTC.
    "dateutil/zoneinfo/*.tar.gz",
    # The tools of translators.
    "babel/messages/*",
    # Cryptography calls the compiled half of cffi; the other half reads C.
    "cffi/*",
    "pycparser/*",
    # Examples for the documentation, and what boto3's resources are made of.
    "botocore/data/*/examples-1.json",
    "boto3/data/*",
    "boto3/examples/*",
)

# What a library imports although nobody needs it.
IMPORTED_ALL_THE_SAME: Final = frozenset(
    {
        "aws_lambda_powertools/utilities/jmespath_utils/__init__.py",
        "stripe/_oauth_service.py",
        "stripe/_stripe_service.py",
    }
)

# The only metadata that is read: python-ulid asks for its own version when it is imported.
METADATA_KEPT: Final = "python_ulid-*.dist-info/METADATA"


def trim(folder: Path) -> None:
    """Delete what is left out, and the folders that are empty then."""
    _shorten(folder / "botocore" / "data" / "endpoints.json")
    for path in list(_left_out(folder)):
        path.unlink()
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def _shorten(endpoints: Path) -> None:
    """Leave the endpoints of our services in the list."""
    told = json.loads(endpoints.read_text())
    for partition in told["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in services if name in ENDPOINTS}
    endpoints.write_text(json.dumps(told, separators=(",", ":")))


def _left_out(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not _belongs(path.relative_to(folder)):
            yield path


def _belongs(path: Path) -> bool:
    name = path.as_posix()
    if any(fnmatchcase(name, pattern) for pattern in LEFT_OUT) and name not in IMPORTED_ALL_THE_SAME:
        return False
    match path.parts:
        case [top, *_] if top.endswith(".dist-info"):
            return fnmatchcase(name, METADATA_KEPT)
        case ["botocore", "data", service, _, *_]:
            return service in SERVICES
        case ["babel", "locale-data", _]:
            return path.suffix != ".dat" or path.stem in LOCALES
        case _:
            return True


def without_caches(folder: Path) -> None:
    """Delete what a run of Python has left."""
    for path in list(folder.rglob("__pycache__")):
        shutil.rmtree(path)
