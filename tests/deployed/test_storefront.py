"""The storefront as it is deployed: every page is served, with the headers of the policy."""

from __future__ import annotations

import json
import re
import shutil
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tools.deploy import NotDeployed, outputs_of, publish_storefront
from tools.storefront.policy import headers
from tools.storefront.stage import Own, Served, configured

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None,
    reason="Node.js is missing, with which the emulator runs CloudFront's function",
)

OWN = Own(client_id="seatwise-storefront", publishable_key="pk_test_rehearsal")
SCRIPT = b"document.title = 'Seatwise'\n"
PAGE = (
    b'<!doctype html><title>Seatwise</title><script type="application/json" id="config">{}</script>'
    b'<script type="module" src="/assets/main-1.js"></script>'
)
OF_EACH_FILE = {"Cache-Control"}


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    (folder / "assets").mkdir()
    (folder / "index.html").write_bytes(PAGE)
    (folder / "assets" / "main-1.js").write_bytes(SCRIPT)
    return folder


@pytest.fixture(scope="module")
def told(stage):
    """What the functions are told, and so the storefront."""
    return stage.stack.environment(stage.client)


@pytest.fixture(scope="module")
def served(stage, told, dist):
    publish_storefront("dev", settings=told, own=OWN, dist=dist)
    return Served.read(stage.stack.outputs)


def ask(stage, served, path, *, method="GET", scheme="https"):
    """A browser's request, as it reaches CloudFront."""
    connection = HTTPConnection("127.0.0.1", stage.emulator.port, timeout=30)
    host = urlsplit(served.url).netloc
    connection.request(method, path, headers={"Host": host, "X-Forwarded-Proto": scheme})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


@pytest.mark.parametrize("path", ["/", "/subscriptions/sub_01", "/l/abcDEF123_-?from=mail"])
def test_every_page_is_the_one_file_with_its_configuration_in_it(stage, served, told, path):
    answer, body = ask(stage, served, path)
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Cache-Control"] == "no-cache"
    (said,) = re.findall(rb'id="config">(.*?)</script>', body)
    assert json.loads(said)["api"] == served.api
    assert json.loads(said)["sign_in"]["authority"] == told["TOKEN_ISSUER"]


def test_an_asset_is_served_as_it_is_and_kept_for_a_year(stage, served):
    answer, body = ask(stage, served, "/assets/main-1.js")
    assert (answer.status, body) == (200, SCRIPT)
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_file_that_is_not_there_is_missing_and_no_page(stage, served):
    answer, body = ask(stage, served, "/assets/gone-1.js")
    assert answer.status in {403, 404}  # the emulator says 403, whatever the distribution may hear
    assert PAGE[:40] not in body


def test_the_headers_are_those_of_the_policy_with_the_stack_s_own_api_in_it(stage, served, told):
    answer, _ = ask(stage, served, "/")
    # The rehearsal signs people in elsewhere than the stage does: the origins are the stack's parameter.
    allowed = {**told, "TOKEN_ISSUER": "https://login.dev.seatwise.example"}
    configuration = configured(served, own=OWN, settings=allowed)
    wanted = headers(configuration, path="/index.html", deployed=True)
    assert served.api.startswith("https://")
    for name in set(wanted) - OF_EACH_FILE:
        assert answer.headers[name] == wanted[name], name


def test_nothing_is_served_in_the_clear_and_nothing_is_taken(stage, served):
    answer, _ = ask(stage, served, "/billing", scheme="http")
    assert answer.status == 301
    assert answer.headers["Location"] == f"{served.url}/billing"
    assert ask(stage, served, "/billing", method="POST")[0].status == 403


def test_uploading_the_same_again_changes_nothing(stage, served, told, dist):
    assert publish_storefront("dev", settings=told, own=OWN, dist=dist)[0].endswith("0 of 2 files uploaded.")


def test_who_deploys_hears_that_mails_lead_elsewhere(stage, served, told, dist):
    _, complaint = publish_storefront("dev", settings=told, own=OWN, dist=dist)
    assert served.url in complaint
    assert told["STOREFRONT_URL"] in complaint


def test_a_stage_that_was_never_deployed_has_nowhere_to_put_it(stage):
    with pytest.raises(NotDeployed, match="seatwise-staging"):
        outputs_of("staging")
