"""The client's side of Microsoft in a browser: accept the invitation, and say what a freelancer may do."""

from __future__ import annotations

import html
from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from chalicelib.gateways.delegated_admin import LEAST_ROLES, NEVER
from sandbox.exchange import Response
from sandbox.simulators.microsoft.client import Client, NothingToAccept, UnknownGrant
from sandbox.simulators.microsoft.entra import PARTNER_TENANT
from sandbox.simulators.microsoft.grants import Grant
from sandbox.simulators.microsoft.speech import Call, Route
from sandbox.simulators.microsoft.tenants import NONE, Tenant, UnknownTenant
from sandbox.simulators.pages import form_of, page

INVITATION: Final = "/partners/invitation"
GRANT: Final = "/grants/{grant}"
PORTAL: Final = "/AdminPortal/Home"  # where the real links of delegated administration lead, with a fragment

_MARK: Final = (
    '<svg viewBox="0 0 20 20" aria-hidden="true"><g fill="var(--accent)"><rect width="9" height="9" rx="2"/>'
    '<rect x="11" width="9" height="9" rx="2" opacity=".7"/><rect y="11" width="9" height="9" rx="2"'
    ' opacity=".7"/><rect x="11" y="11" width="9" height="9" rx="2" opacity=".45"/></g></svg>'
)
# A row that is chosen fills in its domain.
_CHOOSE: Final = """<script>
for (const button of document.querySelectorAll("[data-domain]")) {
  button.addEventListener("click", () => {
    const field = document.getElementById("domain");
    field.value = button.dataset.domain;
    field.focus();
  });
}
</script>"""
_INVITED_BY: Final = frozenset({"invtype", "partnerid", "msppid", "dap"})
_ROLE_NAMES: Final = {role_id: name for name, role_id in (LEAST_ROLES | NEVER).items()}
_GRANT_WORDS: Final = {
    "created": "It is still being prepared, and cannot be approved yet.",
    "approvalPending": "It waits for your approval.",
    "approved": "You approved it; it comes into force shortly.",
    "active": "It is in force.",
    "terminationRequested": "It is being ended.",
    "terminated": "It is over.",
    "expired": "It has expired.",
}


class Pages:
    """What an administrator of a client sees at Microsoft."""

    def __init__(self, *, client: Client) -> None:
        self._client = client
        self.routes = [
            Route(method="GET", pattern=INVITATION, answer=self._invitation, query=_INVITED_BY),
            Route(method="POST", pattern=INVITATION, answer=self._answered, query=_INVITED_BY),
            Route(method="GET", pattern=GRANT, answer=self._grant),
            Route(method="POST", pattern=GRANT, answer=self._decided),
            Route(method="GET", pattern=PORTAL, answer=self._portal),
        ]

    # --- the invitation ----------------------------------------------------------------------------------

    def _invitation(self, call: Call) -> Response:
        partner = {name.lower(): value for name, value in call.query.items()}.get("partnerid")
        if partner != PARTNER_TENANT:
            words = _told("There is no such invitation", "The link is not complete. Open it from the email.")
            return _page("Invitation", words, status=HTTPStatus.NOT_FOUND)
        return self._shown_invitation(call)

    def _answered(self, call: Call) -> Response:
        form = form_of(call.request)
        domain, answer = form.get("domain", "").strip().lower(), form.get("answer")
        try:
            if answer == "accept":
                self._client.accept(domain, at=call.at)
                words = _told(
                    f"{domain} has accepted",
                    f"{self._partner} is your partner now, and the Microsoft Customer Agreement is signed."
                    " The seats are ordered without your doing anything more.",
                    back=self._back,
                )
            elif answer == "decline":
                self._client.refuse(domain, at=call.at)
                words = _told(
                    f"{domain} has declined",
                    "Nothing was changed at Microsoft, and nobody is told. You can still accept.",
                )
            else:
                words = _told("Nothing was done", "Accept or decline the invitation.", bad=True)
        except UnknownTenant:
            words = _told(
                "There is no such organization",
                f"Microsoft knows no organization with the domain {domain or '(none)'}.",
                bad=True,
            )
        except NothingToAccept:
            words = _told("This was done before", f"{domain} has accepted everything already.", bad=True)
        return self._shown_invitation(call, words)

    def _shown_invitation(self, call: Call, words: str = "") -> Response:
        waiting = self._client.waiting()
        known = [tenant for tenant in self._client.known() if tenant not in waiting]
        rows = [_row(tenant, waits=True) for tenant in waiting] + [
            _row(tenant, waits=False) for tenant in known
        ]
        listed = "".join(rows) or '<p class="soft">No organization has been spoken of yet.</p>'
        first = html.escape(waiting[-1].domain) if waiting else ""
        action = html.escape(f"?{'&'.join(f'{name}={quote(value)}' for name, value in call.query.items())}")
        return _page(
            "Partner invitation",
            f"""{words}
<h1>{self._partner} would like to be your partner</h1>
<p>{self._partner} asks to sell Microsoft subscriptions to your organization. By accepting you</p>
<ul class="plain">
<li>authorize {self._partner} to order and manage subscriptions for you, without access to your data;</li>
<li>sign the Microsoft Customer Agreement for your organization.</li>
</ul>
<form method="post" action="{action}">
<label for="domain">Your organization’s domain</label>
<input id="domain" name="domain" value="{first}" placeholder="contoso.com" autocomplete="off"
 autocapitalize="none" spellcheck="false" required>
<div class="buttons"><button class="main" name="answer" value="accept">Accept</button>
<button name="answer" value="decline">Decline</button></div>
</form>
<h2>Organizations that the sandbox knows</h2>
<p class="soft">The invitation is not addressed to anybody: any organization may accept, also a wrong one.</p>
<div class="rows">{listed}</div>{_CHOOSE}""",
        )

    @property
    def _partner(self) -> str:
        return html.escape(self._client.partner_name)

    @property
    def _back(self) -> str:
        """The way back to where the client came from, which the real one does not offer."""
        url = html.escape(self._client.partner_url)
        return f'<p><a href="{url}">Back to {self._partner}</a></p>' if url else ""

    # --- delegated administration ------------------------------------------------------------------------

    def _grant(self, call: Call) -> Response:
        return self._shown_grant(call)

    def _decided(self, call: Call) -> Response:
        relationship_id, decision = call.parts["grant"], form_of(call.request).get("answer")
        decide = {
            "approve": self._client.approve_grant,
            "decline": self._client.decline_grant,
            "end": self._client.terminate_grant,
        }.get(decision or "")
        said = {"approve": "Approved", "decline": "Declined", "end": "Ended"}
        try:
            if decide is None:
                words = _told("Nothing was done", "Approve or decline the request.", bad=True)
            else:
                decide(relationship_id, at=call.at)
                words = _told(said[decision or ""], f"{self._partner} is told by Microsoft.", back=self._back)
        except NothingToAccept:
            words = _told("Nothing was done", "The request is not in this state any more.", bad=True)
        except UnknownGrant:
            words = ""
        return self._shown_grant(call, words)

    def _shown_grant(self, call: Call, words: str = "") -> Response:
        try:
            grant = self._client.grant(call.parts["grant"])
        except UnknownGrant:
            words = _told(
                "There is no such request", "The link is not complete, or the request was withdrawn."
            )
            return _page("Request", words, status=HTTPStatus.NOT_FOUND)
        roles = "".join(f"<li>{html.escape(_ROLE_NAMES.get(role, role))}</li>" for role in grant.roles)
        buttons = {
            "approvalPending": '<button class="main" name="answer" value="approve">Approve</button>'
            '<button name="answer" value="decline">Decline</button>',
            "active": '<button name="answer" value="end">End it</button>',
        }.get(grant.status, "")
        form = f'<form method="post"><div class="buttons">{buttons}</div></form>' if buttons else ""
        return _page(
            "Delegated administration",
            f"""{words}
<h1>{self._partner} asks to look after your organization</h1>
<p>{html.escape(_GRANT_WORDS.get(grant.status, grant.status))}</p>
<dl><dt>Request</dt><dd>{html.escape(grant.name)}</dd>
<dt>Organization</dt><dd>{html.escape(self._domain_of(grant))}</dd>
<dt>Duration</dt><dd>{grant.lasts.days} days{_extended(grant)}</dd>
<dt>Ends</dt><dd>{_day(grant.ends_at)}</dd></dl>
<h2>What is allowed</h2><ul class="plain">{roles}</ul>{form}""",
        )

    def _domain_of(self, grant: Grant) -> str:
        if grant.tenant_id is None:
            return "any organization"
        domains = {tenant.id: tenant.domain for tenant in self._client.known()}
        return domains.get(grant.tenant_id, grant.tenant_id)

    def _portal(self, _call: Call) -> Response:
        script = """<p class="soft">One moment …</p><script>
const found = location.hash.match(/granularAdminRelationships\\/([0-9a-f-]+)$/i);
if (found) location.replace("../grants/" + found[1]);
</script>"""
        return _page("Microsoft", script)


def _row(tenant: Tenant, *, waits: bool) -> str:
    if waits:
        state = f"declined on {_day(tenant.declined_at)}" if tenant.declined_at else "waits for an answer"
    elif tenant.relationship == NONE or tenant.signed_at is None:
        state = "was not asked"
    else:
        state = f"accepted on {_day(tenant.signed_at)}"
    button = (
        f'<button class="quiet" type="button" data-domain="{html.escape(tenant.domain)}">Choose</button>'
        if waits
        else ""
    )
    return (
        f'<div class="row"><div><b>{html.escape(tenant.domain)}</b>'
        f'<span class="soft">{html.escape(tenant.name)} · {state}</span></div>{button}</div>'
    )


def _told(title: str, text: str, *, bad: bool = False, back: str = "") -> str:
    kind, said = "told bad" if bad else "told", f"<b>{html.escape(title)}</b><p>{html.escape(text)}</p>"
    return f'<div class="{kind}" role="status">{said}{back}</div>'


def _extended(grant: Grant) -> str:
    return ", then extended by 180 days at a time" if grant.auto_extend == "P180D" else ""


def _day(at: datetime | None) -> str:
    return f"{at:%B} {at.day}, {at.year}" if at else ""


def _page(title: str, body: str, *, status: int = HTTPStatus.OK) -> Response:
    return page(title, body, neighbor="Admin center", mark=_MARK, status=status)
