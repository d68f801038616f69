"""From what was sent to a request's struct: everything that is wrong is said at once."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec

from chalicelib.api.problems import FieldError, Invalid, errors_of
from chalicelib.api.registry import JSON
from chalicelib.domain.refusals import Refusal

Shape = TypeVar("Shape", bound=msgspec.Struct)
Value = TypeVar("Value")


def body_as(shape: type[Shape], content: bytes, *, content_type: str | None) -> Shape:
    """The body as a request; no body is an empty object."""
    if content and content_type and content_type.partition(";")[0].strip().lower() != JSON:
        raise Refusal("unsupported_media_type", f"Send {JSON}.")
    sent = _trimmed(shape, parsed(content))
    errors = list(_errors(shape, sent, strict=True))
    if errors:
        raise Invalid(errors)
    return msgspec.convert(sent, shape)


def query_as(shape: type[Shape], sent: Mapping[str, list[str]]) -> Shape:
    """The query parameters as a request; each may be given once."""
    twice = [
        FieldError(pointer=f"/{_token(name)}", detail="Once at most.") for name in sent if len(sent[name]) > 1
    ]
    single = {name: values[-1] for name, values in sent.items() if values}
    errors = [*twice, *_errors(shape, single, strict=False)]
    if errors:
        raise Invalid(errors)
    return msgspec.convert(single, shape, strict=False)


def parsed(content: bytes) -> Any:
    """The JSON value of a body; refused with `malformed_json`."""
    if not content.strip():
        return {}
    try:
        return msgspec.json.decode(content)
    except (ValueError, RecursionError) as error:
        raise Refusal("malformed_json", "The body cannot be read as JSON.") from error


def all_of(*checks: Callable[[], object]) -> None:
    """Run every check; what they find wrong is refused together."""
    found: dict[str, FieldError] = {}
    for check in checks:
        try:
            check()
        except Refusal as refusal:
            if refusal.code != "validation_failed":
                raise
            for error in errors_of(refusal):
                found.setdefault(error.pointer, error)
    if found:
        raise Invalid(found.values())


def _errors(shape: type[msgspec.Struct], sent: Any, *, strict: bool, at: str = "") -> Iterator[FieldError]:
    if not isinstance(sent, dict):
        yield FieldError(pointer=at, detail="A JSON object.")
        return
    fields = {each.encode_name: each for each in msgspec.structs.fields(shape)}
    for name in sent.keys() - fields.keys():
        yield FieldError(pointer=f"{at}/{_token(name)}", detail="There is no such field.")
    for name, each in fields.items():
        pointer = f"{at}/{name}"
        if name not in sent:
            if each.required:
                yield FieldError(pointer=pointer, detail="This field is required.")
            continue
        inner = _struct_in(each.type)
        if inner is not None and not (sent[name] is None and _optional(each.type)):
            yield from _errors(inner, sent[name], strict=strict, at=pointer)
            continue
        try:
            msgspec.convert(sent[name], each.type, strict=strict)
        except msgspec.ValidationError as error:
            yield FieldError(pointer=pointer, detail=says(each.type) or _plain(error))


def says(kind: Any) -> str | None:
    """What a field's type says about itself, in words: the description in its annotation."""
    if get_origin(kind) is Annotated:
        for note in kind.__metadata__:
            if isinstance(note, msgspec.Meta) and note.description:
                return note.description
    return next((said for said in map(says, _alternatives(kind)) if said), None)


def _alternatives(kind: Any) -> tuple[Any, ...]:
    if get_origin(kind) in (Union, types.UnionType):
        return get_args(kind)
    return (get_args(kind)[0],) if get_origin(kind) is Annotated else ()


def _optional(kind: Any) -> bool:
    return type(None) in _alternatives(kind)


def _struct_in(kind: Any) -> type[msgspec.Struct] | None:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind
    return next((found for found in map(_struct_in, _alternatives(kind)) if found), None)


def _trimmed(kind: Any, sent: Any) -> Any:
    """Text without the space around it; none at all, where it may be left out, is null."""
    shape = _struct_in(kind)
    if isinstance(sent, dict) and shape is not None:
        kinds = {each.encode_name: each.type for each in msgspec.structs.fields(shape)}
        return {name: _trimmed(kinds.get(name), value) for name, value in sent.items()}
    if isinstance(sent, str):
        return sent.strip() or (None if _optional(kind) else "")
    return sent


def _plain(error: msgspec.ValidationError) -> str:
    return str(error).partition(" - at ")[0].replace("`", "") + "."


def _token(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
