"""What each of them is shown: the client all, the delegate what was agreed, the freelancer a name."""

from __future__ import annotations

from datetime import timedelta

from tests.api.people import ACCOUNT, ADDRESS, PASSWORD

FIELDS = {
    "id",
    "status",
    "plan",
    "seats",
    "billing_period",
    "country",
    "auto_renew",
    "purchased_at",
    "activated_at",
    "activation_deadline",
    "current_term",
    "cancellation",
    "expires_cancels_at",
    "payment_issue",
    "microsoft_account",
    "freelancer",
    "delegation",
    "available_actions",
    "latest_invoice",
    "version",
}  # the contract's; others may be added


def test_a_pending_subscription(cast):
    sub = cast.sold()
    assert set(sub) >= FIELDS
    assert sub["purchased_at"] == "2024-01-31T10:00:00Z"
    assert sub["activation_deadline"] == "2024-02-14T10:00:00Z"
    assert sub["current_term"] is sub["activated_at"] is sub["payment_issue"] is None
    assert sub["freelancer"] == {"display_name": "Frida IT"}
    assert sub["delegation"]["status"] == "none"
    assert sub["available_actions"] == [
        "submit_microsoft_account",
        "cancel",
        "turn_renewal_off",
        "delegate",
    ]


def test_an_active_subscription(cast):
    sub = cast.bought()
    cast.activated(sub)
    shown = cast.client().get(f"/v1/subscriptions/{sub['id']}").json
    assert shown["current_term"] == {
        "start": "2024-01-31T10:00:00Z",
        "end": "2024-02-29T10:00:00Z",
        "price": {"amount": 7200, "currency": "USD"},
        "unit_price": {"amount": 720, "currency": "USD"},
    }
    assert shown["cancellation"]["allowed_until"] == "2024-02-07T10:00:00Z"
    assert shown["cancellation"]["full_refund_until"] == "2024-02-01T10:00:00Z"
    account = shown["microsoft_account"]
    assert (account["domain"], account["review"]) == ("acme.onmicrosoft.com", "approved")
    assert account["primary_contact"]["phone"] == "+12065550100"
    assert account["address"] == ADDRESS
    assert "password" not in str(shown)


def test_d4_the_preview_and_the_cancellation_agree(cast, world):
    sub = cast.bought(plan_id="business-standard", seats=3)
    cast.activated(sub)
    world.clock.put(world.now() + timedelta(days=2, hours=1))
    path = f"/v1/subscriptions/{sub['id']}/cancellation"
    preview = cast.client().get(path).json
    assert (preview["rule"], preview["used_days"], preview["cycle_days"]) == ("prorated", 2, 29)
    assert preview["refund"] == {"amount": 4190, "currency": "USD"}  # 45.00 × 27 / 29
    ended = cast.client().post(path, {"quote": preview["quote"], "reason": "Too many seats."}, key="k").json
    assert ended["status"] == "canceled"
    assert ended["cancellation"]["refund"] == preview["refund"]
    assert ended["cancellation"]["reason"] == "Too many seats."
    assert ended["available_actions"] == []


def test_d4_the_preview_has_the_curve_of_the_whole_window(cast, world):
    sub = cast.sold(plan_id="business-standard", seats=3)
    cast.activated(sub)
    cast.delegated(sub)
    world.clock.put(world.now() + timedelta(days=2, hours=1))
    path = f"/v1/subscriptions/{sub['id']}/cancellation"
    preview = cast.client().get(path).json
    first, second, *_, last = curve = preview["curve"]
    assert first == {
        "from": "2024-01-31T10:00:00Z",
        "until": "2024-02-01T10:00:00Z",
        "refund": {"amount": 4500, "currency": "USD"},
        "rule": "within_24_hours",
    }
    assert (second["from"], second["until"]) == ("2024-02-01T10:00:00.000001Z", "2024-02-01T23:59:59.999999Z")
    assert last["until"] == preview["allowed_until"]
    (now,) = (step for step in curve if step["from"] <= "2024-02-02T11:00:00Z" <= step["until"])
    assert (now["refund"], now["rule"]) == (preview["refund"], preview["rule"])
    assert cast.freelancer().get(path).json["curve"] == curve


def test_r61_a_closed_window_has_no_curve(cast, world):
    sub = cast.bought()
    cast.activated(sub)
    world.clock.put(world.now() + timedelta(days=7, seconds=1))
    preview = cast.client().get(f"/v1/subscriptions/{sub['id']}/cancellation").json
    assert (preview["allowed"], preview["curve"]) == (False, [])


def test_r61_after_the_window_the_refusal_says_what_remains(cast, world):
    sub = cast.bought()
    cast.activated(sub)
    world.clock.put(world.now() + timedelta(days=7, seconds=1))
    refused = cast.client().post(f"/v1/subscriptions/{sub['id']}/cancellation", {}, key="k")
    assert refused.code == "cancellation_window_closed"
    assert refused.json["allowed_until"] == "2024-02-07T10:00:00Z"
    assert refused.json["remains"] == "turn_renewal_off"
    assert "Auto-renew can be turned off" in refused.json["detail"]


def test_a_transition_that_is_not_possible_says_from_where(cast):
    sub = cast.bought()
    refused = cast.operator().put(f"/v1/admin/subscriptions/{sub['id']}/suspension", {"reason": "Spam."})
    assert refused.code == "invalid_transition"
    assert (refused.json["event"], refused.json["status_now"]) == ("suspended", "pending")


def test_r35_the_delegate_sees_client_and_subscription_but_no_invoice(cast):
    sub = cast.sold()
    cast.delegated(sub)
    shown = cast.freelancer().get(f"/v1/subscriptions/{sub['id']}").json
    assert shown["client"] == {"name": "Carl", "email": "carl@client.example", "address": ADDRESS}
    assert shown["latest_invoice"] is None
    assert shown["available_actions"] == [
        "submit_microsoft_account",
        "cancel",
        "turn_renewal_off",
        "revoke_delegation",
    ]
    assert cast.operator().get(f"/v1/subscriptions/{sub['id']}").json["latest_invoice"]["number"]


def test_a_sale_shows_the_clients_name_and_no_more_until_it_is_delegated(cast):
    sub = cast.sold()
    (sale,) = cast.freelancer().get("/v1/freelancer/subscriptions").json["data"]
    assert sale["client"] == {"name": "Carl", "email": None}
    assert "carl@client.example" not in str(sale)
    cast.requested(sub)
    (asked,) = cast.freelancer().get("/v1/freelancer/delegations").json["data"]
    assert asked["client"]["email"] is None
    cast.freelancer().post(f"/v1/delegations/{sub['id']}/decision", {"approve": True})
    (sale,) = cast.freelancer().get("/v1/freelancer/subscriptions").json["data"]
    assert sale["client"]["email"] == "carl@client.example"


def test_d13_a_client_never_sees_a_commission(cast):
    sub = cast.sold()
    cast.activated(sub)
    client = cast.client()
    shown = [
        client.get(path).content.decode()
        for path in (
            "/v1/subscriptions",
            f"/v1/subscriptions/{sub['id']}",
            f"/v1/subscriptions/{sub['id']}/events",
            f"/v1/subscriptions/{sub['id']}/cancellation",
            "/v1/invoices",
            f"/v1/invoices/{sub['latest_invoice']['id']}",
        )
    ]
    for each in shown:
        assert "commission" not in each
        assert '"rate"' not in each


def test_d13_the_freelancer_sees_what_is_earned(cast):
    cast.sold()
    ledger = cast.freelancer().get("/v1/freelancer/earnings").json
    (line,) = ledger["data"]
    assert (line["state"], line["rate"]) == ("pending", 1000)
    assert line["accrued"] == line["pending"] == {"amount": 720, "currency": "USD"}
    assert ledger["totals"]["pending"] == {"amount": 720, "currency": "USD"}
    assert ledger["totals"]["earned"] == {"amount": 0, "currency": "USD"}


def test_d14_the_password_is_shown_once(cast):
    sub = cast.bought()
    path = f"/v1/subscriptions/{sub['id']}/admin-credentials"
    assert cast.client().post(path).code == "credentials_not_ready"
    cast.activated(sub)
    taken = cast.client().post(path)
    assert taken.json == {"user_name": "admin@acme.onmicrosoft.com", "password": PASSWORD}
    assert taken.headers["Cache-Control"] == "no-store"
    assert cast.client().post(path).code == "credentials_gone"


def test_d14_the_password_is_in_no_log(cast, told):
    sub = cast.bought()
    cast.activated(sub)
    cast.client().post(f"/v1/subscriptions/{sub['id']}/admin-credentials", key="k")
    assert PASSWORD not in str(told())


def test_no_log_and_no_metric_names_a_person(cast, told):
    sub = cast.sold()
    cast.delegated(sub)
    cast.activated(sub)
    cast.client().put(f"/v1/subscriptions/{sub['id']}/microsoft-account", ACCOUNT)
    cast.client().post(f"/v1/subscriptions/{sub['id']}/cancellation", {"reason": "Carl"}, key="k")
    lines = str(told())
    for private in ("@", "Carl", "Frida", "Main St", "Acme", "555 0100"):
        assert private not in lines


def test_what_happened_says_by_whom_and_through_whose_delegation(cast):
    sub = cast.sold()
    cast.delegated(sub)
    cast.freelancer().put(f"/v1/subscriptions/{sub['id']}/renewal", {"auto_renew": False})
    events = cast.client().get(f"/v1/subscriptions/{sub['id']}/events").json["data"]
    assert [event["event"] for event in events] == [
        "auto_renew_set",
        "delegation_approved",
        "delegation_requested",
        "purchased",
    ]
    assert events[0]["by"] == {"role": "freelancer", "name": "Frida", "delegated": True}
    assert events[-1]["by"] == {"role": "client", "name": "Carl", "delegated": False}


def test_r12_an_invoice_as_data_and_as_a_pdf(cast):
    sub = cast.bought()
    invoice = cast.client().get(f"/v1/invoices/{sub['latest_invoice']['id']}").json
    assert (invoice["kind"], invoice["status"], invoice["total"]["amount"]) == ("invoice", "paid", 7200)
    assert invoice["bill_to"] == ADDRESS
    printed = cast.client().get(f"/v1/invoices/{invoice['id']}/pdf")
    assert printed.content.startswith(b"%PDF-")
    assert printed.headers["Content-Type"] == "application/pdf"
    assert printed.headers["Content-Disposition"] == f'attachment; filename="{invoice["number"]}.pdf"'


def test_a_pdf_is_given_to_whoever_takes_one(cast):
    sub = cast.bought()
    path = f"/v1/invoices/{sub['latest_invoice']['id']}/pdf"
    for accept in ("application/pdf", "*/*", "text/html, application/pdf;q=0.9"):
        assert cast.client().get(path, headers={"Accept": accept}).content.startswith(b"%PDF-")
    assert cast.client().get(path, headers={"Accept": "application/json"}).code == "not_acceptable"


def test_a_refused_pdf_is_a_problem_whatever_was_accepted(cast):
    answered = cast.client().get("/v1/invoices/inv_none/pdf", headers={"Accept": "application/pdf"})
    assert answered.code == "not_found"


def test_r54_a_credit_note_corrects_its_invoice(cast):
    sub = cast.bought()
    cast.client().post(f"/v1/subscriptions/{sub['id']}/cancellation", {}, key="k")
    note, invoice = cast.client().get("/v1/invoices").json["data"]
    assert (note["kind"], note["corrects_id"], note["status"]) == (
        "credit_note",
        invoice["id"],
        "refund_pending",
    )
    assert note["total"] == invoice["total"]


def test_r1_the_link_exists_once_the_terms_are_signed(cast):
    cast.applied()
    assert cast.freelancer().get("/v1/freelancer").json["link"] is None
    link = cast.enrolled("other@freelancer.example")["link"]
    assert link["url"].endswith(link["token"])
    opened = cast.visitor().get(f"/v1/links/{link['token']}").json
    assert opened["freelancer"] == {"display_name": "Frida IT"}
    assert len(opened["plans"]) == 4


def test_r5_to_r9_plans_and_their_prices(cast):
    plans = cast.visitor().get("/v1/plans?country=US").json["data"]
    assert [plan["id"] for plan in plans] == [
        "business-basic",
        "apps-for-business",
        "business-standard",
        "business-premium",
    ]
    assert plans[0]["prices"] == {
        "monthly": {"amount": 720, "currency": "USD"},
        "yearly": {"amount": 7200, "currency": "USD"},
    }
    assert cast.visitor().get("/v1/plans").json["data"] == plans


def test_r27_plans_are_answered_from_memory_while_warm(cast, world):
    first = cast.visitor().get("/v1/plans")
    world.__dict__["store"] = None  # whoever asks it now, fails
    assert cast.visitor().get("/v1/plans").content == first.content
    assert cast.visitor().get("/v1/health").json["status"] == "ok"
