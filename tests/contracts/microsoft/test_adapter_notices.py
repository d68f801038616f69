"""Notices: only what Microsoft signed is read, and only the id of what it is about is taken from it."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from chalicelib.gateways.microsoft import MicrosoftNotice, NoticeKind
from chalicelib.gateways.partner_center.certificates import CertificateCheck, bundled_roots, roots_in
from chalicelib.gateways.partner_center.notices import HOSTS, read_notice
from chalicelib.gateways.transport import NoReply
from chalicelib.gateways.trouble import Refused, Unavailable
from tests.contracts.examples import example
from tests.contracts.microsoft.partner import NOW, TENANT
from tests.contracts.scripted import Scripted, reply

URL: Final = "https://3psostorageacct.blob.core.windows.net/cert/pcnotifications-dispatch.microsoft.com.cer"
ISSUER_URL: Final = "http://www.microsoft.com/pkiops/certs/issuer.crt"
RELATIONSHIP: Final = "5d027261-d21f-4aa9-b7db-7fa1f56fb163-8777b240-c6f0-4469-9e98-a3205431b836"
BODY: Final = json.dumps(example("pc.webhook.delivery.test_created")["request"]["body"]).encode()
DER = serialization.Encoding.DER


@cache
def key(name: str) -> Any:
    if name in {"leaf", "thief"}:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


def certificate(
    name: str,
    issuer: str,
    *,
    authority: bool = False,
    path_length: int | None = None,
    since: datetime = NOW - timedelta(days=30),
    until: datetime = NOW + timedelta(days=30),
    organization: str = "Microsoft Corporation",
    issuer_url: str | None = None,
    holder: str | None = None,
    signs: bool = True,
) -> x509.Certificate:
    """`name`'s certificate, signed by `issuer`; both in one organization."""

    def named(common_name: str) -> x509.Name:
        return x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
                x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            ]
        )

    builder = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer))
        .public_key(key(holder or name).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=path_length), critical=True)
    )
    if not signs:
        usage = x509.KeyUsage(*[True] + [False] * 8)
        builder = builder.add_extension(usage, critical=True)
    if issuer_url:
        where = x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(issuer_url)
        )
        builder = builder.add_extension(x509.AuthorityInformationAccess([where]), critical=False)
    return builder.sign(key(issuer), hashes.SHA256())


ROOT: Final = certificate(
    "root", "root", authority=True, since=NOW - timedelta(days=400), until=NOW + timedelta(days=400)
)
LEAF: Final = certificate("leaf", "root")


def signed(body: bytes = BODY, *, by: str = "leaf", **headers: str | None) -> dict[str, str]:
    signature = base64.b64encode(key(by).sign(body, padding.PKCS1v15(), hashes.SHA256())).decode()
    given: dict[str, str | None] = {
        "Authorization": f"Signature {signature}",
        "X-MS-Certificate-Url": URL,
        "X-MS-Signature-Algorithm": "rsa-sha256",
    }
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    return {name: value for name, value in given.items() if value is not None}


def check(
    *downloads: Any,
    headers: dict[str, str] | None = None,
    body: bytes = BODY,
    at: datetime = NOW,
    roots=(ROOT,),
) -> Scripted:
    line = Scripted(
        *[
            reply(200, body=item.public_bytes(DER)) if isinstance(item, x509.Certificate) else item
            for item in downloads
        ]
    )
    checked = CertificateCheck(transport=line, roots=lambda: list(roots))
    checked.check(headers=signed() if headers is None else headers, body=body, at=at)
    line.is_over()
    return line


def test_what_microsoft_signed_is_genuine():
    line = check(LEAF)
    assert (line.last.method, line.last.url) == ("GET", URL)
    assert line.last.header("Authorization") is None


def test_the_signature_may_come_in_a_header_of_its_own_and_names_have_any_case():
    given = signed()
    given["x-ms-SIGNATURE"] = given.pop("Authorization")
    check(LEAF, headers=given)


def test_the_certificate_is_read_once():
    line = Scripted(reply(200, body=LEAF.public_bytes(serialization.Encoding.PEM)))
    checked = CertificateCheck(transport=line, roots=lambda: [ROOT])
    for _ in range(3):
        checked.check(headers=signed(), body=BODY, at=NOW)
    with pytest.raises(Refused):  # and its time is looked at each time
        checked.check(headers=signed(), body=BODY, at=NOW + timedelta(days=31))
    assert len(line.sent) == 1


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no header at all"),
        pytest.param(signed(Authorization=None), id="no signature"),
        pytest.param(signed(Authorization="Signature !"), id="no base64"),
        pytest.param(signed(Authorization="Bearer AAAA"), id="another kind of authorization"),
        pytest.param(signed(X_MS_Certificate_Url=None), id="no certificate"),
        pytest.param(signed(X_MS_Signature_Algorithm=None), id="no algorithm"),
        pytest.param(signed(X_MS_Signature_Algorithm="none"), id="another algorithm"),
        pytest.param(example("pc.webhook.delivery.untrusted_cert_url")["request"]["headers"], id="metadata"),
        *[
            pytest.param(signed(X_MS_Certificate_Url=url), id=url)
            for url in (
                URL.replace("https", "http"),
                URL.replace(".net", ".net.evil.example"),
                URL.replace("https://", "https://evil.example/"),
                URL.replace("https://", "https://evil.example@"),
                URL.replace("https://", "https://x@"),
                URL.replace(".net/", ".net:8443/"),
                URL.replace("3psostorageacct", "another"),
                "file:///etc/passwd",
                "https://169.254.169.254/latest/meta-data/",
            )
        ],
    ],
)
def test_nothing_is_fetched_for_a_stranger(headers):
    line = Scripted()
    checked = CertificateCheck(transport=line, roots=lambda: [ROOT])
    with pytest.raises(Refused):
        checked.check(headers=headers, body=BODY, at=NOW)
    assert line.sent == []


@pytest.mark.parametrize(
    ("downloads", "given"),
    [
        pytest.param([LEAF], {"body": BODY + b" "}, id="another body"),
        pytest.param([LEAF], {"headers": signed(by="thief")}, id="another key"),
        pytest.param([LEAF], {"headers": signed(Authorization="Signature AAAA")}, id="nonsense"),
        pytest.param([LEAF], {"at": NOW - timedelta(days=31)}, id="not valid yet"),
        pytest.param([LEAF], {"at": NOW + timedelta(days=31)}, id="not valid any more"),
        pytest.param(
            [LEAF],
            {"roots": [certificate("root", "root", authority=True, holder="other")]},
            id="another root",
        ),
        pytest.param([LEAF], {"roots": [certificate("root", "root")]}, id="a root that is no authority"),
        pytest.param(
            [LEAF],
            {"roots": [certificate("root", "root", authority=True, until=NOW - timedelta(days=1))]},
            id="an expired root",
        ),
        pytest.param(
            [certificate("leaf", "root", organization="Evil")],
            {"roots": [certificate("root", "root", authority=True, organization="Evil")]},
            id="issued by somebody else",
        ),
        pytest.param([reply(404, body=b"")], {}, id="no certificate"),
        pytest.param([reply(302, body=b"", location="http://evil.example")], {}, id="elsewhere"),
        pytest.param([reply(200, body=b"<html>")], {}, id="a page"),
        pytest.param(
            [reply(200, body=LEAF.public_bytes(serialization.Encoding.PEM) + b"\n" * 100_000)],
            {},
            id="too much",
        ),
        pytest.param([certificate("root", "root", authority=True)], {}, id="a key of another kind"),
        pytest.param([certificate("leaf", "issuer")], {}, id="an issuer that is not told"),
        pytest.param(
            [certificate("leaf", "issuer", issuer_url="http://evil.example/ca")], {}, id="an issuer elsewhere"
        ),
    ],
)
def test_what_is_not_genuine_is_refused(downloads, given):
    with pytest.raises(Refused):
        check(*downloads, **given)


def test_an_issuer_between_the_certificate_and_the_root_is_fetched_from_where_microsoft_keeps_it():
    leaf = certificate("leaf", "issuer", issuer_url=ISSUER_URL)
    line = check(leaf, certificate("issuer", "root", authority=True, path_length=0))
    assert [sent.url for sent in line.sent] == [URL, ISSUER_URL]


@pytest.mark.parametrize(
    ("issuer", "root"),
    [
        (certificate("issuer", "root"), ROOT),
        (certificate("issuer", "root", authority=True, signs=False), ROOT),
        (certificate("issuer", "thief", authority=True), ROOT),
        (
            certificate("issuer", "root", authority=True),
            certificate("root", "root", authority=True, path_length=0),
        ),
    ],
    ids=["no authority", "not for certificates", "signed by another", "one too many"],
)
def test_an_issuer_that_may_not_sign_leads_nowhere(issuer, root):
    leaf = certificate("leaf", "issuer", issuer_url=ISSUER_URL)
    with pytest.raises(Refused):
        check(leaf, issuer, roots=[root])


@pytest.mark.parametrize("answer", [NoReply("x", sent=True), reply(503, body=b""), reply(429, body=b"")])
def test_what_cannot_be_told_now_is_told_later(answer):
    with pytest.raises(Unavailable):
        check(answer)


def test_the_roots_are_those_that_are_configured_or_those_that_sign_for_microsoft():
    pem = ROOT.public_bytes(serialization.Encoding.PEM).decode()
    assert roots_in(pem + pem)() == [ROOT, ROOT]

    organizations = {
        attribute.value
        for root in bundled_roots()
        for attribute in root.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    }
    assert organizations == {"DigiCert Inc", "Microsoft Corporation"}


def notice(example_id: str, **changes: Any) -> MicrosoftNotice | None:
    body = {**example(example_id)["request"]["body"], **changes}
    text = json.dumps(body).replace("{CustomerId}", TENANT).replace("{RelationshipID}", RELATIONSHIP.upper())
    return read_notice(text.encode(), hosts=HOSTS)


UPDATED: Final = "pc.webhook.delivery.subscription_updated"
ACTIVATED: Final = "pc.webhook.delivery.gdap_activated"


def test_a_notice_is_about_a_tenant_or_a_relationship_or_does_not_concern_us():
    tenant = MicrosoftNotice(kind=NoticeKind.TENANT, id=TENANT)
    grant = MicrosoftNotice(kind=NoticeKind.GRANT, id=RELATIONSHIP)
    accepted = f"https://api.partnercenter.microsoft.com/v1/customers/{TENANT}"

    assert notice(UPDATED) == tenant
    assert (
        notice(UPDATED, EventName="reseller-relationship-accepted-by-customer", ResourceUri=accepted)
        == tenant
    )
    assert notice(ACTIVATED) == grant
    assert notice("pc.webhook.delivery.gdap_assignment_activated") == grant
    assert notice(ACTIVATED, EventName="granular-admin-relationship-terminated") == grant
    assert notice("pc.webhook.delivery.test_created") is None
    assert notice(UPDATED, EventName="invoice-ready") is None


@pytest.mark.parametrize(
    "uri",
    [
        f"https://evil.example/v1/customers/{TENANT}",
        f"https://api.partnercenter.microsoft.com@evil.example/v1/customers/{TENANT}",
        "https://api.partnercenter.microsoft.com/v1/customers/../../secrets",
        f"https://api.partnercenter.microsoft.com/v1/customers/{TENANT}0",
        "",
        None,
        7,
    ],
)
def test_an_id_is_only_taken_from_where_ids_are(uri):
    assert notice(UPDATED, ResourceUri=uri) is None


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b"\xff"])
def test_a_genuine_notice_that_cannot_be_read_is_let_go(body):
    assert read_notice(body, hosts=HOSTS) is None
