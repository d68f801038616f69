"""Documents to JSON and back: typed, strict about what it knows, silent about what a newer version added."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

Document = TypeVar("Document")

_encoder = msgspec.json.Encoder()
_decoders: dict[type, msgspec.json.Decoder[Any]] = {}


def encode(document: object) -> str:
    """A domain value as JSON text."""
    return _encoder.encode(document).decode()


def decode(body: str | None, kind: type[Document]) -> Document:
    """JSON text as a domain value; a document that does not fit raises msgspec.ValidationError."""
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.json.Decoder(kind)
    decoded: Document = decoder.decode(body or "null")
    return decoded
