"""What neighbors do to a life: the bank asks, cards change, charges are disputed, tenants are mistaken."""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request

import pytest

from sandbox.client import new_key
from tests.journeys.test_lives import active, charged, templates

ASKS_THE_CARDHOLDER = "pm_card_authenticationRequired"


@pytest.fixture
def kim(town):
    """A client of an existing Microsoft customer."""
    return town.person("Kim Novak", "client")


def authenticate(town, secret, *, succeed=True):
    town.line.ask("POST", "/sandbox/payments/authenticate", {"client_secret": secret, "succeed": succeed})


def balanced(town):
    return town.line.ask("GET", "/sandbox/books")


# --- the bank asks for the cardholder ----------------------------------------------------------------


def test_a_purchase_that_the_bank_asks_about_goes_on_by_itself(town, carl):
    answer = carl.buy(payment_method=ASKS_THE_CARDHOLDER, key="once", expect=202)
    assert answer["status"] == "authentication_required"
    assert carl.ask("GET", "/v1/subscriptions")["data"] == []
    again = carl.buy(payment_method=ASKS_THE_CARDHOLDER, key="once", expect=202)
    assert again == answer
    assert charged(town) == []

    authenticate(town, answer["authentication"]["client_secret"])
    assert carl.see(answer["subscription_id"])["status"] == "pending"
    assert templates(town.mails(carl)) == ["E1"]
    bought = carl.buy(payment_method=ASKS_THE_CARDHOLDER, key="once")
    assert bought["id"] == answer["subscription_id"]
    assert charged(town) == [150_00]


def test_a_purchase_whose_cardholder_fails_is_declined_and_leaves_nothing(town, carl):
    answer = carl.buy(payment_method=ASKS_THE_CARDHOLDER, key="once", expect=202)
    authenticate(town, answer["authentication"]["client_secret"], succeed=False)
    declined = carl.buy(payment_method=ASKS_THE_CARDHOLDER, key="once", expect=402)
    assert declined["code"] == "payment_declined"
    town.advance("P1D")
    assert carl.ask("GET", "/v1/subscriptions")["data"] == []
    assert charged(town) == []
    assert town.mails() == []


def test_a_purchase_whose_cardholder_never_comes_is_called_off_after_an_hour(town, carl):
    answer = carl.buy(payment_method=ASKS_THE_CARDHOLDER, expect=202)
    town.advance("PT2H")
    late = town.line.send(
        "POST",
        "/sandbox/payments/authenticate",
        {"client_secret": answer["authentication"]["client_secret"]},
    )
    assert late.status == 422
    assert charged(town) == []
    assert carl.ask("GET", "/v1/subscriptions")["data"] == []


def test_a_renewal_that_the_bank_asks_about_is_paid_when_the_client_has_confirmed(town, carl):
    first = carl.buy(payment_method=ASKS_THE_CARDHOLDER, expect=202)
    authenticate(town, first["authentication"]["client_secret"])
    subscription = first["subscription_id"]
    assert town.activate(carl, subscription, prefix="acme")["status"] == "active"
    town.advance("P1M")
    issue = carl.see(subscription)["payment_issue"]
    assert issue["decline_code"] == "authentication_required"
    letter = town.mails(carl, "E14")[0]["text"]
    assert f"/subscriptions/{subscription}/authenticate" in letter

    secret = carl.ask("POST", f"/v1/subscriptions/{subscription}/payment-authentication")["client_secret"]
    authenticate(town, secret)
    renewed = carl.see(subscription)
    assert renewed["payment_issue"] is None
    assert renewed["current_term"]["start"] == "2024-02-29T10:00:00Z"
    assert charged(town) == [150_00, 150_00]
    town.advance("P7D")  # the retries that were planned find nothing to do
    assert charged(town) == [150_00, 150_00]


# --- cards -------------------------------------------------------------------------------------------


def test_a_replaced_card_pays_the_pending_retry_and_what_follows(town, carl):
    subscription = active(town, carl)
    town.next_charges("decline")
    town.advance("P1M")
    assert carl.see(subscription)["payment_issue"]["decline_code"] == "generic_decline"

    setup = carl.ask("POST", "/v1/payment-methods/setups", key=new_key())
    added = town.line.ask(
        "POST",
        "/sandbox/payments/finish-setup",
        {"client_secret": setup["client_secret"], "payment_method": "pm_card_mastercard"},
    )
    card = carl.ask("PUT", "/v1/payment-methods/default", {"payment_method": added["payment_method"]})
    assert (card["brand"], card["default"]) == ("mastercard", True)
    shown = carl.ask("GET", "/v1/payment-methods")["data"]
    assert [each["brand"] for each in shown if each["default"]] == ["mastercard"]

    town.advance("P1D")
    assert carl.see(subscription)["payment_issue"] is None
    ledger = [entry for entry in town.ledger() if entry["kind"] == "charge"]
    assert [entry["status"] for entry in ledger] == ["succeeded", "declined", "succeeded"]
    assert ledger[-1]["payment_method"] == added["payment_method"]
    town.advance("P1M")
    assert town.ledger()[-1]["payment_method"] == added["payment_method"]


def test_a_card_that_is_declined_each_time_lets_it_expire_in_the_end(town, carl):
    subscription = active(town, carl)
    carl.ask("PUT", "/v1/payment-methods/default", {"payment_method": "pm_card_chargeCustomerFail"})
    town.advance("P1M")
    assert carl.see(subscription)["payment_issue"]
    town.advance("P6D")
    assert carl.see(subscription)["status"] == "expired"
    assert templates(town.mails(carl))[-4:] == ["E14", "E14", "E14", "E11"]
    assert charged(town) == [150_00]


# --- disputes and payouts ----------------------------------------------------------------------------


def onboard(town, freelancer):
    link = freelancer.ask("POST", "/v1/freelancer/payouts/onboarding")
    account = re.search(r"acct_\w+", link["url"])
    assert account
    town.line.ask("POST", f"/sandbox/payments/accounts/{account[0]}/finish-onboarding")


def test_a_commission_is_paid_when_earned_and_fetched_back_when_the_charge_is_disputed(
    sandbox, town, frida, link, carl
):
    onboard(town, frida)
    assert frida.ask("GET", "/v1/freelancer/payouts")["state"] == "active"
    subscription = active(town, carl, link=link)
    assert frida.ask("GET", "/v1/freelancer/payouts")["paid"]["amount"] == 0
    town.advance("P8D")
    assert frida.ask("GET", "/v1/freelancer/payouts")["paid"]["amount"] == 15_00

    charge = next(entry for entry in town.ledger() if entry["kind"] == "charge")
    sandbox.world.stripe.open_dispute(charge["id"])
    town.advance("PT1M")
    (dispute,) = town.operator.ask("GET", "/v1/admin/disputes")["data"]
    assert (dispute["subscription_id"], dispute["amount"]["amount"]) == (subscription, 150_00)
    assert carl.see(subscription)["status"] == "active"  # nothing is deleted, nothing suspended
    assert frida.ask("GET", "/v1/freelancer/payouts")["paid"]["amount"] == 0
    assert frida.ask("GET", "/v1/freelancer/earnings")["totals"]["reversed"]["amount"] == 15_00
    assert carl.send("GET", "/v1/admin/disputes").status == 403


def test_what_was_earned_before_the_account_was_open_is_paid_when_it_opens(town, frida, link, carl):
    active(town, carl, link=link)
    town.advance("P8D")
    before = frida.ask("GET", "/v1/freelancer/payouts")
    assert (before["state"], before["paid"]["amount"], before["waiting"]["amount"]) == (
        "not_started",
        0,
        15_00,
    )
    onboard(town, frida)
    town.advance("PT1M")
    after = frida.ask("GET", "/v1/freelancer/payouts")
    assert (after["paid"]["amount"], after["waiting"]["amount"]) == (15_00, 0)


# --- Microsoft ---------------------------------------------------------------------------------------


def page(url, **form):
    """What a person sees on a page of the simulator."""
    data = urllib.parse.urlencode(form).encode() if form else None
    with urllib.request.urlopen(url, data=data) as answer:  # noqa: S310  (a page of our own)
        return answer.read().decode()


def test_the_wrong_tenant_accepting_the_invitation_activates_nobody(town, kim):
    subscription = kim.buy()["id"]
    kim.submit_account(subscription, domain="kims.example")
    town.review(subscription, approve=True)
    invitation = kim.see(subscription)["microsoft_account"]["agreement_url"]
    assert "kims.example" in page(invitation)

    page(invitation.partition("#")[0], domain="stranger.example", answer="accept")
    town.advance("P1D")
    assert kim.see(subscription)["status"] == "connecting"
    assert balanced(town)["owed_to_microsoft"] == 0

    page(invitation.partition("#")[0], domain="kims.example", answer="accept")
    town.advance("PT1M")
    assert kim.see(subscription)["status"] == "active"
    assert balanced(town)["owed_to_microsoft"] > 0


def test_a_notice_that_we_could_not_check_is_sent_again_and_then_taken(sandbox, town, carl):
    fault = {"neighbor": "microsoft", "kind": "storm", "path": "certificates", "count": 2}
    town.line.ask("POST", "/sandbox/faults", fault)
    subscription = carl.buy()["id"]
    assert town.activate(carl, subscription, prefix="acme")["status"] == "connecting"
    town.advance("PT1H")
    assert carl.see(subscription)["status"] == "active"
    troubles = town.line.ask("GET", "/sandbox")["troubles"]
    assert [(each["at"], each["where"], each["what"][:3]) for each in troubles] == [
        ("2024-01-31T10:05:00Z", "/v1/webhooks/microsoft", "503"),
        ("2024-01-31T10:00:00Z", "/v1/webhooks/microsoft", "503"),
    ]


def test_what_microsoft_has_otherwise_is_found_at_night(sandbox, town, carl):
    subscription = active(town, carl)
    town.advance("P1D")
    sandbox.world.partner_center.seats[0].quantity = 12
    town.line.ask("POST", "/sandbox/sweeps/reconciliations")
    (drift,) = town.operator.ask("GET", "/v1/admin/drift")["data"]
    assert (drift["subscription_id"], drift["kind"], drift["ours"], drift["theirs"]) == (
        subscription,
        "seats",
        "10",
        "12",
    )
    sandbox.world.partner_center.seats[0].quantity = 10
    town.line.ask("POST", "/sandbox/sweeps/reconciliations")
    assert town.operator.ask("GET", "/v1/admin/drift")["data"] == []


def test_a_freelancer_gets_the_least_roles_at_microsoft_for_as_long_as_the_client_wants(
    sandbox, town, frida, link, carl
):
    freelancer_id = frida.ask("GET", "/v1/freelancer")["id"]
    group = "11111111-2222-4333-8444-555555555555"
    path = f"/v1/admin/freelancers/{freelancer_id}/security-group"
    town.operator.ask("PUT", path, {"group_id": group})
    subscription = active(town, carl, link=link)
    carl.delegate(subscription)
    frida.ask("POST", f"/v1/delegations/{subscription}/decision", {"approve": True})
    access = carl.see(subscription)["delegation"]["microsoft_access"]
    assert access["status"] == "requested"
    assert access["approval_url"] in town.mails(carl, "E16")[0]["text"]

    (grant,) = sandbox.world.partner_center.grants
    town.line.ask("POST", f"/sandbox/microsoft/grants/{grant.id}/approve")
    town.advance("PT1M")
    assert carl.see(subscription)["delegation"]["microsoft_access"]["status"] == "active"

    carl.ask("DELETE", f"/v1/subscriptions/{subscription}/delegation")
    town.advance("PT10M")
    assert carl.see(subscription)["delegation"]["microsoft_access"]["status"] == "ended"
    assert [each.status for each in sandbox.world.partner_center.grants] == ["terminated"]


# --- trouble to order --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["error", "error_after", "timeout", "refused_line", "storm", "rate_limit"])
def test_a_purchase_survives_any_fault_of_the_provider_and_is_charged_once(town, carl, kind):
    fault = {"neighbor": "payments", "kind": kind, "method": "POST", "path": "payment_intents", "count": 1}
    town.line.ask("POST", "/sandbox/faults", fault)
    answer = carl.send("POST", "/v1/subscriptions", _purchase(), key="once")
    if answer.status == 503:
        answer = carl.send("POST", "/v1/subscriptions", _purchase(), key="once")
    assert answer.status == 201
    assert charged(town) == [72_00]
    assert town.line.ask("GET", "/sandbox/faults")["taken"]["payments"] == 1


def test_faults_are_shown_and_taken_back(town):
    town.line.ask("POST", "/sandbox/faults", {"neighbor": "microsoft", "kind": "storm", "count": 7})
    town.line.ask("POST", "/sandbox/faults", {"neighbor": "payments", "share": 20, "seed": 3})
    (planned,) = town.line.ask("GET", "/sandbox/faults")["planned"]["microsoft"]
    assert (planned["kind"], planned["count"]) == ("storm", 7)
    assert town.line.ask("DELETE", "/sandbox/faults")["planned"] == {"microsoft": [], "payments": []}


@pytest.mark.parametrize(
    "wrong",
    [
        {"neighbor": "google", "kind": "storm"},
        {"neighbor": "payments", "kind": "flood"},
        {"neighbor": "payments"},
        {"neighbor": "payments", "kind": "storm", "share": 20},
        {"neighbor": "payments", "kind": "storm", "path": "("},
        {"neighbor": "payments", "kind": "storm", "count": 0},
        {"neighbor": "payments", "kind": "storm", "ever": True},
    ],
    ids=lambda wrong: "-".join(map(str, wrong.values())),
)
def test_a_fault_that_cannot_be_is_refused(town, wrong):
    assert town.line.send("POST", "/sandbox/faults", wrong).json["code"] == "validation_failed"


def _purchase():
    return {
        "plan_id": "business-basic",
        "seats": 10,
        "billing_period": "monthly",
        "country": "US",
        "payment_method": "pm_card_visa",
        "address": {
            "line1": "1 Main St",
            "city": "Redmond",
            "state": "WA",
            "postal_code": "98052",
            "country": "US",
        },
    }
