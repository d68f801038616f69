"""
The Microsoft account (R14-R16, R21-R24, R30, D17).

    R15 the form asks whether they are already a Microsoft customer. R16 if so, they give their domain.
    R21-R23 account name, full address, Microsoft domain, primary contact are required. R24 a new customer
    gets `<prefix>.onmicrosoft.com`. R30 a country is where the client's business is registered.
    D17 An `onmicrosoft.com` prefix: 1-27 letters and digits, starting with a letter.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.account import (
    AccountForm,
    checked_address,
    checked_email,
    checked_form,
    checked_prefix,
)
from chalicelib.domain.people import Address
from chalicelib.domain.refusals import Refusal
from chalicelib.domain.us_states import ZIP3_OF
from tests.rules.stories import ADDRESS, CONTACT


def form(**changed: Any) -> AccountForm:
    return checked_form(
        **{
            "existing_customer": False,
            "domain": None,
            "domain_prefix": "contoso",
            "account_name": "Contoso Bakery",
            "address": ADDRESS,
            "primary_contact": CONTACT,
            **changed,
        }
    )


def refusal(**changed: Any) -> str | None:
    """The pointer of what the form refuses."""
    with pytest.raises(Refusal) as refused:
        form(**changed)
    assert refused.value.code == "validation_failed"
    assert refused.value.detail
    return refused.value.pointer


# --- R15, R16, R24: which domain -------------------------------------------------------------------------


def test_r24_a_new_customer_gets_a_domain_under_onmicrosoft():
    assert form(domain_prefix="Contoso").domain == "contoso.onmicrosoft.com"


def test_r16_an_existing_customer_gives_their_domain():
    given = form(existing_customer=True, domain=" Contoso.COM ", domain_prefix=None)

    assert (given.existing_customer, given.domain) == (True, "contoso.com")


NEITHER_NOR = [
    (True, None, None, "/domain", "an existing customer without a domain"),
    (True, None, "contoso", "/domain", "an existing customer with a prefix"),
    (True, "contoso.com", "contoso", "/domain", "an existing customer with both"),
    (False, None, None, "/domain_prefix", "a new customer without a prefix"),
    (False, "contoso.com", None, "/domain_prefix", "a new customer with a domain"),
    (False, "contoso.com", "contoso", "/domain_prefix", "a new customer with both"),
]


@pytest.mark.parametrize(
    ("existing", "domain", "prefix", "pointer"),
    [pytest.param(*case, id=f"R15: {because}") for *case, because in NEITHER_NOR],
)
def test_the_answer_and_the_domain_belong_together(existing, domain, prefix, pointer):
    assert refusal(existing_customer=existing, domain=domain, domain_prefix=prefix) == pointer


DOMAINS = [
    ("contoso.com", True, "a domain"),
    ("mail.contoso.co.uk", True, "a domain under others"),
    ("contoso.onmicrosoft.com", True, "the domain of a tenant"),
    ("x1-y.io", True, "digits and a hyphen inside"),
    ("xn--mnchen-3ya.de", True, "an international one, as the DNS has it"),
    (f"{'a' * 63}.com", True, "a label of 63"),
    (f"{'a' * 64}.com", False, "a label of 64"),
    ("contoso", False, "no dot"),
    ("contoso.", False, "nothing after the dot"),
    (".com", False, "nothing before the dot"),
    ("contoso..com", False, "nothing between two dots"),
    ("-contoso.com", False, "a hyphen at the start"),
    ("contoso-.com", False, "a hyphen at the end"),
    ("con_toso.com", False, "an underscore"),
    ("contoso.c", False, "a top level of one letter"),
    ("contoso.123", False, "a top level of digits"),
    ("https://contoso.com", False, "an address of a page"),
    ("dana@contoso.com", False, "an email address"),
    ("con toso.com", False, "a space inside"),
    ("münchen.de", False, "an international one, unencoded"),
    (".".join(["a" * 60] * 4) + ".abcdefghi", True, "253 characters"),
    (".".join(["a" * 60] * 4) + ".abcdefghij", False, "254 characters"),
]


@pytest.mark.parametrize(
    ("domain", "right"), [pytest.param(*case, id=f"R16: {because}") for *case, because in DOMAINS]
)
def test_the_domain_of_an_existing_customer(domain, right):
    asked = {"existing_customer": True, "domain": domain, "domain_prefix": None}
    if right:
        assert form(**asked).domain == domain
    else:
        assert refusal(**asked) == "/domain"


PREFIXES = [
    ("a", True, "one letter"),
    ("a1", True, "a letter and a digit"),
    ("contoso2024", True, "letters and digits"),
    ("a" * 27, True, "27 letters"),
    ("a" + "1" * 26, True, "a letter and 26 digits"),
    ("a" * 28, False, "28 letters"),
    ("", False, "nothing"),
    ("1contoso", False, "a digit first"),
    ("con-toso", False, "a hyphen"),
    ("con.toso", False, "a dot"),
    ("con_toso", False, "an underscore"),
    ("con toso", False, "a space"),
    ("contoso\n", False, "the end of a line"),
    ("contosö", False, "a letter beyond a to z"),
    ("contoso\N{ARABIC-INDIC DIGIT ONE}", False, "a digit beyond 0 to 9"),
    ("contoso.onmicrosoft.com", False, "the whole domain"),
]


@pytest.mark.parametrize(
    ("prefix", "right"), [pytest.param(*case, id=f"D17: {because}") for *case, because in PREFIXES]
)
def test_a_prefix(prefix, right):
    if right:
        assert checked_prefix(prefix) == prefix
        assert form(domain_prefix=prefix).domain == f"{prefix}.onmicrosoft.com"
    else:
        assert refusal(domain_prefix=prefix) == "/domain_prefix"


def test_d17_a_domain_knows_no_capitals():
    assert checked_prefix("ConToso") == "contoso"


# --- R21: the account name -------------------------------------------------------------------------------

NAMES = [
    ("Contoso Bakery", "Contoso Bakery", "a name"),
    ("  Contoso \t Bakery ", "Contoso Bakery", "spaces around and between are one"),
    ("X" * 100, "X" * 100, "100 characters"),
    ("X" * 101, None, "101 characters"),
    ("", None, "nothing"),
    ("   ", None, "nothing but spaces"),
    ("Contoso\x00Bakery", None, "what cannot be printed"),
]


@pytest.mark.parametrize(
    ("given", "kept"), [pytest.param(*case, id=f"R21: {because}") for *case, because in NAMES]
)
def test_the_account_name(given, kept):
    if kept is None:
        assert refusal(account_name=given) == "/account_name"
    else:
        assert form(account_name=given).account_name == kept


# --- R22: the full address -------------------------------------------------------------------------------

# A ZIP code that is in use in each state, district and territory: most are of the seat of government.
A_ZIP_OF = {
    "AL": "36104",
    "AK": "99801",
    "AZ": "85001",
    "AR": "72201",
    "CA": "95814",
    "CO": "80202",
    "CT": "06103",
    "DE": "19901",
    "DC": "20001",
    "FL": "32301",
    "GA": "30303",
    "HI": "96813",
    "ID": "83702",
    "IL": "62701",
    "IN": "46225",
    "IA": "50309",
    "KS": "66603",
    "KY": "40601",
    "LA": "70802",
    "ME": "04330",
    "MD": "21401",
    "MA": "02201",
    "MI": "48933",
    "MN": "55102",
    "MS": "39205",
    "MO": "65101",
    "MT": "59623",
    "NE": "68502",
    "NV": "89701",
    "NH": "03301",
    "NJ": "08608",
    "NM": "87501",
    "NY": "12207",
    "NC": "27601",
    "ND": "58501",
    "OH": "43215",
    "OK": "73102",
    "OR": "97301",
    "PA": "17101",
    "RI": "02903",
    "SC": "29217",
    "SD": "57501",
    "TN": "37219",
    "TX": "78701",
    "UT": "84111",
    "VT": "05602",
    "VA": "23219",
    "WA": "98507",
    "WV": "25301",
    "WI": "53703",
    "WY": "82001",
    "AS": "96799",
    "GU": "96910",
    "MP": "96950",
    "PR": "00901",
    "VI": "00802",
}
NEIGHBORS_SHARE = {frozenset(("HI", "AS")), frozenset(("GU", "MP"))}  # three digits, two places

# Where three digits cross, or interrupt, what looks like one range.
ODD_ONES = [
    ("NY", "06390", True, "Fishers Island is served from Connecticut"),
    ("NY", "00501", True, "the lowest ZIP code"),
    ("NY", "10118", True, "Manhattan"),
    ("CT", "06390", True, "the digits alone do not tell an island apart"),
    ("TX", "73301", True, "Austin, in the midst of Oklahoma's"),
    ("OK", "73301", False, "which are not Oklahoma's"),
    ("TX", "88510", True, "El Paso"),
    ("NM", "88510", False, "which is not New Mexico"),
    ("GA", "39813", True, "Albany, beyond Mississippi's"),
    ("MS", "39813", False, "which is not Mississippi"),
    ("VA", "20101", True, "Dulles, among the District's"),
    ("DC", "20101", False, "which is not the District"),
    ("DC", "56901", True, "the District's far away one"),
    ("MA", "05501", True, "Andover, among Vermont's"),
    ("VT", "05501", False, "which is not Vermont"),
    ("WY", "83414", True, "Alta, reached through Idaho"),
    ("PR", "00801", False, "between Puerto Rico's are the Virgin Islands'"),
    ("WA", "00000", False, "nowhere"),
    ("AK", "99950", True, "the highest ZIP code"),
    ("CA", "96201", False, "the armed forces in the Pacific"),
]


def address(**changed: Any) -> Address:
    return checked_address(replace(ADDRESS, **changed), pointer="/address")


def misaddress(**changed: Any) -> str | None:
    with pytest.raises(Refusal) as refused:
        address(**changed)
    assert refused.value.code == "validation_failed"
    return refused.value.pointer


@pytest.mark.parametrize("state", [pytest.param(one, id=f"R22: {one}") for one in A_ZIP_OF])
def test_a_state_and_its_zip_code_belong_together(state):
    assert address(state=state, postal_code=A_ZIP_OF[state]).state == state


@pytest.mark.parametrize("state", [pytest.param(one, id=f"R22: not {one}'s") for one in A_ZIP_OF])
def test_no_other_states_zip_code_does(state):
    """Every other state's, save two pairs of islands that share their three digits."""
    for other, postal_code in A_ZIP_OF.items():
        if other != state and frozenset((state, other)) not in NEIGHBORS_SHARE:
            assert misaddress(state=state, postal_code=postal_code) == "/address/postal_code"


@pytest.mark.parametrize(
    ("state", "postal_code", "right"),
    [pytest.param(*case, id=f"R22: {case[0]} {case[1]}, {because}") for *case, because in ODD_ONES],
)
def test_the_odd_zip_codes(state, postal_code, right):
    if right:
        assert address(state=state, postal_code=postal_code).postal_code == postal_code
    else:
        assert misaddress(state=state, postal_code=postal_code) == "/address/postal_code"


def test_r30_fifty_states_the_district_and_five_territories():
    assert set(ZIP3_OF) == set(A_ZIP_OF)
    assert len(A_ZIP_OF) == 50 + 1 + 5


ZIP_CODES = [
    ("98101", "98101", "five digits"),
    ("98101-1234", "98101-1234", "nine, with the hyphen"),
    (" 98101 ", "98101", "spaces around it"),
    ("9810", None, "four digits"),
    ("981011", None, "six digits"),
    ("981011234", None, "nine, without the hyphen"),
    ("98101-", None, "a hyphen and nothing"),
    ("98101-123", None, "a hyphen and three"),
    ("ABCDE", None, "letters"),
    ("", None, "nothing"),
    ("\N{ARABIC-INDIC DIGIT NINE}8101", None, "digits that no letter carrier reads"),
    ("9810\N{FULLWIDTH DIGIT ONE}", None, "digits as wide as others' letters"),
]


@pytest.mark.parametrize(
    ("given", "kept"), [pytest.param(*case, id=f"R22: {because}") for *case, because in ZIP_CODES]
)
def test_a_zip_code(given, kept):
    if kept is None:
        assert misaddress(postal_code=given) == "/address/postal_code"
    else:
        assert address(postal_code=given).postal_code == kept


ADDRESSES = [
    ("line1", "", "/address/line1", "R22: the street is required"),
    ("line1", "x" * 201, "/address/line1", "R22: a street of 201 characters"),
    ("city", " ", "/address/city", "R22: the city is required"),
    ("city", "x" * 101, "/address/city", "R22: a city of 101 characters"),
    ("state", "", "/address/state", "R22: the state is required"),
    ("state", "Washington", "/address/state", "R22: a state is two letters"),
    ("state", "XX", "/address/state", "R22: a state that is none"),
    ("state", "AE", "/address/state", "R22: the armed forces are no state"),
    ("country", "CA", "/address/country", "R30: registered in the US"),
    ("country", "", "/address/country", "R30: registered somewhere"),
]


@pytest.mark.parametrize(
    ("field", "given", "pointer"), [pytest.param(*case, id=because) for *case, because in ADDRESSES]
)
def test_what_an_address_needs(field, given, pointer):
    assert misaddress(**{field: given}) == pointer
    assert refusal(address=replace(ADDRESS, **{field: given})) == pointer


def test_r22_an_address_is_tidied():
    tidy = address(line1="  1  Main   St ", line2="  ", city=" Seattle ", state=" wa ", postal_code="98101 ")

    assert tidy == replace(ADDRESS, line1="1 Main St", line2=None)


def test_r22_a_second_line_may_be_there():
    assert address(line2=" Suite 12 ").line2 == "Suite 12"


# --- R23: the primary contact ----------------------------------------------------------------------------

PHONES = [
    ("206-555-0100", "+12065550100", "ten digits are of the US"),
    ("(206) 555-0100", "+12065550100", "however they are written"),
    ("+1 206 555 0100", "+12065550100", "or with the country code"),
    ("1 206 555 0100", "+12065550100", "or with a 1"),
    ("+44 20 7183 8750", "+442071838750", "another country's, with its code"),
    ("555-0100", None, "seven digits are of nowhere"),
    ("911", None, "three digits"),
    ("206-555-010", None, "nine digits"),
    ("206-555-01000", None, "eleven digits without a 1 first"),
    ("+999 555 0100", None, "a country that is none"),
    ("call me", None, "no digits"),
    ("", None, "nothing"),
]


@pytest.mark.parametrize(
    ("given", "kept"), [pytest.param(*case, id=f"R23: {because}") for *case, because in PHONES]
)
def test_a_phone_number(given, kept):
    contact = replace(CONTACT, phone=given)
    if kept is None:
        assert refusal(primary_contact=contact) == "/primary_contact/phone"
    else:
        assert form(primary_contact=contact).primary_contact.phone == kept


EMAILS = [
    ("dana@example.com", "dana@example.com", "an address"),
    (" dana@example.com\n", "dana@example.com", "spaces around it"),
    ("Dana.Whitfield+office@mail.example.co.uk", "Dana.Whitfield+office@mail.example.co.uk", "a longer one"),
    (f"{'d' * 64}@example.com", f"{'d' * 64}@example.com", "64 characters before the at"),
    (f"{'d' * 65}@example.com", None, "65 of them"),
    ("dana", None, "no at"),
    ("dana@example", None, "no top level"),
    ("@example.com", None, "nobody"),
    ("dana@@example.com", None, "two ats"),
    ("dana@exa mple.com", None, "a space inside"),
    ("da..na@example.com", None, "two dots"),
    ("dana@-example.com", None, "a hyphen first"),
    ("Dana <dana@example.com>", None, "a name with it"),
    ("dana@example.com,luc@example.com", None, "two addresses"),
    ("dana@example.com\r\nBcc: x@example.com", None, "a second header"),
    ("dänä@example.com", None, "letters that not every mail server takes"),
    ("", None, "nothing"),
]


@pytest.mark.parametrize(
    ("given", "kept"), [pytest.param(*case, id=f"R23: {because}") for *case, because in EMAILS]
)
def test_an_email_address(given, kept):
    contact = replace(CONTACT, email=given)
    if kept is None:
        assert refusal(primary_contact=contact) == "/primary_contact/email"
        with pytest.raises(Refusal):
            checked_email(given, pointer="/email")
    else:
        assert form(primary_contact=contact).primary_contact.email == kept
        assert checked_email(given, pointer="/email") == kept


@pytest.mark.parametrize(
    "field", [pytest.param(one, id=f"R23: {one}") for one in ("first_name", "last_name")]
)
def test_the_contact_has_a_name(field):
    assert refusal(primary_contact=replace(CONTACT, **{field: " "})) == f"/primary_contact/{field}"
    assert refusal(primary_contact=replace(CONTACT, **{field: "x" * 51})) == f"/primary_contact/{field}"
    kept = form(primary_contact=replace(CONTACT, **{field: " x " + "x" * 48})).primary_contact
    assert getattr(kept, field) == "x " + "x" * 48
