"""Who calls in these tests, and what they have done before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.domain.account import Review
from chalicelib.domain.lifecycle import Event, advance
from chalicelib.domain.mailing import SuppressionReason
from chalicelib.domain.people import SYSTEM
from chalicelib.domain.subscription import Renewal
from chalicelib.storage.credentials import Sealed
from chalicelib.usecases.suppressions import suppress
from sandbox.world import SandboxWorld
from tests.api.calling import Calls

ADDRESS = {
    "line1": "1 Main St",
    "line2": None,
    "city": "Redmond",
    "state": "WA",
    "postal_code": "98052",
    "country": "US",
}
QUOTE = {"plan_id": "business-basic", "seats": 10, "billing_period": "monthly", "country": "US"}
PURCHASE = {**QUOTE, "payment_method": "pm_card_visa", "address": ADDRESS}
CONTACT = {
    "first_name": "Carl",
    "last_name": "Client",
    "email": "carl@client.example",
    "phone": "206 555 0100",
}
ACCOUNT = {
    "existing_customer": False,
    "domain_prefix": "acme",
    "account_name": "Acme Inc.",
    "address": ADDRESS,
    "primary_contact": CONTACT,
}
PASSWORD = "Sw!the-password"
APPLICATION = {
    "display_name": "Frida IT",
    "serves_us_clients": True,
    "experience": "Ten years of IT support.",
}


class Meanwhile:
    """Stands in for a part of the world: when a method of it is first called, something happens before."""

    def __init__(self, inner: object, method: str, act: Callable[[], object]) -> None:
        self._inner = inner
        self._method: str | None = method
        self._act = act

    def __getattr__(self, name: str) -> Any:
        if name == self._method:
            self._method = None
            self._act()
        return getattr(self._inner, name)


@dataclass
class Cast:
    """Everybody, signed in."""

    world: SandboxWorld

    def visitor(self) -> Calls:
        return Calls()

    def client(self, email="carl@client.example", **claims) -> Calls:
        return self.signed_in(email, "client", **claims)

    def freelancer(self, email="frida@freelancer.example", **claims) -> Calls:
        return self.signed_in(email, "freelancer", **claims)

    def operator(self) -> Calls:
        return self.signed_in("olga@operator.example", "operator")

    def signed_in(self, email, *roles, **claims) -> Calls:
        return Calls(token=self.world.identity.issue(email=email, roles=roles, **claims).token)

    # --- what has happened before --------------------------------------------------------------------

    def invited(self, email="frida@freelancer.example") -> dict[str, Any]:
        return self.operator().post("/v1/admin/invitations", {"email": email, "display_name": "Frida"}).json

    def applied(self, email="frida@freelancer.example") -> dict[str, Any]:
        self.invited(email)
        return self.freelancer(email).post("/v1/freelancer/application", APPLICATION).json

    def enrolled(self, email="frida@freelancer.example") -> dict[str, Any]:
        """A freelancer with a link."""
        applied = self.applied(email)
        self.operator().post(f"/v1/admin/applications/{applied['id']}/decision", {"approve": True})
        terms = self.freelancer(email).get("/v1/freelancer/terms").json
        return self.freelancer(email).post("/v1/freelancer/terms", {"version": terms["version"]}).json

    def bought(self, *, key="purchase", client=None, **changes) -> dict[str, Any]:
        """A pending subscription."""
        answered = (client or self.client()).post("/v1/subscriptions", {**PURCHASE, **changes}, key=key)
        assert answered.status == 201, answered.content
        return answered.json

    def sold(self, *, email="frida@freelancer.example", key="purchase", **changes) -> dict[str, Any]:
        """A pending subscription, bought through the freelancer's link."""
        return self.bought(key=key, link_token=self.enrolled(email)["link"]["token"], **changes)

    def requested(self, sub) -> dict[str, Any]:
        """The client has asked the seller to manage it."""
        version = self.client().get("/v1/delegation-terms").json["version"]
        path = f"/v1/subscriptions/{sub['id']}/delegation"
        return self.client().put(path, {"terms_version": version}).json

    def delegated(self, sub, *, email="frida@freelancer.example") -> dict[str, Any]:
        """The seller has said yes."""
        self.requested(sub)
        answered = self.freelancer(email).post(f"/v1/delegations/{sub['id']}/decision", {"approve": True})
        assert answered.status == 200, answered.content
        return answered.json

    def submitted(self, sub, **changes) -> dict[str, Any]:
        """The Microsoft account waits for its review."""
        path = f"/v1/subscriptions/{sub['id']}/microsoft-account"
        return self.client().put(path, {**ACCOUNT, **changes}).json

    def activated(self, sub) -> None:
        """Microsoft has provisioned it: what the workers would do, in one step."""
        self.submitted(sub)
        account = self.world.store.load(sub["id"]).account
        assert account is not None
        sealed = Sealed(
            user_name="admin@acme.onmicrosoft.com",
            ciphertext=self.world.vault.seal(PASSWORD, subscription_id=sub["id"]),
        )
        linked = replace(
            account, review=Review.APPROVED, tenant_id="tenant", admin_user_name=sealed.user_name
        )
        self._happens(sub, Event.ACTIVATED, credentials=sealed, account=linked)

    def renewal_begun(self, sub) -> None:
        """The renewal's charge is on its way."""
        paid = self.world.store.load(sub["id"]).payment
        renewal = Renewal(
            attempt=1,
            tries=1,
            amount=paid.total,
            unit_price=paid.unit_price,
            tax=paid.tax,
            begun_at=self.world.now(),
        )
        self._happens(sub, Event.RENEWAL_BEGUN, renewal=renewal)

    def renewal_called_off(self, sub) -> None:
        """It is not, after all."""
        self._happens(sub, Event.RENEWAL_CALLED_OFF, renewal=None)

    def _happens(self, sub, event, *, credentials=None, **changes) -> None:
        found = self.world.store.load(sub["id"])
        decision = advance(found, event, at=self.world.now(), by=SYSTEM, changes=changes)
        self.world.store.commit(decision, credentials=credentials)

    def suspended(self, sub) -> None:
        """An operator has switched it off."""
        self.activated(sub)
        self.operator().put(f"/v1/admin/subscriptions/{sub['id']}/suspension", {"reason": "Spam."})

    def suppressed(self, sub, *, template="E1") -> str:
        """The id of the suppression of an address that a mail to it has bounced from."""
        mail = self.world.store.mail_of(sub["id"], template)
        assert mail is not None
        suppress(
            self.world, mail=mail, reason=SuppressionReason.BOUNCE, detail="General", at=self.world.now()
        )
        return str(self.world.store.standing(mail.data["to"]).suppression_id)

    def stuck(self, sub) -> str:
        """The id of a mail that was given up."""
        effect = self.world.store.mail_of(sub["id"], "E1")
        assert effect is not None
        claimed = self.world.store.claim(effect.id, at=self.world.now())
        assert claimed is not None
        self.world.store.failed(claimed, error="MessageRejected", for_good=True, at=self.world.now())
        return effect.id
