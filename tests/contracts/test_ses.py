"""What SES is asked, how its answers are understood, and how an effect is found again from what it says."""

from __future__ import annotations

import re

import botocore.session
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import (
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
)
from botocore.stub import ANY, Stubber
from hypothesis import example, given, strategies as st

from chalicelib.domain.mailing import News
from chalicelib.gateways import mail_events
from chalicelib.gateways.mail import SesMail, effect_of, tag_of
from chalicelib.gateways.trouble import OutcomeUnknown, Refused, Unavailable

EFFECT = "sub_01HNG4K2M0000000000000000.2.E7.again_01HNG4K2M0000000000000001"
URL = "https://email.us-east-1.amazonaws.com"


@pytest.fixture
def client():
    session = botocore.session.get_session()
    config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1, "mode": "standard"})
    return session.create_client("sesv2", region_name="us-east-1", config=config)


def mailer(client, configuration_set="mailing"):
    return SesMail(
        client=client,
        sender="Seatwise <no-reply@seatwise.example>",
        support="support@seatwise.example",
        configuration_set=configuration_set,
    )


def send(ses):
    return ses.send(
        effect_id=EFFECT,
        template="E7",
        locale="en",
        to="carl@client.example",
        subject="Canceled",
        text="It is over.",
        html="<p>It is over.</p>",
    )


# --- what it is asked ---------------------------------------------------------------------------------


def test_a_mail_carries_the_tags_by_which_it_is_known_again(client):
    with Stubber(client) as stub:
        asked = {
            "FromEmailAddress": "Seatwise <no-reply@seatwise.example>",
            "ReplyToAddresses": ["support@seatwise.example"],
            "Destination": {"ToAddresses": ["carl@client.example"]},
            "Content": ANY,
            "EmailTags": [
                {"Name": "effect", "Value": tag_of(EFFECT)},
                {"Name": "template", "Value": "E7"},
                {"Name": "locale", "Value": "en"},
            ],
            "ConfigurationSetName": "mailing",
        }
        stub.add_response("send_email", {"MessageId": "m-1"}, asked)
        assert send(mailer(client)) == "m-1"


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=80))
@example(EFFECT)
@example("sub_1.4.2024-01-31.align")
@example("a-b_c.d~e%f")
def test_an_effect_is_found_again_from_its_tag_whatever_is_in_its_id(effect_id):
    tag = tag_of(effect_id)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", tag)  # all that SES allows in a tag
    assert effect_of(tag) == effect_id


@given(st.text(st.sampled_from("sub_1-2E.%~é"), max_size=30))
def test_a_tag_that_is_none_of_ours_is_no_effects(tag):
    effect_id = effect_of(tag)
    assert effect_id is None or tag_of(effect_id) == tag


def test_no_id_of_ours_is_too_long_for_a_tag():
    assert len(tag_of(EFFECT)) <= 256


# --- how its answers are understood -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "status", "means"),
    [
        ("MessageRejected", 400, Refused),
        ("MailFromDomainNotVerifiedException", 400, Refused),
        ("TooManyRequestsException", 429, Unavailable),
        ("AccountSuspendedException", 400, Unavailable),
        ("InternalFailure", 500, OutcomeUnknown),
        ("ServiceUnavailable", 503, OutcomeUnknown),
    ],
)
def test_a_no_is_told_from_an_answer_that_leaves_it_open(client, code, status, means):
    with Stubber(client) as stub:
        stub.add_client_error("send_email", code, http_status_code=status)
        with pytest.raises(means, match=code):
            send(mailer(client))


@pytest.mark.parametrize(
    ("error", "means"),
    [
        (ConnectTimeoutError(endpoint_url=URL), Unavailable),
        (EndpointConnectionError(endpoint_url=URL), Unavailable),
        (ReadTimeoutError(endpoint_url=URL), OutcomeUnknown),
        (HTTPClientError(error="cut"), OutcomeUnknown),
    ],
)
def test_what_never_arrived_is_asked_again_and_what_may_have_is_not(client, error, means):
    def fail(**_):
        raise error

    client.meta.events.register("before-send.sesv2.SendEmail", fail)
    with pytest.raises(means) as raised:
        send(mailer(client))
    assert "client.example" not in str(raised.value)


# --- what it says later: the examples of its documentation, shortened -----------------------------------

MAIL = {
    "timestamp": "2017-08-05T00:40:02.012Z",
    "source": "Sender Name <sender@example.com>",
    "sourceArn": "arn:aws:ses:us-east-1:123456789012:identity/sender@example.com",
    "sendingAccountId": "123456789012",
    "messageId": "EXAMPLE7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000",
    "destination": ["recipient@example.com"],
    "headersTruncated": False,
    "headers": [{"name": "From", "value": "Sender Name <sender@example.com>"}],
    "commonHeaders": {"subject": "Message sent from Amazon SES"},
    "tags": {
        "ses:configuration-set": ["ConfigSet"],
        "ses:source-ip": ["192.0.2.0"],
        "effect": [tag_of(EFFECT)],
    },
}


def notice(kind, **more):
    return {
        "version": "0",
        "id": "12a18625-3328-fafd-2a56-ec46ec3e2d3b",
        "detail-type": "Email Bounced",
        "source": "aws.ses",
        "account": "123456789012",
        "time": "2017-08-05T00:41:02Z",
        "region": "us-east-1",
        "resources": ["arn:aws:ses:us-east-1:123456789012:configuration-set/ConfigSet"],
        "detail": {"eventType": kind, "mail": MAIL, **more},
    }


def bounce(kind, sub):
    return {
        "bounceType": kind,
        "bounceSubType": sub,
        "bouncedRecipients": [
            {
                "emailAddress": "recipient@example.com",
                "action": "failed",
                "status": "5.1.1",
                "diagnosticCode": "smtp; 550 5.1.1 user unknown",
            }
        ],
        "timestamp": "2017-08-05T00:41:02.669Z",
        "feedbackId": "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000",
        "reportingMTA": "dsn; mta.example.com",
    }


def complaint(kind):
    return {
        "complainedRecipients": [{"emailAddress": "recipient@example.com"}],
        "timestamp": "2017-08-05T00:41:02.669Z",
        "feedbackId": "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000",
        "userAgent": "Amazon SES Mailbox Simulator",
        **({"complaintFeedbackType": kind} if kind else {}),
    }


@pytest.mark.parametrize(
    ("said", "news", "detail"),
    [
        (notice("Send", send={}), News.SENT, None),
        (notice("Delivery", delivery={"smtpResponse": "250 2.6.0"}), News.DELIVERED, None),
        (notice("DeliveryDelay", deliveryDelay={"delayType": "MailboxFull"}), News.DELAYED, None),
        (notice("Bounce", bounce=bounce("Permanent", "NoEmail")), News.BOUNCED, "NoEmail"),
        (notice("Bounce", bounce=bounce("Transient", "MailboxFull")), News.SOFT_BOUNCED, "MailboxFull"),
        (notice("Bounce", bounce=bounce("Undetermined", "Undetermined")), News.SOFT_BOUNCED, "Undetermined"),
        (notice("Complaint", complaint=complaint("abuse")), News.COMPLAINED, "abuse"),
        (notice("Complaint", complaint=complaint(None)), News.COMPLAINED, None),
        (notice("Complaint", complaint=complaint("not-spam")), News.NOT_SPAM, "not-spam"),
        (notice("Reject", reject={"reason": "Bad content"}), News.REJECTED, None),
        (notice("Rendering Failure", failure={"templateName": "x"}), News.NOT_RENDERED, None),
    ],
)
def test_each_event_is_understood(said, news, detail):
    told = mail_events.read(said)
    assert told is not None
    assert (told.news, told.detail, told.effect_id) == (news, detail, EFFECT)
    assert told.message_id == MAIL["messageId"]


@pytest.mark.parametrize("kind", ["Open", "Click", "Subscription", "Something New"])
def test_what_is_not_about_a_mails_way_is_left_alone(kind):
    assert mail_events.read(notice(kind)) is None


@pytest.mark.parametrize(
    "said",
    [{}, {"detail": None}, {"detail": {"eventType": "Send"}}, {"detail": {"mail": MAIL}}, notice(7)],
)
def test_what_cannot_be_read_is_not_taken_for_nothing(said):
    with pytest.raises(mail_events.Unreadable) as raised:
        mail_events.read(said)
    assert "recipient@example.com" not in str(raised.value)


def test_a_word_that_is_none_is_not_kept():
    said = notice("Bounce", bounce=bounce("Permanent", "smtp; 550 recipient@example.com unknown"))
    told = mail_events.read(said)
    assert told is not None
    assert told.detail is None


def test_a_mail_without_a_tag_of_ours_is_nobodys():
    said = notice("Send", send={})
    without: list[dict[str, list[str]]] = [{}, {"effect": []}, {"effect": ["not ours"]}]
    for tags in without:
        told = mail_events.read({**said, "detail": {**said["detail"], "mail": {**MAIL, "tags": tags}}})
        assert told is not None
        assert told.effect_id is None
