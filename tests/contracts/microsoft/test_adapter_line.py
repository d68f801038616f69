"""How Microsoft is asked: what travels, what is repeated under which id, and what each no means."""

from __future__ import annotations

import logging
import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.gateways.microsoft import CartGone
from chalicelib.gateways.partner_center.answers import Said, Unreadable, read, read_instant
from chalicelib.gateways.partner_center.failures import ALARMS, CART_GONE, LATER, REFUSALS, Failed, trouble_of
from chalicelib.gateways.transport import NoReply, limited_to
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable
from chalicelib.observability import log
from tests.contracts.microsoft.partner import TENANT, Office, answered, listed, office, refusal
from tests.contracts.scripted import reply

LOST = NoReply("ReadTimeoutError", sent=True)
UNREACHED = NoReply("ConnectTimeoutError", sent=False)
STORM = reply(503, body=b"<html>Service Unavailable</html>")
PATH = f"/v1/customers/{TENANT}/carts"


def look(asked: Office) -> Said:
    return asked.rest.read("/v1/customers/relationshiprequests", budget=asked.rest.budget())


def change(asked: Office, *, key: str = "a.question"):
    return asked.rest.change("POST", PATH, key=key, body={"lineItems": []}, budget=asked.rest.budget())


def test_every_request_says_who_asks_what_and_in_which_version():
    asked = office(answered("pc.customers.relationshiprequests"), answered("pc.carts.create.nce"))
    look(asked)
    change(asked)

    reading, changing = asked.sent
    for sent in asked.sent:
        assert sent.header("Authorization") == "Bearer the-access-token-1"
        assert sent.header("Accept") == "application/json"
        assert sent.header("MS-Contract-Version") == "v1"
        assert sent.header("X-Locale") == "en-US"
        assert sent.header("MS-PartnerCenter-Application") == "Seatwise"
        assert uuid.UUID(sent.header("MS-RequestId")).version in {4, 5}
        assert uuid.UUID(sent.header("MS-CorrelationId")).version == 4
        assert 0 < sent.seconds <= 8
    assert reading.body is None
    assert reading.header("Content-Type") is None
    assert changing.header("Content-Type") == "application/json"
    assert changing.url == f"https://api.partnercenter.microsoft.com{PATH}"


def test_the_same_question_has_the_same_id_and_another_one_another():
    asked = office(*[answered("pc.carts.create.nce") for _ in range(3)])
    change(asked, key="one")
    change(asked, key="one")
    change(asked, key="two")

    first, second, third = [sent.header("MS-RequestId") for sent in asked.sent]
    assert first == second != third
    assert len({sent.header("MS-CorrelationId") for sent in asked.sent}) == 3


@pytest.mark.parametrize("first", [LOST, UNREACHED, STORM, reply(500, body=b""), reply(408, body=b"")])
def test_what_went_unanswered_is_asked_again_under_the_same_id(first):
    asked = office(first, answered("pc.carts.create.nce"))

    assert change(asked).said.text("id")
    assert len({sent.header("MS-RequestId") for sent in asked.sent}) == 1
    assert len(asked.pauses) == 1


@pytest.mark.parametrize(
    ("answers", "trouble"),
    [
        pytest.param([LOST] * 3, OutcomeUnknown, id="never answered"),
        pytest.param([STORM] * 3, OutcomeUnknown, id="three storms"),
        pytest.param([UNREACHED] * 3, Unavailable, id="never reached"),
        pytest.param([UNREACHED, LOST, UNREACHED], OutcomeUnknown, id="perhaps reached once"),
        pytest.param([reply(429, {}, retry_after="1")] * 3, Unavailable, id="never let in"),
        pytest.param(
            [LOST, *[reply(429, {}, retry_after="1")] * 2], OutcomeUnknown, id="lost, then not let in"
        ),
        pytest.param([reply(200, body=b"<html>")] * 3, OutcomeUnknown, id="pages instead of answers"),
    ],
)
def test_a_change_without_an_answer_is_unknown_if_it_may_have_worked(answers, trouble):
    asked = office(*answers)

    with pytest.raises(trouble) as caught:
        change(asked)

    assert type(caught.value) is trouble
    asked.line.is_over()


@pytest.mark.parametrize("answers", [[LOST] * 3, [STORM] * 3, [UNREACHED] * 3, [reply(200, body=b"<")] * 3])
def test_a_question_without_an_answer_has_done_nothing(answers):
    with pytest.raises(Unavailable):
        look(office(*answers))


@pytest.mark.parametrize(("told", "waited"), [("1", 1.0), ("2.5", 2.5), ("0", 0.0)])
def test_too_many_requests_wait_as_long_as_they_are_told(told, waited):
    asked = office(reply(429, {}, retry_after=told), answered("pc.customers.relationshiprequests"))
    look(asked)
    assert asked.pauses == [waited]


def test_a_wait_that_is_longer_than_the_errand_is_not_waited():
    asked = office(reply(429, {"statusCode": 429, "message": "…"}, retry_after="57"))
    with pytest.raises(Unavailable):
        look(asked)
    assert asked.pauses == []


def test_nothing_is_sent_when_no_time_is_left():
    asked = office()
    with limited_to(0.1), pytest.raises(Unavailable):
        change(asked)
    assert asked.sent == []


def test_a_no_after_a_lost_answer_is_not_believed():
    asked = office(LOST, refusal(404, "800008"))
    with pytest.raises(Failed) as caught:
        change(asked)
    assert isinstance(caught.value.trouble(), OutcomeUnknown)


@pytest.mark.parametrize(
    ("answer", "code", "description"),
    [
        (answered("pc.error.800064.cart_busy"), "800064", True),
        (answered("pc.address.legacy_400"), "2007", True),
        (answered("pc.validationStatus.not_found"), "600074", True),
        (answered("graph.error.412"), "preconditionFailed", True),
        (reply(404, body=b""), None, False),
        (reply(403, body=b"<html>"), None, False),
        (reply(400, body=b"[1]"), None, False),
    ],
)
def test_each_shape_of_a_no_is_read(answer, code, description):
    with pytest.raises(Failed) as caught:
        look(office(answer))
    assert (caught.value.code, bool(caught.value.description)) == (code, description)
    assert caught.value.correlation_id


@pytest.fixture
def lines():
    """What was logged, whatever its level."""
    kept: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(record)

    keep, level = Keep(), log._logger.level
    log._logger.addHandler(keep)
    log.setLevel("DEBUG")
    yield kept
    log.setLevel(level)
    log._logger.removeHandler(keep)


def ask_for(asked: Office, method: str) -> None:
    path, budget = f"/v1/customers/{TENANT}", asked.rest.budget()
    if method == "HEAD":
        asked.rest.exists(path, budget=budget)
    elif method == "GET":
        asked.rest.read(path, budget=budget)
    else:
        asked.rest.change(method, path, key="a.question", budget=budget)


@pytest.mark.parametrize(
    ("method", "answer", "level"),
    [
        pytest.param("HEAD", reply(404, body=b""), "DEBUG", id="the domain is free"),
        pytest.param("GET", refusal(404, "60003"), "DEBUG", id="the client has not accepted us"),
        pytest.param("GET", answered("pc.error.20002.no_relationship"), "DEBUG", id="nor may we look"),
        pytest.param("GET", answered("pc.validationStatus.not_found"), "DEBUG", id="there is no review"),
        pytest.param("GET", refusal(404, "20000"), "DEBUG", id="the order does not show yet"),
        pytest.param("GET", refusal(404, "20003"), "DEBUG", id="the seats do not show yet"),
        pytest.param("HEAD", reply(403, body=b""), "INFO", id="not let in to the domains"),
        pytest.param("GET", reply(403, body=b""), "INFO", id="not let in"),
        pytest.param("GET", reply(404, body=b""), "INFO", id="nothing there, and no word why"),
        pytest.param("GET", refusal(403, "900308"), "INFO", id="a role that we lack"),
        pytest.param("POST", refusal(404, "60003"), "INFO", id="a change for a stranger"),
        pytest.param("PATCH", refusal(400, "2055"), "INFO", id="a stale change"),
    ],
)
def test_an_ordinary_no_is_quiet_and_a_real_error_is_logged_with_its_ids(lines, method, answer, level):
    ids = {"ms_requestid": "r", "ms_correlationid": "c", "ms_cv": "v", "ms_serverid": "s"}
    headers = {name.replace("_", "-"): value for name, value in ids.items()}
    asked = office(replace(answer, headers={**answer.headers, **headers}))

    with pytest.raises(Failed):
        ask_for(asked, method)

    (line,) = [each for each in lines if each.msg == "microsoft answered with an error"]
    assert line.levelname == level
    assert line.ms == {
        "request_id": asked.line.last.header("MS-RequestId"),
        "correlation_id": asked.line.last.header("MS-CorrelationId"),
        **headers,
    }


@pytest.mark.parametrize("code", sorted({*ALARMS, *LATER}))
def test_what_may_pass_is_asked_again_later(code):
    assert type(trouble_of(code, status=400, neighbor="microsoft")) is Unavailable


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_what_is_refused_for_good_is_not_asked_again(code):
    assert type(trouble_of(code, status=403, neighbor="microsoft")) is Refused


@pytest.mark.parametrize("code", sorted(CART_GONE))
def test_a_cart_of_no_use_is_filled_anew(code):
    assert type(trouble_of(code, status=400, neighbor="microsoft")) is CartGone


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (400, Refused),
        (404, Unavailable),
        (409, Unavailable),
        (401, Unavailable),
        (403, Unavailable),
        (302, Unavailable),
    ],
)
def test_a_no_without_a_code_goes_by_its_status(status, trouble):
    assert type(trouble_of(None, status=status, neighbor="microsoft")) is trouble


def test_a_right_that_we_lack_is_no_refusal_of_what_was_asked():
    assert type(trouble_of("Authorization_RequestDenied", status=403, neighbor="microsoft")) is Unavailable
    assert type(trouble_of("800999", status=403, neighbor="microsoft")) is Refused


def test_a_list_is_read_to_its_end_with_the_token_that_the_page_gave():
    following = {
        "uri": "/customers?size=1&seekOperation=Next",
        "method": "GET",
        "headers": [{"key": "MS-ContinuationToken", "value": "more"}],
    }
    page = reply(200, {"items": [{"id": "1"}], "links": {"next": following}})
    asked = office(page, listed({"ID": "2"}))

    found = list(asked.rest.pages("/v1/customers", query={"size": "1"}, budget=asked.rest.budget()))

    assert [item.text("id") for item in found] == ["1", "2"]
    assert asked.sent[1].path == "/v1/customers"
    assert asked.sent[1].header("MS-ContinuationToken") == "more"


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("/customers/1", "/v1/customers/1"),
        ("customers/1", "/v1/customers/1"),
        ("/v1/customers/1?a=b", "/v1/customers/1?a=b"),
        ("https://api.partnercenter.microsoft.com/v1/customers/1", "/v1/customers/1"),
        ("https://elsewhere.example/v1/customers/1", "/v1/customers/1"),
    ],
)
def test_a_link_never_leads_a_token_to_another_host(link, path):
    assert office().rest.path_of(link) == path


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2021-07-14T18:02:00", datetime(2021, 7, 14, 18, 2, tzinfo=UTC)),
        ("2021-07-14T18:02:00Z", datetime(2021, 7, 14, 18, 2, tzinfo=UTC)),
        ("2021-07-14T20:02:00+02:00", datetime(2021, 7, 14, 18, 2, tzinfo=UTC)),
        ("2021-02-24T19:26:06.9471649Z", datetime(2021, 2, 24, 19, 26, 6, 947164, tzinfo=UTC)),
        ("2015-11-25T06: 41: 12Z", datetime(2015, 11, 25, 6, 41, 12, tzinfo=UTC)),
        ("", None),
        ("soon", None),
        (None, None),
    ],
)
def test_an_instant_is_read_in_each_spelling(text, instant):
    assert read_instant(text) == instant


def test_names_are_found_in_any_case_and_sent_in_camel_case():
    said = read(b'{"Status":"Active","ATTRIBUTES":{"Etag":"e"},"quantity":"3","AutoRenewEnabled":"yes"}')

    assert said.word("status") == "active"
    assert said.part("attributes").text("etag") == "e"
    assert (said.number("quantity"), said.yes("autoRenewEnabled")) == (0, False)
    assert said.changed(status="suspended")["status"] == "suspended"
    assert list(said.changed(status="suspended", more=1)) == [
        "status",
        "aTTRIBUTES",
        "quantity",
        "autoRenewEnabled",
        "more",
    ]


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"nonsense", b"\xff", b'"text"', b"[" * 100_000])
def test_what_is_no_answer_is_said_to_be_none(body):
    with pytest.raises(Unreadable):
        read(body)
