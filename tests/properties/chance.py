"""What chance may choose from, and how often: the same cases in every run, everywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from hypothesis import settings, strategies as st

from chalicelib.domain.account import Account, AccountForm, Review
from chalicelib.domain.calendar import Term
from chalicelib.domain.commission import Earning
from chalicelib.domain.delegation import Delegation, DelegationStatus
from chalicelib.domain.money import Money
from chalicelib.domain.people import Address, Contact, Person, Role, Seller
from chalicelib.domain.subscription import Cancellation, Payment, Renewal, Subscription, Suspension
from chalicelib.rulebook import BillingPeriod, Status

BOUNDED: Final = settings(derandomize=True, database=None, deadline=None, max_examples=200, print_blob=True)

anchors = st.datetimes(
    datetime(2019, 1, 1, tzinfo=UTC).replace(tzinfo=None),
    datetime(2033, 1, 1, tzinfo=UTC).replace(tzinfo=None),
    timezones=st.just(UTC),
)
cents = st.integers(0, 10_000_00)
periods = st.sampled_from(BillingPeriod)
rates = st.integers(0, 10_000)
waits = st.timedeltas(timedelta(0), timedelta(days=60))


def perhaps(something: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | something


# --- any subscription that could be kept, whether or not a life leads to it -------------------------------

_words = st.text(max_size=12)
_money = st.builds(Money, amount=cents, currency=st.sampled_from(["USD", "CAD"]))
_counts = st.integers(0, 10_000)

_people = st.builds(Person, id=_words, name=_words, email=_words, locale=_words)
_sellers = st.builds(Seller, id=_words, name=_words, email=_words, locale=_words, freelancer_id=_words)
_addresses = st.builds(
    Address,
    line1=_words,
    city=_words,
    state=_words,
    postal_code=_words,
    country=_words,
    line2=perhaps(_words),
)
_contacts = st.builds(Contact, first_name=_words, last_name=_words, email=_words, phone=_words)
_forms = st.builds(
    AccountForm,
    existing_customer=st.booleans(),
    domain=_words,
    account_name=_words,
    address=_addresses,
    primary_contact=_contacts,
)
_accounts = st.builds(
    Account,
    submission=_counts,
    form=_forms,
    submitted_at=anchors,
    review=st.sampled_from(Review),
    review_reason=perhaps(_words),
    reviewed_at=perhaps(anchors),
    tenant_id=perhaps(_words),
    agreement_url=perhaps(_words),
    agreement_accepted_at=perhaps(anchors),
    offered_at=perhaps(anchors),
    admin_user_name=perhaps(_words),
)
_terms = st.builds(Term, number=_counts, start=anchors, end=anchors)
_payments = st.builds(
    Payment,
    charge_id=_words,
    charged_at=anchors,
    net=_money,
    tax=_money,
    total=_money,
    unit_price=_money,
    invoice_id=_words,
    invoice_number=_words,
)
_delegations = st.builds(
    Delegation,
    status=st.sampled_from(DelegationStatus),
    request=_counts,
    terms_version=perhaps(_words),
    requested_at=perhaps(anchors),
    decided_at=perhaps(anchors),
    ended_at=perhaps(anchors),
    ended_by=perhaps(st.sampled_from(Role)),
)
_renewals = st.builds(
    Renewal,
    attempt=_counts,
    tries=_counts,
    amount=_money,
    unit_price=_money,
    tax=_money,
    begun_at=perhaps(anchors),
    first_declined_at=perhaps(anchors),
    decline_code=perhaps(_words),
)
earnings = st.builds(
    Earning,
    invoice_id=_words,
    freelancer_id=_words,
    subscription_id=_words,
    cycle=_counts,
    rate=rates,
    net=_money,
    accrued=_money,
    pending=_money,
    earned=_money,
    reversed=_money,
    accrued_at=anchors,
    earned_at=perhaps(anchors),
    reversed_at=perhaps(anchors),
)
subscriptions = st.builds(
    Subscription,
    id=_words,
    version=_counts,
    status=st.sampled_from(Status),
    client=_people,
    seller=perhaps(_sellers),
    plan_id=_words,
    seats=_counts,
    billing_period=periods,
    country=_words,
    address=_addresses,
    payment_method=_words,
    auto_renew=st.booleans(),
    purchased_at=anchors,
    payment=_payments,
    activated_at=perhaps(anchors),
    term=perhaps(_terms),
    account=perhaps(_accounts),
    delegation=_delegations,
    renewal=perhaps(_renewals),
    suspension=perhaps(st.builds(Suspension, reason=_words, at=anchors)),
    expired_at=perhaps(anchors),
    cancellation=perhaps(
        st.builds(
            Cancellation,
            at=anchors,
            rule=_words,
            refund=_money,
            used_days=_counts,
            cycle_days=_counts,
            reason=perhaps(_words),
        )
    ),
    reminded=perhaps(waits),
    commission=perhaps(earnings),
)
