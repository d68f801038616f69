"""The contract as an OpenAPI 3.1 document, generated from the routes and from what they take and answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from chalicelib.api.idempotency import HEADER, LONGEST
from chalicelib.api.problems import MEDIA_TYPE, PROBLEMS
from chalicelib.api.registry import JSON, Key, Route
from chalicelib.api.release import VERSION
from chalicelib.rulebook import Language

_VARIABLES: Final = re.compile(r"{(\w+)}")
_REF: Final = "#/components/schemas/{name}"

_ABOUT: Final = (
    "Sells seats of Microsoft products by subscription. JSON in `snake_case`; instants are RFC 3339 in UTC, "
    "days `YYYY-MM-DD`; money is integer cents with its currency; text is trimmed, and where it may be left "
    "out, empty text is none. Lists are newest first: "
    "pass `next_cursor` on as `cursor` until it is null. What plans include, and terms, are in English or in "
    "French, as `Accept-Language` prefers. Every error is a problem (RFC 9457) with a stable "
    "`code`; what is not yours is `404 not_found`, as if it were not there. Every answer has an "
    "`X-Request-Id`.\n\n"
    "A POST under an `Idempotency-Key` happens once: the same key and body are given the first answer again, "
    "with `Idempotent-Replayed: true`; a 4xx is an answer too, while after a 5xx or a cut line the same key "
    "takes the work up where it stopped. Keys are per caller and route, and kept for 24 hours at least."
)

_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong (RFC 9457); some codes add fields of their own.",
    "properties": {
        "type": {"type": "string", "description": "A URN of the code."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "For people."},
        "instance": {"type": "string", "description": "A URN of the request, as the logs know it."},
        "code": {
            "type": "string",
            "description": "Stable: what a program goes by.",
            "enum": sorted(PROBLEMS),
        },
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string", "description": "Which field (RFC 6901)."},
                    "detail": {"type": "string", "description": "What it should be."},
                },
                "required": ["pointer", "detail"],
            },
        },
        "decline_code": {"type": "string", "description": "Of `payment_declined`: why."},
    },
    "required": ["type", "title", "status", "detail", "instance", "code"],
}

_HEADERS: Final[dict[str, Any]] = {
    "X-Request-Id": {
        "description": "Under which the logs have this request.",
        "required": True,
        "schema": {"type": "string"},
    },
    "Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 0}},
    "Idempotent-Replayed": {
        "description": "This is the first answer again.",
        "schema": {"type": "string", "const": "true"},
    },
    "Location": {"description": "Where it is.", "schema": {"type": "string"}},
    "Content-Language": {
        "description": "What the texts are written in.",
        "schema": {"type": "string", "enum": [*Language]},
    },
    "Vary": {"description": "What else the answer depends on.", "schema": {"type": "string"}},
    "WWW-Authenticate": {"description": "How to sign in.", "schema": {"type": "string"}},
}


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """The document of these routes."""
    entered = list(routes)
    paths: dict[str, Any] = {}
    for route in entered:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Seatwise",
            "version": VERSION,
            "description": _ABOUT,
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(map(_tag, entered))],
        "paths": paths,
        "components": {
            "schemas": _schemas(entered),
            "headers": _HEADERS,
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "RS256; the claims are `sub`, `email`, `name`, `locale` and `roles`.",
                }
            },
        },
    }


def problem_codes(route: Route) -> list[str]:
    """Every code that the route can answer: its own, and those that follow from what it is."""
    codes = {"internal_error", "neighbor_unavailable", "rate_limited", *route.problems}
    if "{" in route.path and "link_not_found" not in route.problems:
        codes.add("not_found")
    if route.roles:
        codes |= {"unauthenticated", "forbidden", "identity_unavailable"}
    if not route.raw:
        codes.add("validation_failed")  # an unknown query parameter, if nothing else
    if route.takes_body:
        codes.add("payload_too_large")
        if not route.raw:
            codes |= {"malformed_json", "unsupported_media_type"}
    if route.key is not Key.IGNORED:
        codes |= {"idempotency_key_invalid", "idempotency_key_reused", "idempotency_in_progress"}
    if route.key is Key.REQUIRED:
        codes.add("idempotency_key_required")
    return sorted(codes, key=lambda code: (PROBLEMS[code][0], code))


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "tags": [_tag(route)],
        "summary": (route.view.__doc__ or "").strip(),
    }
    if route.roles:
        operation["description"] = f"Needs the role {' or '.join(sorted(route.roles))}."
        operation["security"] = [{"bearer": []}]
    parameters = [
        *_path_parameters(route),
        *_query_parameters(route),
        *_key_parameter(route),
        *_language_parameter(route),
    ]
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None:
        needed = any(each.required for each in msgspec.structs.fields(route.body))
        operation["requestBody"] = {"required": needed, "content": {JSON: {"schema": _ref(route.body)}}}
    elif route.raw:
        operation["requestBody"] = {"content": {"*/*": {}}}
    operation["responses"] = {str(route.status): _success(route), **_otherwise(route), **_failures(route)}
    return operation


def _success(route: Route) -> dict[str, Any]:
    headers = ["X-Request-Id"]
    if route.location:
        headers.append("Location")
    if route.key is not Key.IGNORED:
        headers.append("Idempotent-Replayed")
    if route.in_languages:
        headers += ["Content-Language", "Vary"]
    answer: dict[str, Any] = {
        "description": (route.answer.__doc__ or "").strip() if route.answer else "Done.",
        "headers": _header_refs(headers),
    }
    if route.answer is not None:
        answer["content"] = {JSON: {"schema": _ref(route.answer)}}
    elif route.renders is not None:
        answer["content"] = {JSON: {"schema": {"type": "object"}}}
    elif route.media_type != JSON:
        answer["content"] = {route.media_type: {}}
    return answer


def _otherwise(route: Route) -> dict[str, Any]:
    if route.otherwise is None:
        return {}
    shape = route.otherwise.answer
    answer = {
        "description": (shape.__doc__ or "").strip(),
        "headers": _header_refs(["X-Request-Id"]),
        "content": {JSON: {"schema": _ref(shape)}},
    }
    return {str(route.otherwise.status): answer}


def _failures(route: Route) -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for code in problem_codes(route):
        by_status.setdefault(PROBLEMS[code][0], []).append(code)
    return {str(status): _failure(status, codes) for status, codes in by_status.items()}


def _failure(status: int, codes: list[str]) -> dict[str, Any]:
    headers = ["X-Request-Id"]
    if status in (409, 429, 503):
        headers.append("Retry-After")
    if status == 401:  # noqa: PLR2004
        headers.append("WWW-Authenticate")
    schema = {
        "allOf": [{"$ref": _REF.format(name="Problem")}],
        "properties": {"code": {"enum": codes}, "status": {"const": status}},
    }
    return {
        "description": ". ".join(f"`{code}`: {PROBLEMS[code][1]}" for code in codes) + ".",
        "headers": _header_refs(headers),
        "content": {MEDIA_TYPE: {"schema": schema}},
    }


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _VARIABLES.findall(route.path)
    ]


def _query_parameters(route: Route) -> list[dict[str, Any]]:
    if route.query is None:
        return []
    (_,), components = msgspec.json.schema_components([route.query], ref_template=_REF)
    shape = components[route.query.__name__]
    return [
        {
            "name": name,
            "in": "query",
            "required": name in shape.get("required", ()),
            "schema": _without_null(components, schema),
        }
        for name, schema in shape["properties"].items()
    ]


def _without_null(components: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A query parameter is there or not; it is never null. What it refers to is written out."""
    plain = [each for each in schema.get("anyOf", [schema]) if each != {"type": "null"}]
    merged = {**{name: value for name, value in schema.items() if name != "anyOf"}, **plain[0]}
    if merged.get("default", ...) is None:
        del merged["default"]
    reference = merged.pop("$ref", None)
    if reference is not None:
        found = components[reference.rpartition("/")[2]]
        merged = {"type": "string", "enum": found["enum"], **merged}
    return merged


def _key_parameter(route: Route) -> list[dict[str, Any]]:
    if route.key is Key.IGNORED:
        return []
    return [
        {
            "name": HEADER,
            "in": "header",
            "required": route.key is Key.REQUIRED,
            "description": "One request, one answer: see above.",
            "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": "^[!-~]+$"},
        }
    ]


def _language_parameter(route: Route) -> list[dict[str, Any]]:
    if not route.in_languages:
        return []
    return [
        {
            "name": "Accept-Language",
            "in": "header",
            "required": False,
            "description": f"Which of {' and '.join(Language)} the texts should be in (RFC 9110); "
            f"{next(iter(Language))} if neither is asked for.",
            "schema": {"type": "string"},
            "example": "fr-FR, fr;q=0.9, en;q=0.5",
        }
    ]


def _schemas(routes: list[Route]) -> dict[str, Any]:
    shapes = [shape for route in routes for shape in (route.body, route.answer) if shape is not None]
    shapes += [route.otherwise.answer for route in routes if route.otherwise is not None]
    _, components = msgspec.json.schema_components(dict.fromkeys(shapes), ref_template=_REF)
    return dict(sorted({**components, "Problem": _PROBLEM}.items()))


def _header_refs(names: list[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _ref(shape: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": _REF.format(name=shape.__name__)}


def _tag(route: Route) -> str:
    """The noun: the module that the route stands in."""
    return route.view.__module__.rpartition(".")[2]
