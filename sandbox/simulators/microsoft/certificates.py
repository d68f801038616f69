"""The certificates that notices are signed with: an authority of the simulator's own, made once a process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from sandbox.once import once

_FROM: Final = datetime(2000, 1, 1, tzinfo=UTC)
_TO: Final = datetime(2199, 1, 1, tzinfo=UTC)  # the sandbox's clock may go far


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A certificate, the root that it is checked against, and the key."""

    root: bytes  # PEM
    certificate: bytes  # DER
    key: rsa.RSAPrivateKey

    def signature(self, body: bytes) -> bytes:
        """RSA-SHA256, PKCS#1 v1.5, over exactly these bytes."""
        return self.key.sign(body, padding.PKCS1v15(), hashes.SHA256())


@once
def signer() -> Signer:
    """The one signer of this process."""
    root_key = ec.generate_private_key(ec.SECP256R1())
    root_name = _name("Seatwise Sandbox Root")
    root = (
        _certificate(subject=root_name, issuer=root_name, key=root_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    leaf = (
        _certificate(
            subject=_name("pcnotifications-dispatch.microsoft.com"), issuer=root_name, key=key.public_key()
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False
        )
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("pcnotifications-dispatch.microsoft.com")]),
            critical=False,
        )
        .sign(root_key, hashes.SHA256())
    )
    return Signer(
        root=root.public_bytes(serialization.Encoding.PEM),
        certificate=leaf.public_bytes(serialization.Encoding.DER),
        key=key,
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Microsoft Corporation"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _certificate(
    *, subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_TO)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
