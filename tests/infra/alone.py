"""Run in a process of its own, twice: by the package, and by the whole libraries. Both must say the same.

Reads from standard input what to make; prints, as its last line, what was made: letters, a paper, a phone
number, keys and roots, identifiers, and where the AWS services are.
"""

from __future__ import annotations

import hashlib
import json
import sys

REGIONS = ("us-east-1", "eu-west-1", "us-gov-west-1", "cn-north-1")
SERVICES = ("dynamodb", "kms", "secretsmanager", "sesv2", "sqs")


def digest(*parts):
    joined = b"\0".join(part if isinstance(part, bytes) else part.encode() for part in parts)
    return hashlib.sha256(joined).hexdigest()


def letters(samples, brand):
    from chalicelib.mails import render

    for template, facts in samples:
        for locale in ("en", "fr-CA"):
            letter = render(template, locale=locale, facts=facts, brand=brand)
            yield digest(letter.subject, letter.text, letter.html)


def papers(documents, brand):
    from chalicelib.documents.invoice_pdf import render_pdf
    from chalicelib.domain.invoicing import Document
    from chalicelib.storage.codec import decode

    for each in documents:
        document = decode(each, Document)
        for locale in ("en", "fr"):
            yield digest(render_pdf(document, brand=brand, locale=locale))


def phones(numbers):
    from chalicelib.domain.account import _checked_phone
    from chalicelib.domain.refusals import Refusal

    for number in numbers:
        try:
            yield _checked_phone(number, "/phone")
        except Refusal as refusal:
            yield refusal.code


def claims(token, keys):
    import jwt

    from chalicelib.gateways.identity import _usable

    return jwt.decode(token, _usable(keys)["key"], algorithms=["RS256"])


def roots():
    from chalicelib.gateways.partner_center.certificates import bundled_roots

    return [root.subject.rfc4514_string() for root in bundled_roots()]


def endpoints():
    from botocore.session import get_session

    session = get_session()
    for service in SERVICES:
        for region in REGIONS:
            client = session.create_client(
                service, region_name=region, aws_access_key_id="test", aws_secret_access_key="test"
            )
            yield client.meta.endpoint_url


def identifier():
    from ulid import ULID

    return str(ULID.from_timestamp(0))[:10]


def main(given):
    from chalicelib.domain.brand import Brand

    brand = Brand(**given["brand"])
    return {
        "letters": list(letters(given["samples"], brand)),
        "papers": list(papers(given["documents"], brand)),
        "phones": list(phones(given["phones"])),
        "claims": claims(given["token"], given["keys"]),
        "roots": roots(),
        "endpoints": list(endpoints()),
        "identifier": identifier(),
        "from": sys.modules["chalicelib"].__file__,
    }


if __name__ == "__main__":
    made = main(json.load(sys.stdin))
    print("\n" + json.dumps(made))  # noqa: T201  (it has no other way to answer)
