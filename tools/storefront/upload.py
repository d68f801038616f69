"""Put the built storefront into a stage's bucket, and let CloudFront forget what has changed.

What is there as it should be stays untouched, so it may be repeated, and goes on where it was interrupted.
Nothing is removed: pages that are open still ask for the files that they began with.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from mimetypes import MimeTypes
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError

from tools.storefront import DIST
from tools.storefront.configuration import Configuration, in_page
from tools.storefront.policy import headers
from tools.storefront.stage import Served

PAGE: Final = "index.html"
ASSETS: Final = "assets/"
COMPRESSED: Final = {".gz", ".br"}  # CloudFront compresses by itself
_NEWER: Final = {
    "text/javascript": ".js",
    "font/woff2": ".woff2",
    "application/manifest+json": ".webmanifest",
}
MISSING: Final = "404"


class NotBuilt(Exception):
    """There is no storefront to upload; the message says how to get one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file as it is served."""

    key: str
    body: bytes
    media_type: str
    caching: str

    @property
    def checksum(self) -> str:
        """As S3 computes and keeps it."""
        return base64.b64encode(hashlib.sha256(self.body).digest()).decode()

    def is_as(self, found: Any) -> bool:
        """Whether the bucket has it, the same in everything."""
        kept = (found.get("ChecksumSHA256"), found.get("ContentType"), found.get("CacheControl"))
        return kept == (self.checksum, self.media_type, self.caching)


def files(dist: Path, *, configuration: Configuration) -> list[File]:
    """What is to be uploaded, in this order: the page last, when all that it asks for is there."""
    if not (dist / PAGE).is_file():
        raise NotBuilt(f"{dist} has no storefront: `make storefront` builds it, and needs Node.js")
    keys = sorted(_keys(dist), key=lambda key: (key == PAGE, not key.startswith(ASSETS), key))
    return [_file(dist, key, configuration=configuration) for key in keys]


def _keys(dist: Path) -> Iterator[str]:
    for path in dist.rglob("*"):
        if path.is_file() and not (path.suffix in COMPRESSED and path.with_suffix("").is_file()):
            yield path.relative_to(dist).as_posix()


def _file(dist: Path, key: str, *, configuration: Configuration) -> File:
    body = (dist / key).read_bytes()
    return File(
        key=key,
        body=in_page(body, configuration) if key == PAGE else body,
        media_type=_media_type(key),
        caching=headers(configuration, path=f"/{key}", deployed=True)["Cache-Control"],
    )


def _media_type(key: str) -> str:
    """The same on every machine: of Python's own table, and of what it lacks."""
    known = MimeTypes()
    for media_type, ending in _NEWER.items():
        known.add_type(media_type, ending)
    found = known.guess_type(key)[0] or "application/octet-stream"
    return f"{found}; charset=utf-8" if found.startswith("text/") else found


def upload(wanted: list[File], *, bucket: str, s3: Any) -> list[str]:
    """Put what is not there, or not as it should be; answers the keys of what was put."""
    changed = []
    for file in wanted:
        if file.is_as(_found(file.key, bucket=bucket, s3=s3)):
            continue
        s3.put_object(
            Bucket=bucket,
            Key=file.key,
            Body=file.body,
            ContentType=file.media_type,
            CacheControl=file.caching,
            ChecksumAlgorithm="SHA256",  # S3 refuses what has become something else on its way, and keeps it
        )
        changed.append(file.key)
    return changed


def _found(key: str, *, bucket: str, s3: Any) -> Any:
    try:
        return s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
    except ClientError as error:
        if error.response["Error"]["Code"] == MISSING:
            return {}
        raise


def forget(changed: list[str], *, distribution: str, cloudfront: Any) -> list[str]:
    """Have CloudFront ask anew for what has changed; answers which paths. A file in assets never changes."""
    paths = [f"/{key}" for key in changed if not key.startswith(ASSETS)]
    if f"/{PAGE}" in paths:
        paths.append("/")
    if paths:
        cloudfront.create_invalidation(
            DistributionId=distribution,
            InvalidationBatch={
                "CallerReference": str(uuid.uuid4()),  # one that was used before would be taken for done
                "Paths": {"Quantity": len(paths), "Items": paths},
            },
        )
    return paths


def publish(
    served: Served, *, configuration: Configuration, s3: Any, cloudfront: Any, dist: Path = DIST
) -> str:
    """Bring what a stack serves up to what was built; answers what was done."""
    wanted = files(dist, configuration=configuration)
    changed = upload(wanted, bucket=served.bucket, s3=s3)
    forget(changed, distribution=served.distribution, cloudfront=cloudfront)
    return f"The storefront is at {served.url}: {len(changed)} of {len(wanted)} files uploaded."
