"""From a request to its answer: let in, read, decide by one use case, render; whatever fails is a problem."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from chalicelib.api import auth
from chalicelib.api.asking import Asked
from chalicelib.api.idempotency import answered_once, once_of
from chalicelib.api.problems import MEDIA_TYPE, Problem, problem
from chalicelib.api.reading import body_as, query_as
from chalicelib.api.registry import JSON
from chalicelib.domain.idempotency import Answer
from chalicelib.domain.refusals import Refusal
from chalicelib.gateways.trouble import OutcomeUnknown, Unavailable
from chalicelib.observability import log
from chalicelib.storage.transaction import Stale


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What goes back over HTTP."""

    status: int
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An answer that is not JSON."""

    content: bytes
    name: str


class Nothing(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """No fields at all."""


def reply_to(asked: Asked) -> Reply:
    """The reply to one request, whatever happens."""
    try:
        return _reply(asked)
    except Refusal as refusal:
        return reply_of(problem(refusal, request_id=asked.request_id))
    except Stale:
        busy = Refusal("busy", "Too many changes at once. Try again.", facts={"retry_after": 1})
        return reply_of(problem(busy, request_id=asked.request_id))
    except (Unavailable, OutcomeUnknown) as trouble:
        log.warning("a neighbor failed", extra={"neighbor": trouble.neighbor})
        late = Refusal(
            "neighbor_unavailable", "A service that we need does not answer.", facts={"retry_after": 5}
        )
        return reply_of(problem(late, request_id=asked.request_id))
    except Exception as error:  # noqa: BLE001  (whatever it is, the client hears of it in our form)
        return reply_of(unexpected(error, request_id=asked.request_id))


def reply_of(found: Problem) -> Reply:
    """A problem as a reply."""
    return Reply(
        status=found.status,
        content=msgspec.json.encode(found.body),
        headers={"Content-Type": MEDIA_TYPE, **found.headers},
    )


def unexpected(error: BaseException, *, request_id: str) -> Problem:
    """Log where it happened, without what was being worked on, and say no more than that it did."""
    frames = traceback.extract_tb(error.__traceback__)
    log.error(
        "unexpected failure",
        extra={
            "error": _chain(error),
            "aws_error": _aws_code(error),
            "where": [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames],
        },
    )
    refusal = Refusal("internal_error", "Nothing is wrong with the request. We have been told.")
    return problem(refusal, request_id=request_id)


def _aws_code(error: BaseException) -> str | None:
    """What AWS calls it, whether pynamodb says so or botocore."""
    told: Any = getattr(error, "response", None)
    code = told.get("Error", {}).get("Code") if isinstance(told, dict) else None
    return getattr(error, "cause_response_code", None) or code


def _reply(asked: Asked) -> Reply:
    route = asked.route
    if route.roles:
        asked.caller = auth.caller_of(
            asked.world, authorization=asked.headers.get("authorization"), at=asked.at
        )

    def answers(result: Any) -> Answer:
        if isinstance(result, Refusal):
            refused = problem(result, request_id=asked.request_id)
            return Answer(status=refused.status, body=refused.body)
        status, renders = route.status, route.renders
        if route.otherwise is not None and isinstance(result, route.otherwise.result()):
            status, renders = route.otherwise.status, route.otherwise.renders
        body = renders(asked, result) if renders else {}
        return Answer(status=status, body=msgspec.to_builtins(body))

    asked.once = once_of(asked, answers=answers)
    if asked.once is not None:
        answer, replayed = answered_once(asked, asked.once, lambda: answers(_result(asked)))
        return _json(asked, answer, replayed=replayed)
    result = _result(asked)
    return _file(asked, result) if isinstance(result, File) else _json(asked, answers(result), replayed=False)


def _result(asked: Asked) -> Any:
    """What the view makes of a request that is allowed and valid."""
    route = asked.route
    if route.roles:
        auth.check_role(asked.caller, route.roles)
    given: dict[str, Any] = {}
    query = query_as(route.query or Nothing, asked.query)
    if route.query:
        given["query"] = query
    if route.takes_body and not route.raw:
        body = body_as(route.body or Nothing, asked.content, content_type=asked.headers.get("content-type"))
        if route.body:
            given["body"] = body
    if route.media_type != JSON:
        _check_accepted(asked)
    return route.view(asked, **given)


def _json(asked: Asked, answer: Answer, *, replayed: bool) -> Reply:
    route = asked.route
    problematic = answer.status >= 400  # noqa: PLR2004
    headers = {"Cache-Control": route.cache}
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    if answer.status == 201 and route.location:  # noqa: PLR2004
        headers["Location"] = route.location.format_map(answer.body)
    if route.renders is None and not problematic:
        return Reply(status=answer.status, headers=headers)
    headers["Content-Type"] = MEDIA_TYPE if problematic else JSON
    if route.in_languages and not problematic:
        headers |= {"Content-Language": asked.language, "Vary": "Accept-Language"}
    return Reply(status=answer.status, content=msgspec.json.encode(answer.body), headers=headers)


def _file(asked: Asked, file: File) -> Reply:
    headers = {
        "Content-Type": asked.route.media_type,
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Cache-Control": asked.route.cache,
    }
    return Reply(status=asked.route.status, content=file.content, headers=headers)


def _check_accepted(asked: Asked) -> None:
    accepts = asked.headers.get("accept", "*/*").lower()
    if "*/*" not in accepts and asked.route.media_type not in accepts:
        raise Refusal("not_acceptable", f"This is {asked.route.media_type}: accept it.")


def _chain(error: BaseException | None) -> list[str]:
    names = []
    while error is not None:
        names.append(type(error).__qualname__)
        error = error.__cause__ or error.__context__
    return names
