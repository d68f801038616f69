"""What the storefront is told, and what browsers may do with it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys

import msgspec
import pytest

from tests.infra.packaging import ROOT
from tools.storefront.configuration import Configuration, NoPlace, in_page
from tools.storefront.policy import headers

PAGE = b'<head><script type="application/json" id="config">{}</script></head>'
SANDBOX = {
    "brand": {"name": "Seatwise", "support_email": "support@seatwise.example"},
    "api": "",
    "sandbox": True,
    "sign_in": {"kind": "sandbox"},
    "payments": {"kind": "sandbox"},
}
DEPLOYED = {
    "brand": {"name": "Seatwise", "support_email": "support@seatwise.example"},
    "api": "https://api.seatwise.example/v",
    "sandbox": False,
    "sign_in": {
        "kind": "oidc",
        "authority": "https://login.seatwise.example:8443/realms/all/",
        "client_id": "storefront",
        "scope": "openid email profile",
        "audience": None,
    },
    "payments": {"kind": "stripe", "publishable_key": "pk_live_1"},
}


def configuration(said):
    return msgspec.convert(said, Configuration)


def policy(said, *, deployed=False):
    """The directives of the content security policy."""
    told = headers(configuration(said), path="/index.html", deployed=deployed)["Content-Security-Policy"]
    parts = [each.strip().split(" ") for each in told.split(";")]
    assert len({name for name, *_ in parts}) == len(parts), "a directive that comes twice counts once"
    return {name: set(sources) for name, *sources in parts}


# --- what it is told -----------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [SANDBOX, DEPLOYED], ids=["the sandbox", "a stage"])
def test_the_page_says_the_whole_configuration(said):
    page = in_page(PAGE, configuration(said)).decode()
    (found,) = re.findall(r'<head><script type="application/json" id="config">(.*)</script></head>', page)
    assert json.loads(found) == said


def test_what_was_in_the_place_before_is_gone():
    once = in_page(PAGE, configuration(SANDBOX))
    assert in_page(once, configuration(DEPLOYED)) == in_page(PAGE, configuration(DEPLOYED))


@pytest.mark.parametrize(
    "name", ["</script><script>alert(1)</script>", "<!--<script>", "a\u2028b\u2029c", r"\1\g<0>", "Søn & Co"]
)
def test_no_name_breaks_out_of_its_place(name):
    said = {**SANDBOX, "brand": {"name": name, "support_email": "a@b.example"}}
    page = in_page(PAGE, configuration(said)).decode()
    assert page.count("<") == PAGE.count(b"<")
    assert len(page.splitlines()) == 1
    (found,) = re.findall(r'id="config">(.*?)</script>', page)
    assert json.loads(found)["brand"]["name"] == name


@pytest.mark.parametrize("page", [b"<head></head>", PAGE * 2, PAGE.replace(b"config", b"other")])
def test_a_page_without_one_place_for_it_is_refused(page):
    with pytest.raises(NoPlace, match="one <script"):
        in_page(page, configuration(SANDBOX))


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"color": "red"}, id="what the storefront does not know"),
        pytest.param({"sign_in": {"kind": "magic"}}, id="an unknown kind"),
        pytest.param({"payments": {"kind": "stripe"}}, id="no key"),
        pytest.param({"payments": {"kind": "stripe", "secret_key": "sk_1"}}, id="a secret"),
    ],
)
def test_what_the_storefront_could_not_use_is_refused(wrong):
    with pytest.raises(msgspec.ValidationError):
        configuration({**SANDBOX, **wrong})


def test_the_storefront_s_own_page_has_the_place():
    page = (ROOT / "storefront" / "index.html").read_bytes()
    assert b'"sandbox":true' in in_page(page, configuration(SANDBOX))


# --- what browsers may do with it ----------------------------------------------------------------------


def test_in_the_sandbox_everything_comes_from_the_sandbox():
    for name, sources in policy(SANDBOX).items():
        others = {each for each in sources if not each.startswith("'")}
        assert others == ({"data:"} if name == "img-src" else set()), name
    assert policy(SANDBOX)["frame-src"] == {"'self'"}, "mails are shown in a frame"


def test_a_stage_calls_its_API_whoever_signs_people_in_and_stripe():
    found = policy(DEPLOYED)
    assert found["connect-src"] == {
        "'self'",
        "https://api.seatwise.example",
        "https://login.seatwise.example:8443",
        "https://api.stripe.com",
    }
    assert found["script-src"] == {"'self'", "https://js.stripe.com", "https://*.js.stripe.com"}
    assert found["frame-src"] == {
        "https://js.stripe.com",
        "https://*.js.stripe.com",
        "https://hooks.stripe.com",
    }


def test_without_stripe_and_without_mails_nothing_is_framed():
    said = {**DEPLOYED, "payments": {"kind": "sandbox"}}
    assert policy(said)["frame-src"] == {"'none'"}
    assert "https://js.stripe.com" not in policy(said)["script-src"]


@pytest.mark.parametrize("said", [SANDBOX, DEPLOYED], ids=["the sandbox", "a stage"])
def test_nothing_is_allowed_that_is_not_named(said):
    found = policy(said)
    assert found["default-src"] == {"'none'"}
    for name in ("base-uri", "form-action", "frame-ancestors"):
        assert found[name] == {"'none'"}, f"{name} does not fall back on default-src"
    assert not {each for sources in found.values() for each in sources if "unsafe" in each or each == "*"}


def test_a_style_may_be_empty_and_filled_by_script_but_not_come_with_the_page():
    nothing = base64.b64encode(hashlib.sha256(b"").digest()).decode()
    assert policy(SANDBOX)["style-src"] == {"'self'", f"'sha256-{nothing}'"}


def test_where_it_is_deployed_nothing_goes_over_the_line_in_the_clear():
    for_stage = headers(configuration(DEPLOYED), path="/index.html", deployed=True)
    assert for_stage["Strict-Transport-Security"] == "max-age=31536000"
    assert "upgrade-insecure-requests" in policy(DEPLOYED, deployed=True)
    here = headers(configuration(SANDBOX), path="/index.html", deployed=False)
    assert "Strict-Transport-Security" not in here, "a laptop speaks plain HTTP"
    assert "upgrade-insecure-requests" not in policy(SANDBOX)


def test_only_stripe_may_ask_the_browser_for_a_payment():
    here, there = (
        headers(configuration(said), path="/", deployed=False)["Permissions-Policy"]
        for said in (SANDBOX, DEPLOYED)
    )
    assert "payment=()" in here
    assert 'payment=(self "https://js.stripe.com")' in there
    assert "camera=()" in here


def test_a_link_s_token_is_told_to_nobody():
    assert headers(configuration(SANDBOX), path="/", deployed=False)["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/assets/main-1a2b.js", "public, max-age=31536000, immutable"),
        ("/index.html", "no-cache"),
        ("/favicon.svg", "public, max-age=3600"),
        ("/assets.txt", "public, max-age=3600"),
    ],
)
def test_only_what_has_a_hash_in_its_name_is_kept_for_good(path, kept):
    assert headers(configuration(SANDBOX), path=path, deployed=True)["Cache-Control"] == kept


def test_whoever_deploys_does_not_load_the_sandbox():
    asked = "import sys, tools.storefront.policy; print({'moto', 'chalicelib', 'sandbox'} & set(sys.modules))"
    answered = subprocess.run(  # noqa: S603  (our own command)
        [sys.executable, "-c", asked], cwd=ROOT, check=True, capture_output=True, text=True, timeout=60
    )
    assert answered.stdout.strip() == "set()"
