"""The storefront as the sandbox serves it: the files that were built, its pages, or a word that none was."""

from __future__ import annotations

import gzip
import http.client
import json
import re
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.domain.brand import Brand
from sandbox.client import Line, Town
from sandbox.exchange import Request
from sandbox.server import Sandbox
from sandbox.simulators.microsoft import PARTNER_TENANT
from sandbox.simulators.sign_in import CLIENT_ID
from sandbox.storefront import Storefront, configured
from tools.storefront.configuration import NoPlace

BRAND = Brand(
    name="Northwind & <Sons>",
    legal_name="Northwind LLC",
    postal_address="1 Main St",
    sender="no-reply@northwind.example",
    support="help@northwind.example",
    storefront_url="http://127.0.0.1:8000",
)
CONFIGURATION = configured(BRAND, {}, provider=None)
START = datetime(2024, 1, 31, 10, tzinfo=UTC)
SCRIPT = b"document.title = 'Seatwise';" * 20
PAGE = (
    b'<!doctype html><title>Seatwise</title><script type="application/json" id="config">{}</script>'
    b'<script type="module" src="/assets/main-1a2b.js"></script>'
)
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    """A small build, beside which lies what nobody may read."""
    root = tmp_path_factory.mktemp("build")
    dist = root / "storefront"
    (dist / "assets").mkdir(parents=True)
    (root / "secret.txt").write_bytes(b"secret")
    (dist / "index.html").write_bytes(PAGE)
    (dist / "favicon.svg").write_bytes(b"<svg/>")
    (dist / "site.webmanifest").write_bytes(b"{}")
    (dist / "assets" / "font-1a2b.woff2").write_bytes(b"wOF2")
    (dist / "assets" / "main-1a2b.js").write_bytes(SCRIPT)
    (dist / "assets" / "main-1a2b.js.gz").write_bytes(gzip.compress(SCRIPT, mtime=0))
    (dist / "assets" / "main-1a2b.js.br").write_bytes(b"as brotli has it")
    return dist


@pytest.fixture(scope="module")
def storefront(dist):
    return Storefront(dist=dist, configuration=CONFIGURATION)


def get(storefront, path, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return storefront.answer(Request(method="GET", target=path, headers=named))


def said_in(answer):
    (said,) = re.findall(rb'id="config">(.*?)</script>', answer.body)
    return json.loads(said)


# --- files ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "media_type", "kept"),
    [
        ("/assets/main-1a2b.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/assets/font-1a2b.woff2", "font/woff2", "public, max-age=31536000, immutable"),
        ("/favicon.svg", "image/svg+xml; charset=utf-8", "public, max-age=3600"),
        ("/site.webmanifest", "application/manifest+json", "public, max-age=3600"),
        ("/index.html", "text/html; charset=utf-8", "no-cache"),
    ],
)
def test_a_file_says_what_it_is_and_how_long_it_stays_true(storefront, path, media_type, kept):
    answer = get(storefront, path)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["Cache-Control"] == kept
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        pytest.param("gzip, deflate, br, zstd", "br", id="the smallest first"),
        pytest.param("gzip", "gzip", id="only gzip"),
        pytest.param("br;q=0, gzip;q=0.5", "gzip", id="not what is refused"),
        pytest.param("*", "br", id="anything"),
        pytest.param("identity", None, id="as it is"),
        pytest.param("zstd", None, id="only what was not made"),
        pytest.param("", None, id="nothing said"),
    ],
)
def test_a_file_goes_over_the_line_as_small_as_the_client_can_read_it(storefront, accepted, encoding):
    answer = get(storefront, "/assets/main-1a2b.js", Accept_Encoding=accepted)
    bodies = {None: SCRIPT, "gzip": gzip.compress(SCRIPT, mtime=0), "br": b"as brotli has it"}
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.body == bodies[encoding]
    assert answer.headers["Vary"] == "Accept-Encoding", "a cache must not give it to another client"


def test_what_was_not_compressed_is_sent_as_it_is(storefront):
    answer = get(storefront, "/assets/font-1a2b.woff2", Accept_Encoding="br, gzip")
    assert "Content-Encoding" not in answer.headers
    assert answer.body == b"wOF2"


def test_what_a_client_has_already_is_not_sent_again(storefront):
    first = get(storefront, "/favicon.svg")
    etag = first.headers["ETag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = get(storefront, "/favicon.svg", If_None_Match=known)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["ETag"] == etag
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    assert get(storefront, "/favicon.svg", If_None_Match='"other"').status == 200


def test_each_encoding_has_an_etag_of_its_own_because_their_bytes_differ(storefront):
    answers = [get(storefront, "/assets/main-1a2b.js", Accept_Encoding=each) for each in ("br", "gzip", "")]
    assert len({answer.headers["ETag"] for answer in answers}) == 3


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "/assets",
        "/assets/",
        "/assets/main-1a2b.js.br",
        "/assets/gone-1a2b.js",
    ],
)
def test_only_what_was_built_is_given_out(storefront, path):
    assert get(storefront, path, Accept="*/*") is None


@pytest.mark.parametrize("path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/gone-1a2b.js"])
def test_a_missing_file_is_missing_also_for_a_browser(storefront, path):
    assert get(storefront, path, **BROWSER) is None, "as where it is deployed"


# --- pages ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/l/aB3-_9", "/billing", "/subscriptions/sub_1/cancel", "/operator/"])
def test_every_page_is_the_one_page_which_knows_the_marketplace(storefront, path):
    answer = get(storefront, path, **BROWSER)
    assert answer.status == 200
    assert said_in(answer) == {
        "brand": {"name": BRAND.name, "support_email": BRAND.support},
        "api": "",
        "sandbox": True,
        "sign_in": {"kind": "sandbox"},
        "payments": {"kind": "sandbox"},
    }


def test_it_can_be_shown_as_a_deployed_one(dist):
    environment = {
        "TIME_MACHINE": "off",
        "CARD_FIELDS": "pk_test_1",
        "SIGN_IN_SCOPE": "openid offline_access",
    }
    shown = configured(BRAND, environment, provider="http://127.0.0.1:9001")
    answer = get(Storefront(dist=dist, configuration=shown), "/")
    said = said_in(answer)
    assert said["sandbox"] is False
    assert said["payments"] == {"kind": "stripe", "publishable_key": "pk_test_1"}
    assert said["sign_in"] == {
        "kind": "oidc",
        "authority": "http://127.0.0.1:9001",
        "client_id": CLIENT_ID,
        "scope": "openid offline_access",
        "audience": None,
    }
    policy = answer.headers["Content-Security-Policy"]
    assert "http://127.0.0.1:9001" in policy
    assert "https://js.stripe.com" in policy


def test_the_page_is_compressed_with_what_was_put_into_it(storefront):
    answer = get(storefront, "/billing", Accept_Encoding="br, gzip", **BROWSER)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.body) == get(storefront, "/").body


def test_the_page_is_asked_for_each_time_and_sent_only_when_it_has_changed(storefront, dist):
    etag = get(storefront, "/").headers["ETag"]
    assert get(storefront, "/billing", If_None_Match=etag, **BROWSER).status == 304
    other = Storefront(dist=dist, configuration=configured(replace(BRAND, name="Other"), {}, provider=None))
    assert get(other, "/billing", If_None_Match=etag, **BROWSER).status == 200


def test_whoever_wants_no_page_gets_none(storefront):
    assert get(storefront, "/billing", Accept="application/json") is None
    assert get(storefront, "/billing") is None


def test_only_scripts_of_the_build_run_and_nobody_frames_the_page(storefront):
    policy = get(storefront, "/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_a_page_without_a_place_for_the_configuration_is_not_served(tmp_path):
    (tmp_path / "index.html").write_bytes(b"<!doctype html>")
    with pytest.raises(NoPlace, match="config"):
        Storefront(dist=tmp_path, configuration=CONFIGURATION)


# --- none was built ------------------------------------------------------------------------------------


@pytest.fixture
def unbuilt(tmp_path):
    return Storefront(dist=tmp_path / "storefront", configuration=CONFIGURATION)


def test_without_a_build_it_is_said_what_is_missing_and_where_the_rest_is(unbuilt):
    answer = get(unbuilt, "/")
    text = answer.body.decode()
    assert answer.status == 200
    assert "Node.js" in text
    for link in ("/docs", "/v1/openapi.json", "/sandbox"):
        assert f'href="{link}"' in text
    assert '<html lang="en">' in text
    assert "prefers-color-scheme: dark" in text


def test_without_a_build_the_page_needs_nothing_from_elsewhere(unbuilt):
    answer = get(unbuilt, "/")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert b"<script" not in answer.body
    assert re.findall(rb"<(?:img|link|iframe)[^>]+(?:src|href)=\"(?!data:)", answer.body) == []


def test_without_a_build_a_link_in_a_mail_leads_to_the_same_word(unbuilt):
    answer = get(unbuilt, "/billing", **BROWSER)
    assert (answer.status, answer.body) == (404, get(unbuilt, "/").body)
    assert get(unbuilt, "/billing", Accept="application/json") is None


# --- over the line -------------------------------------------------------------------------------------


@pytest.fixture
def told():
    """What the console of the sandbox says."""
    return []


@pytest.fixture
def sandbox(dist, told):
    with Sandbox(start=START, dist=dist, environment={}, say=told.append) as running:
        yield running


@pytest.fixture
def line(sandbox):
    line = Line(sandbox.url)
    yield line
    line.close()


def test_a_browser_gets_everything_over_one_line(sandbox):
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=10)
    connection.connect()
    socket = connection.sock
    for path in ("/", "/assets/main-1a2b.js", "/v1/health"):
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        assert answer.status == 200
        assert int(answer.headers["Content-Length"]) == len(answer.read())
        assert connection.sock is socket, "kept open"
    connection.close()


def test_HEAD_says_the_same_without_the_content(line):
    for path in ("/", "/favicon.svg", "/billing"):
        full = line.send("GET", path, headers=BROWSER)
        head = line.send("HEAD", path, headers=BROWSER)
        assert (head.status, head.content) == (200, b"")
        assert int(head.headers["content-length"]) == len(full.content)
        assert head.headers["etag"] == full.headers["etag"]


def test_a_304_says_no_length_because_it_would_be_taken_for_that_of_the_file(line):
    etag = line.send("GET", "/favicon.svg").headers["etag"]
    again = line.send("GET", "/favicon.svg", headers={"If-None-Match": etag})
    assert again.status == 304
    assert "content-length" not in again.headers
    assert line.send("GET", "/favicon.svg").content == b"<svg/>", "and the line goes on"


def test_the_API_and_the_documentation_stay_what_they_are_for_a_browser(line):
    for path in ("/v1/plans?country=US", "/v1/none", "/docs/none.md", "/sandbox", "/sandbox/none"):
        assert b"<!doctype" not in line.send("GET", path, headers=BROWSER).content.lower()
    assert line.send("GET", "/billing").json["code"] == "not_found"
    assert line.send("POST", "/billing", {}, headers=BROWSER).json["code"] == "not_found"


def test_a_page_of_another_port_learns_that_the_answer_depends_on_both(line):
    headers = {"Origin": "http://127.0.0.1:5173"}
    answer = line.send("GET", "/assets/main-1a2b.js", headers=headers)
    assert answer.headers["vary"] == "Accept-Encoding, Origin"


def test_what_pages_load_by_themselves_does_not_fill_the_console(line, told):
    line.send("GET", "/assets/main-1a2b.js")
    line.send("GET", "/sandbox/clock", headers={"X-Sandbox-Page": "1"})
    line.send("GET", "/l/abc", headers=BROWSER)
    line.send("GET", "/v1/plans?country=US")  # what was before has been said when this is answered
    assert [said.split()[:2] for said in told[:1]] == [["GET", "/l/abc"]]


def test_links_lead_to_the_sandbox_itself(sandbox, line):
    assert sandbox.world.settings.brand.storefront_url == sandbox.url
    town = Town(line=line)
    frida = town.person("Frida Lindqvist", "freelancer")
    carl = town.person("Carl Jensen", "client")
    sub = carl.buy(link=town.enroll(frida))
    assert frida.ask("GET", "/v1/freelancer")["link"]["url"].startswith(f"{sandbox.url}/l/")
    (mail,) = town.mails(carl, "E1")
    assert f"{sandbox.url}/subscriptions/{sub['id']}" in mail["text"]


def test_who_has_accepted_at_microsoft_finds_the_way_back(sandbox):
    page = f"/admin/partners/invitation?partnerId={PARTNER_TENANT}"
    back = f'<a href="{sandbox.url}">Back to Seatwise</a>'
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    with closing(Line(sandbox.world.neighbors.urls["microsoft"])) as microsoft:
        before = microsoft.send("GET", page)
        wrong = microsoft.send("POST", page, b"domain=missing.com&answer=accept", headers=form)
        accepted = microsoft.send("POST", page, b"domain=initech.com&answer=accept", headers=form)
    assert back not in before.content.decode() + wrong.content.decode(), "nothing is done yet"
    assert back in accepted.content.decode()


def test_a_storefront_elsewhere_wins(dist):
    elsewhere = {"STOREFRONT_URL": "http://127.0.0.1:5173"}
    with Sandbox(start=START, dist=dist, environment=elsewhere) as running:
        assert running.world.settings.brand.storefront_url == "http://127.0.0.1:5173"


def test_a_mail_is_a_page_for_a_frame_in_which_nothing_runs(line):
    town = Town(line=line)
    carl = town.person("Carl Jensen", "client")
    carl.buy()
    (mail,) = town.mails(carl, "E1")
    answer = line.send("GET", f"/sandbox/mailbox/{mail['id']}")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.content.decode() == mail["html"].replace("<head>", '<head><base target="_top">', 1)
    said = answer.headers["content-security-policy"].split(";")
    policy = dict(each.strip().partition(" ")[::2] for each in said)
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'self'"
    assert policy["sandbox"] == "allow-popups allow-top-navigation-by-user-activation"
    assert line.send("HEAD", f"/sandbox/mailbox/{mail['id']}").status == 200


def test_a_mail_that_nobody_sent_is_not_found(line):
    answer = line.send("GET", "/sandbox/mailbox/mail_999999")
    assert (answer.status, answer.json["code"]) == (404, "not_found")
