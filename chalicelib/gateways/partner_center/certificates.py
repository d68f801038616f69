"""Whether a notice is Microsoft's: its certificate, whom that leads back to, and its signature."""

from __future__ import annotations

import base64
import binascii
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from chalicelib.gateways.transport import Budget, NoReply, Transport
from chalicelib.gateways.trouble import Refused, Unavailable

if TYPE_CHECKING:  # loaded when the first notice comes: nobody else needs it
    from cryptography import x509

NEIGHBOR: Final = "microsoft"
HOSTS: Final = frozenset({"3psostorageacct.blob.core.windows.net"})
# Where certificates say that their issuers' are; these travel without TLS, and vouch for themselves.
ISSUER_HOSTS: Final = frozenset({"www.microsoft.com", "caissuers.microsoft.com", "cacerts.digicert.com"})
ORGANIZATION: Final = "Microsoft Corporation"
BUNDLED: Final = frozenset({"DigiCert Inc", ORGANIZATION})  # who signs for Microsoft, of all roots there are

ALGORITHM: Final = "rsa-sha256"
LARGEST: Final = 64 * 1024
SECONDS: Final = 6.0
HOPS: Final = 4
KEPT: Final = 16

_SIGNATURE: Final = re.compile(r"Signature\s+([A-Za-z0-9+/]+={0,2})", re.IGNORECASE)
_PEM: Final = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)

Roots = Callable[[], "list[x509.Certificate]"]


def roots_in(pem: str) -> Roots:
    """The certificates of a configured PEM."""

    def read() -> list[x509.Certificate]:
        from cryptography import x509

        return x509.load_pem_x509_certificates(pem.encode())

    return read


def bundled_roots() -> list[x509.Certificate]:
    """The roots that everybody has, and of these the ones that sign for Microsoft."""
    from pathlib import Path

    import certifi
    from cryptography import x509

    found: list[x509.Certificate] = []
    for block in _PEM.findall(Path(certifi.where()).read_bytes()):
        encoded = base64.b64decode(b"".join(block.splitlines()[1:-1]))
        if not any(organization.encode() in encoded for organization in BUNDLED):
            continue  # unread: some of the others are so old that they cannot be
        certificate = x509.load_der_x509_certificate(encoded)
        if BUNDLED & set(_organizations(certificate.subject)):
            found.append(certificate)
    return found


class CertificateCheck:
    """Lets through what Microsoft has signed, and nothing else."""

    def __init__(
        self,
        *,
        transport: Transport,
        hosts: frozenset[str] = HOSTS,
        roots: Roots = bundled_roots,
        schemes: frozenset[str] = frozenset({"https"}),
        issuer_hosts: frozenset[str] = ISSUER_HOSTS,
    ) -> None:
        self._transport = transport
        self._hosts = frozenset(host.lower() for host in hosts)
        self._issuer_hosts = issuer_hosts
        self._read_roots = roots
        self._schemes = schemes
        self._roots: list[x509.Certificate] | None = None
        self._kept: dict[str, list[x509.Certificate]] = {}
        self._lock = threading.Lock()

    def check(self, *, headers: Mapping[str, str], body: bytes, at: datetime) -> None:
        """Nothing if the notice is genuine, Refused if it is not, Unavailable if that cannot be told now."""
        given = {name.lower(): value for name, value in headers.items()}
        signature = _signature(given)
        url = given.get("x-ms-certificate-url", "").strip()
        if given.get("x-ms-signature-algorithm", "").strip().lower() != ALGORITHM:
            raise _refused("another algorithm, or none")
        self._check_address(url)
        budget = Budget(SECONDS)
        chain = self._downloaded(url, budget)
        self._check_chain(chain, at, budget)
        _check_signature(chain[0], signature, body)

    def _check_address(self, url: str) -> None:
        """The one address that is asked for because a stranger named it: only where Microsoft keeps them."""
        parts = urlsplit(url)
        if parts.scheme.lower() not in self._schemes or parts.netloc.lower() not in self._hosts:
            raise _refused("a certificate from elsewhere")

    def _downloaded(self, url: str, budget: Budget) -> list[x509.Certificate]:
        """The certificate at an address, and others that came along with it."""
        from cryptography import x509

        with self._lock:
            kept = self._kept.get(url)
        if kept is not None:
            return kept
        try:
            reply = self._transport.send(
                method="GET", url=url, headers={"Accept": "*/*"}, body=None, seconds=budget.share(SECONDS)
            )
        except NoReply:
            raise Unavailable(NEIGHBOR, "the certificate cannot be read now") from None
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR or reply.status in {408, 429}:
            raise Unavailable(NEIGHBOR, f"the certificate cannot be read now: {reply.status}")
        if reply.status != HTTPStatus.OK or len(reply.body) > LARGEST:
            raise _refused("there is no certificate")
        try:
            if b"-----BEGIN" in reply.body:
                read = x509.load_pem_x509_certificates(reply.body)
            else:
                read = [x509.load_der_x509_certificate(reply.body)]
        except ValueError:
            raise _refused("what is there is no certificate") from None
        with self._lock:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            self._kept[url] = read
        return read

    def _check_chain(self, given: list[x509.Certificate], at: datetime, budget: Budget) -> None:
        """The certificate leads back to a root of ours, is valid now, and was issued by Microsoft."""
        leaf, *others = given
        if not _valid(leaf, at):
            raise _refused("the certificate is not valid at this time")
        if ORGANIZATION not in _organizations(leaf.issuer):
            raise _refused("the certificate was issued by somebody else")
        roots = self._all_roots()
        current = leaf
        for below in range(HOPS):
            if any(_issued(root, current, at, below=below) for root in roots):
                return
            candidates = (*others, *self._issuers(current, budget))
            issuer = next((one for one in candidates if _issued(one, current, at, below=below)), None)
            if issuer is None:
                break
            current = issuer
        raise _refused("the certificate leads to no root of ours")

    def _issuers(self, certificate: x509.Certificate, budget: Budget) -> Iterator[x509.Certificate]:
        """The issuer's certificate from where the certificate says it is, if we know that place."""
        from cryptography import x509
        from cryptography.x509.oid import AuthorityInformationAccessOID

        try:
            access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
        except (x509.ExtensionNotFound, ValueError):
            return
        for description in access:
            if description.access_method != AuthorityInformationAccessOID.CA_ISSUERS:
                continue
            url = str(description.access_location.value)
            parts = urlsplit(url)
            if parts.scheme in {"http", "https"} and parts.netloc.lower() in self._issuer_hosts:
                yield from self._downloaded(url, budget)

    def _all_roots(self) -> list[x509.Certificate]:
        if self._roots is None:
            self._roots = self._read_roots()
        return self._roots


def _signature(headers: Mapping[str, str]) -> bytes:
    """The signature, from whichever of the two headers the registration chose."""
    for name in ("x-ms-signature", "authorization"):
        found = _SIGNATURE.fullmatch(headers.get(name, "").strip())
        if found:
            try:
                return base64.b64decode(found[1], validate=True)
            except binascii.Error:
                break
    raise _refused("there is no signature")


def _check_signature(certificate: x509.Certificate, signature: bytes, body: bytes) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise _refused("the certificate has another kind of key")
    try:
        key.verify(signature, body, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        raise _refused("the signature is not of this body") from None


def _valid(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _issued(issuer: x509.Certificate, certificate: x509.Certificate, at: datetime, *, below: int) -> bool:
    """Whether an authority, with so many others below it, is valid, may sign, and has signed this."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        basic = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        if not basic.ca or (basic.path_length is not None and basic.path_length < below):
            return False
        if not _may_sign(issuer) or not _valid(issuer, at):
            return False
        certificate.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _may_sign(issuer: x509.Certificate) -> bool:
    from cryptography import x509

    try:
        return bool(issuer.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign)
    except x509.ExtensionNotFound:
        return True


def _organizations(name: x509.Name) -> list[str]:
    from cryptography.x509.oid import NameOID

    return [str(attribute.value) for attribute in name.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)]


def _refused(why: str) -> Refused:
    return Refused(NEIGHBOR, f"not a notice of Microsoft's: {why}")
