"""
One request, one answer (the contract's conventions; R10: nobody pays twice).

    The same key and body answer the first answer again; the same key with another body is
    `idempotency_key_reused`; while the first is still running, `idempotency_in_progress` with Retry-After.
    Kept 24 hours at least. A 5xx or a cut line is no answer: the same key takes the work up where it stopped.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.idempotency import Answer, Record, Replay, judge
from chalicelib.domain.refusals import Refusal
from chalicelib.rulebook import IDEMPOTENCY_KEPT
from tests.rules.stories import DAY, MINUTE, SECOND, utc

AT = utc("2024-01-31 12:00")
ANSWER = Answer(status=201, body={"id": "sub_1"})


def record(**changed: Any) -> Record:
    return Record(**{"key": "k", "fingerprint": "f", "expires_at": AT + 2 * DAY, **changed})


GO_ON = [
    (record(leased_until=AT), "the lease is over, at its very end"),
    (record(leased_until=AT - MINUTE), "whoever was at it has died"),
    (record(), "nobody is at it"),
    (record(order_id="ord_1", leased_until=AT - MINUTE), "the work is taken up where it stopped"),
    (record(result_id="sub_1"), "a sweep has finished it, and nobody was told"),
]


@pytest.mark.parametrize("known", [pytest.param(known, id=f"R10: {because}") for known, because in GO_ON])
def test_the_work_goes_on(known):
    assert judge(known, fingerprint="f", at=AT) is known


NEW = [
    (None, "never heard of"),
    (record(expires_at=AT), "expired at this very instant"),
    (record(expires_at=AT - SECOND, answer=ANSWER), "answered, but forgotten"),
    (record(expires_at=AT - SECOND, fingerprint="another"), "another request's, long ago"),
]


@pytest.mark.parametrize("known", [pytest.param(known, id=f"R10: {because}") for known, because in NEW])
def test_a_new_request(known):
    assert judge(known, fingerprint="f", at=AT) is None


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(record(answer=ANSWER), id="R10: answered"),
        pytest.param(record(answer=ANSWER, leased_until=AT + MINUTE), id="R10: answered, lease or not"),
        pytest.param(record(answer=ANSWER, expires_at=AT + SECOND), id="R10: answered, to the last second"),
    ],
)
def test_the_first_answer_is_answered_again(known):
    with pytest.raises(Replay) as replayed:
        judge(known, fingerprint="f", at=AT)

    assert replayed.value.answer == ANSWER


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(record(), id="R10: begun"),
        pytest.param(record(answer=ANSWER), id="R10: even if answered"),
        pytest.param(record(leased_until=AT + MINUTE), id="R10: even if under way"),
    ],
)
def test_another_request_under_the_same_key_is_refused(known):
    with pytest.raises(Refusal) as refused:
        judge(known, fingerprint="another", at=AT)

    assert refused.value.code == "idempotency_key_reused"


@pytest.mark.parametrize(
    ("left", "wait"),
    [
        pytest.param(90 * SECOND, 90, id="R10: a minute and a half left"),
        pytest.param(SECOND, 1, id="R10: a second left"),
        pytest.param(timedelta(milliseconds=1), 1, id="R10: less than a second left, and yet not zero"),
    ],
)
def test_while_the_first_is_running_the_second_waits(left, wait):
    with pytest.raises(Refusal) as refused:
        judge(record(leased_until=AT + left), fingerprint="f", at=AT)

    assert refused.value.code == "idempotency_in_progress"
    assert refused.value.facts == {"retry_after": wait}


def test_r10_answers_are_kept_24_hours_at_least():
    assert timedelta(hours=24) <= IDEMPOTENCY_KEPT
