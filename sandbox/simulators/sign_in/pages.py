"""The provider's pages: who somebody wants to be."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Final

import msgspec

from chalicelib.api.schemas import words
from sandbox.exchange import Response
from sandbox.simulators.pages import page
from sandbox.simulators.sign_in.sessions import Somebody
from sandbox.tokens import PERSONAS

_NEIGHBOR: Final = "Sign-in"
_MARK: Final = (
    '<svg viewBox="0 0 20 20" aria-hidden="true"><g fill="var(--accent)"><circle cx="10" cy="6" r="4.5"/>'
    '<path d="M1.5 20a8.5 8.5 0 0 1 17 0z" opacity=".7"/></g></svg>'
)
_ROLES: Final = ("client", "freelancer", "operator")
_LOCALES: Final = {"en": "English", "fr": "French"}


def choice(*, wrong: bool = False) -> Response:
    """Who is there, and a form for anybody else."""
    told = (
        '<div class="told bad" role="alert"><b>That is nobody</b>'
        "<p>An email address is needed, a role, and a language.</p></div>"
        if wrong
        else ""
    )
    people = "".join(
        f'<div class="row"><div><b>{html.escape(each.name)}</b>'
        f'<span class="soft">{html.escape(each.about)}</span></div>'
        f'<button class="quiet" name="persona" value="{html.escape(each.email)}"'
        f' aria-label="Sign in as {html.escape(each.name)}">Sign in</button></div>'
        for each in PERSONAS
    )
    roles = "".join(f"<option>{role}</option>" for role in _ROLES)
    locales = "".join(f'<option value="{tag}">{name}</option>' for tag, name in _LOCALES.items())
    body = f"""{told}
<h1>Who are you?</h1>
<p class="soft">In the sandbox anybody can be anybody, and nobody has a password.</p>
<form method="post"><div class="rows">{people}</div></form>
<h2>Somebody else</h2>
<form method="post">
<label for="email">Email address</label>
<input id="email" name="email" type="email" autocomplete="email" required>
<label for="name">Name</label>
<input id="name" name="name" autocomplete="name">
<label for="role">Role</label>
<select id="role" name="role">{roles}</select>
<label for="locale">Language</label>
<select id="locale" name="locale">{locales}</select>
<div class="buttons"><button class="main">Sign in</button></div>
</form>"""
    return _page("Sign in", body, status=HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK)


def chosen(form: Mapping[str, str]) -> Somebody | None:
    """Who was chosen; None if that is nobody."""
    for each in PERSONAS:
        if each.email == form.get("persona"):
            return Somebody(email=each.email, name=each.name, roles=each.roles, locale=each.locale)
    try:
        email: str = msgspec.convert(form.get("email", "").strip(), words.Email)
    except msgspec.ValidationError:
        return None
    role, locale = form.get("role"), form.get("locale")
    if role not in _ROLES or locale not in _LOCALES:
        return None
    return Somebody(email=email, name=form.get("name", "").strip() or None, roles=(role,), locale=locale)


def unknown_client() -> Response:
    """Whoever asks is not registered: nobody is sent anywhere."""
    body = (
        '<div class="told bad" role="alert"><b>Whoever sent you here is not known</b><p>The client, or the'
        " address to come back to, is not registered.</p></div>"
    )
    return _page("Sign in", body, status=HTTPStatus.BAD_REQUEST)


def signed_out(headers: Mapping[str, str]) -> Response:
    """Nobody is signed in any more."""
    shown = _page("Signed out", "<h1>You are signed out</h1>")
    return replace(shown, headers={**shown.headers, **headers})


def _page(title: str, body: str, *, status: int = HTTPStatus.OK) -> Response:
    return page(title, body, neighbor=_NEIGHBOR, mark=_MARK, status=status)
