"""What each e-mail must say, rule by rule, in both languages and in both of its parts."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from chalicelib.mails import LANGUAGES
from tests.mails.reading import Page
from tools.mail_gallery import BRAND, SAMPLES

LETTERS = {sample.id: sample for sample in SAMPLES}
SHOP = BRAND.storefront_url
SUBSCRIPTION = f"{SHOP}/subscriptions/sub_01HNH5Z0M8Q6T4R2W0Y8V6S4P2"
AGREEMENT = (
    "https://admin.microsoft.com/Adminportal/Home?invType=ResellerRelationship"
    "&partnerId=0c1f3b52-7a4e-4c55-9f63-2d1c4b0a9e77&msppId=0#/partners/invitation"
)


def promise(id: str, letter: str, *, en: str, fr: str, links: tuple[str, ...] = ()):  # noqa: A002
    return pytest.param(letter, {"en": en, "fr": fr}, links, id=id)


PROMISES = (
    promise(
        "R11: E1 says what was bought and what was paid",
        "E1 monthly",
        en="Microsoft 365 Business Standard … Users 10 … Monthly … $156.80",
        fr="Microsoft 365 Business Standard … Utilisateurs 10 … Mensuelle … 156,80 $US",
    ),
    promise(
        "R12: E1 brings the invoice, and says where all of them are",
        "E1 monthly",
        en="INV-000417 … Billing and payments",
        fr="INV-000417 … Facturation et paiements",
        links=(f"{SHOP}/billing/inv_01HNH5Z1A3C5E7G9J1L3N5P7R9", f"{SHOP}/billing"),
    ),
    promise(
        "R14: E1 leads to the next step, the Microsoft account",
        "E1 monthly",
        en="Set up the Microsoft account",
        fr="Configurer le compte Microsoft",
        links=(f"{SUBSCRIPTION}/account",),
    ),
    promise(
        "R44: E1 names the 14 days, their end, and what happens then",
        "E1 monthly",
        en="by February 14, 2024 at 10:00 AM UTC, 14 days after your purchase, we cancel it and refund",
        fr=(
            "le 14 février 2024 à 10:00 UTC, soit 14 jours après votre achat, nous l’annulons et vous "
            "remboursons"
        ),
    ),
    promise(
        "R13: E2 tells the freelancer who bought what, and the commission",
        "E2 monthly",
        en="Dana Whitfield … Microsoft 365 Business Standard … Users 10 … $150.00 … Your commission $15.00",
        fr=(
            "Dana Whitfield … Microsoft 365 Business Standard … Utilisateurs 10 … 150,00 $US … Votre "
            "commission 15,00 $US"
        ),
        links=(f"{SHOP}/freelancer",),
    ),
    promise(
        "D13: E2 says until when the commission is not certain",
        "E2 monthly",
        en="pending for now … once the payment can no longer be refunded",
        fr="en attente pour le moment … dès que le paiement ne peut plus être remboursé",
    ),
    promise(
        "R18: E3 brings Microsoft's link, as it is",
        "E3 approved",
        en="approved … accept the partner agreement at Microsoft … Whitfield Bakery LLC",
        fr="approuvé … accepter l’accord de partenariat chez Microsoft … Whitfield Bakery LLC",
        links=(AGREEMENT,),
    ),
    promise(
        "R20: E3 says that nothing else is left to do",
        "E3 approved",
        en="Once you have accepted, the subscription becomes active by itself",
        fr="Dès que vous avez accepté, l’abonnement devient actif de lui-même",
    ),
    promise(
        "R44: E3 repeats the deadline",
        "E3 approved",
        en="if the subscription is not active by February 14, 2024 at 10:00 AM UTC, we cancel it",
        fr="si l’abonnement n’est pas actif le 14 février 2024 à 10:00 UTC, nous l’annulons",
    ),
    promise(
        "R26: E4 brings the administrator of a new account, and the way to the admin portal",
        "E4 new tenant",
        en="admin@whitfieldbakery.onmicrosoft.com … Microsoft 365 admin center",
        fr="admin@whitfieldbakery.onmicrosoft.com … centre d’administration Microsoft 365",
        links=("https://admin.microsoft.com",),
    ),
    promise(
        "D14: E4 leads to the page that shows the password once, and says until when",
        "E4 new tenant",
        en="only once … until February 7, 2024 at 10:00 AM UTC",
        fr="une seule fois … jusqu’au 7 février 2024 à 10:00 UTC",
        links=(f"{SUBSCRIPTION}/credentials",),
    ),
    promise(
        "R26: E4 sends an existing customer straight to the admin portal",
        "E4 existing customer, 1 user, renewal off",
        en="Off: ends on February 1, 2025 … as you always do and assign the license.",
        fr="Désactivé : fin le 1er février 2025 … comme d’habitude … attribuez la licence.",
        links=("https://admin.microsoft.com",),
    ),
    promise(
        "R52: E4 says until when the subscription can be canceled",
        "E4 new tenant",
        en="Until February 7, 2024 at 10:00 AM UTC you can cancel",
        fr="Jusqu’au 7 février 2024 à 10:00 UTC, vous pouvez annuler",
        links=(SUBSCRIPTION,),
    ),
    promise(
        "D2: E4 tells the term that has begun, and its renewal",
        "E4 new tenant",
        en="January 31, 2024 to February 29, 2024 … Automatic, on February 29, 2024",
        fr="Du 31 janvier 2024 au 29 février 2024 … Automatique, le 29 février 2024",
    ),
    promise(
        "R41: E5 brings the freelancer the next steps",
        "E5 pending",
        en="Dana Whitfield … Next steps … Approve or decline the request … Set up the Microsoft account",
        fr=(
            "Dana Whitfield … Prochaines étapes … Acceptez ou refusez la demande … Configurez le compte "
            "Microsoft"
        ),
        links=(f"{SHOP}/freelancer/delegations",),
    ),
    promise(
        "D8: E5 says that access begins with the approval, ends, and cannot be passed on",
        "E5 active",
        en=(
            "Your access begins when you approve … your client can withdraw it, at any time … You cannot "
            "pass it on"
        ),
        fr=(
            "Votre accès commence dès que vous acceptez … votre client peut le retirer, à tout moment … "
            "Vous ne pouvez pas le transmettre"
        ),
    ),
    promise(
        "R42: E6 says that the freelancer manages the subscription now",
        "E6 approved",
        en="Luc Moreau has accepted your request … You can withdraw the access at any time",
        fr="Luc Moreau a accepté votre demande … Vous pouvez retirer cet accès à tout moment",
        links=(f"{SUBSCRIPTION}/permissions",),
    ),
    promise(
        "R42: E6 says that the freelancer declined",
        "E6 rejected",
        en="Luc Moreau has declined your request … Nothing changes",
        fr="Luc Moreau a refusé votre demande … Rien ne change",
    ),
    promise(
        "R60: E7 says what comes back, to where, and brings the credit note",
        "E7 client, prorated",
        en="As you asked … $145.99 … INV-000418 … back to the payment method you paid with",
        fr=(
            "Comme vous l’avez demandé … 145,99 $US … INV-000418 … sur le moyen de paiement que vous "
            "aviez utilisé"
        ),
        links=(f"{SHOP}/billing/inv_01HP0B6D8F0H2K4M6P8R0T2V4X",),
    ),
    promise(
        "R54: E7 says that all comes back, for it was never activated",
        "E7 client, not activated",
        en="$156.80 … never activated, so you get back everything you paid",
        fr="156,80 $US … n’a jamais été activé : nous vous remboursons donc l’intégralité",
    ),
    promise(
        "R55: E7 says that all comes back, for it was within 24 hours",
        "E7 client, within 24 hours",
        en="within 24 hours of the charge, so you get back everything you paid",
        fr="dans les 24 heures suivant le paiement : nous vous remboursons donc son intégralité",
    ),
    promise(
        "R56: E7 says how the days used were counted",
        "E7 client, prorated",
        en=(
            "used 2 of the 29 days of the term and get back the price of the other 27 … is not counted as"
            " used"
        ),
        fr=(
            "utilisé 2 jours sur les 29 de la période … le prix des 27 autres … n’est pas compté comme "
            "utilisé"
        ),
    ),
    promise(
        "R57: E7 says that access has ended at once",
        "E7 client, prorated",
        en="Access through this subscription has ended at once",
        fr="L’accès lié à cet abonnement a pris fin immédiatement",
    ),
    promise(
        "R58: E7 says that the Microsoft account and its data stay the client's",
        "E7 client, prorated",
        en="Your Microsoft account whitfieldbakery.onmicrosoft.com and the data in it stay yours",
        fr="Votre compte Microsoft whitfieldbakery.onmicrosoft.com et ses données restent à vous",
    ),
    promise(
        "R35: E7 says which delegate canceled",
        "E7 delegate, prorated",
        en="Luc Moreau has canceled your subscription … write to us",
        fr="Luc Moreau a annulé votre abonnement … écrivez-nous",
    ),
    promise(
        "R44: E7 says that the 14 days are over",
        "E7 activation deadline",
        en="was not active 14 days after your purchase … $156.80",
        fr="n’était pas actif 14 jours après votre achat … 156,80 $US",
    ),
    promise(
        "R50: E7 says that the 30 days are over, and nothing comes back",
        "E7 expiry",
        en="expired 30 days ago … canceled for good … nothing to refund",
        fr="a expiré il y a 30 jours … annulé définitivement … rien à rembourser",
    ),
    promise(
        "R68: E8 says that it renews, when, and how much is charged",
        "E8 renews, monthly",
        en=(
            "In 7 days, on February 29, 2024 at 10:00 AM UTC, your subscription renews for another month."
            " Then $156.80 is charged"
        ),
        fr=(
            "Dans 7 jours, le 29 février 2024 à 10:00 UTC, votre abonnement se renouvelle pour un mois. "
            "156,80 $US seront alors débités"
        ),
        links=(f"{SUBSCRIPTION}/renewal",),
    ),
    promise(
        "R68: E8 says that it ends, when, and that nothing is charged",
        "E8 ends, renewal off",
        en=(
            "on February 29, 2024 at 10:00 AM UTC, your subscription ends, because auto-renew is off. "
            "Nothing is charged"
        ),
        fr=(
            "le 29 février 2024 à 10:00 UTC, votre abonnement prend fin, car le renouvellement "
            "automatique est désactivé. Rien n’est débité"
        ),
        links=(f"{SUBSCRIPTION}/renewal",),
    ),
    promise(
        "D7: E8 says that a suspended subscription ends, whatever auto-renew says",
        "E8 ends, suspended",
        en=(
            "A suspended subscription is not renewed, although auto-renew is on: it ends, and nothing is "
            "charged"
        ),
        fr=(
            "Un abonnement suspendu n’est pas renouvelé, même si le renouvellement automatique est activé"
            " : il prend fin, et rien n’est débité"
        ),
    ),
    promise(
        "D10: E8 of a yearly term goes out 30 days ahead",
        "E8 renews, yearly",
        en=(
            "In 30 days, on February 1, 2025 at 10:00 AM UTC, your subscription renews for another year. "
            "Then $103.46"
        ),
        fr=(
            "Dans 30 jours, le 1er février 2025 à 10:00 UTC, votre abonnement se renouvelle pour un an. "
            "103,46 $US"
        ),
    ),
    promise(
        "R69: E8 says how auto-renew is turned off",
        "E8 renews, monthly",
        en="the three dots, Manage renewal, off, Apply",
        fr="les trois points, Gérer le renouvellement, désactiver, Appliquer",
    ),
    promise(
        "R17: E9 says why we refused the account, and that it can be submitted again in time",
        "E9 review",
        en=(
            "We have reviewed … The address is that of another business. … submit the account again … "
            "February 14, 2024 at 10:00 AM UTC"
        ),
        fr=(
            "Nous avons vérifié … The address is that of another business. … soumettez-le à nouveau … 14 "
            "février 2024 à 10:00 UTC"
        ),
        links=(f"{SUBSCRIPTION}/account",),
    ),
    promise(
        "R46: E9 says that Microsoft refused the account",
        "E9 microsoft",
        en="Microsoft has refused the account whitfieldbakery.com",
        fr="Microsoft a refusé le compte whitfieldbakery.com",
    ),
    promise(
        "R74: E10 brings the invoice of the new term",
        "E10 renews again",
        en="February 29, 2024 to March 31, 2024 … $156.80 … INV-000417 … Billing and payments",
        fr="Du 29 février 2024 au 31 mars 2024 … 156,80 $US … INV-000417 … Facturation et paiements",
        links=(f"{SHOP}/billing/inv_01HNH5Z1A3C5E7G9J1L3N5P7R9", f"{SHOP}/billing"),
    ),
    promise(
        "R66: E10 opens the new window of 7 days, with its dates",
        "E10 renews again",
        en=(
            "7 days again … Until March 1, 2024 at 10:00 AM UTC: you get everything back … until March 7,"
            " 2024 at 10:00 AM UTC: you get back the days you have not used"
        ),
        fr=(
            "de nouveau 7 jours … Jusqu’au 1er mars 2024 à 10:00 UTC : le remboursement est intégral … "
            "jusqu’au 7 mars 2024 à 10:00 UTC : les jours que vous n’avez pas utilisés"
        ),
    ),
    promise(
        "R63: E10 says what happens at the end of the new term",
        "E10 paid late, renewal off",
        en="Auto-renew is off: the subscription ends on February 1, 2025",
        fr="Le renouvellement automatique est désactivé : l’abonnement prend fin le 1er février 2025",
        links=(f"{SUBSCRIPTION}/renewal",),
    ),
    promise(
        "R67: E11 says that auto-renew was off",
        "E11 renewal off",
        en="Auto-renew was off, so it was not renewed, and nothing was charged",
        fr=(
            "Le renouvellement automatique était désactivé : l’abonnement n’a donc pas été renouvelé, et "
            "rien n’a été débité"
        ),
    ),
    promise(
        "D11: E11 says that the payment was declined each time",
        "E11 payment",
        en="was declined each time we tried",
        fr="a été refusé à chaque tentative",
    ),
    promise(
        "D7: E11 says that the term ended during the suspension",
        "E11 suspended",
        en="ended while it was suspended",
        fr="s’est terminée pendant sa suspension",
    ),
    promise(
        "R50: E11 names the 30 days and their end",
        "E11 renewal off",
        en="as expired for 30 days. On March 30, 2024 at 10:00 AM UTC it is canceled for good",
        fr=(
            "reste 30 jours dans votre liste avec le statut Expiré. Le 30 mars 2024 à 10:00 UTC, il sera "
            "annulé définitivement"
        ),
    ),
    promise(
        "D6: E11 says that an expired subscription is not reopened",
        "E11 renewal off",
        en="cannot be reopened … buy a new one",
        fr="ne peut pas être rouvert … achetez-en un nouveau",
        links=(SHOP,),
    ),
    promise(
        "R48: E12 says why, and what it means",
        "E12 10 users",
        en=(
            "Mass mailings were sent from this account … until the suspension is lifted … Time runs on … "
            "Nothing is charged"
        ),
        fr=(
            "Mass mailings were sent from this account … tant que la suspension n’est pas levée … Le "
            "temps continue de courir … Rien n’est débité"
        ),
        links=(SUBSCRIPTION,),
    ),
    promise(
        "R47: E13 says that all is as it was",
        "E13 10 users",
        en="is lifted … Your 10 users can use … Nothing else has changed",
        fr="est levée … Vos 10 utilisateurs peuvent … Rien d’autre n’a changé",
        links=(SUBSCRIPTION,),
    ),
    promise(
        "D11: E14 says how much, when the next try is, and how many are left",
        "E14 first decline",
        en=(
            "not enough funds … stays active … $156.80 … March 1, 2024 at 10:00 AM UTC … Update your card"
            " … try 3 more times"
        ),
        fr=(
            "était insuffisante … reste actif … 156,80 $US … 1er mars 2024 à 10:00 UTC … "
            "Mettre à jour votre carte … encore 3 fois"
        ),
        links=(f"{SHOP}/billing",),
    ),
    promise(
        "D11: E14 says that the next try is the last",
        "E14 last try ahead, other decline",
        en="Your bank did not accept the payment … The next try is the last one … the subscription expires",
        fr=(
            "Votre banque n’a pas accepté le paiement … La prochaine tentative est la dernière … "
            "l’abonnement expire"
        ),
    ),
    promise(
        "D11: E14 leads to the bank's question where that is what is missing",
        "E14 the bank wants to see the client",
        en="wants you to confirm the payment … Confirm the payment … try 3 more times",
        fr="Confirmez le paiement … Confirmer le paiement … encore 3 fois",
        links=(f"{SUBSCRIPTION}/authenticate",),
    ),
    promise(
        "R29: E15 invites, and leads to the application",
        "E15 invited",
        en="Northgate invites you … Sign in with the address this email was sent to",
        fr="Northgate vous invite … Connectez-vous avec l’adresse à laquelle cet e-mail vous a été envoyé",
        links=(f"{SHOP}/freelancer/application",),
    ),
    promise(
        "R29: E15 approves, and leads to the terms",
        "E15 approved",
        en="Your application is approved … Moreau IT … read and sign the terms",
        fr="Votre candidature est acceptée … Moreau IT … lire et signer les conditions",
        links=(f"{SHOP}/freelancer/terms",),
    ),
    promise(
        "R29: E15 rejects, and says why",
        "E15 rejected",
        en="cannot accept it … For now we work with freelancers who already serve clients in the US.",
        fr=(
            "ne pouvons pas l’accepter … For now we work with freelancers who already serve clients in "
            "the US."
        ),
    ),
    promise(
        "D8: E16 says whose access is to be approved, for what, and that nothing depends on it",
        "E16 requested",
        en=(
            "Luc Moreau … need your approval at Microsoft … the least that is needed … assign licenses … "
            "It is up to you: without the approval, the subscription goes on as it is"
        ),
        fr=(
            "Luc Moreau … votre approbation chez Microsoft … strict nécessaire … attribuer les licences … "
            "sans cette approbation, l’abonnement continue tel quel"
        ),
        links=(
            (
                "https://admin.microsoft.com/AdminPortal/Home#/partners/invitation/granularAdminRelationships/"
                "2c0f5b1e-6f0e-4a5c-9a53-5f0d7a5b8e01-d3b4c8a7-1f0a-4b68-8a83-9b1f0d6f2e11"
            ),
            f"{SUBSCRIPTION}/permissions",
        ),
    ),
)


def plain(words):
    """Words as they are read: a space is a space, and a label may have a colon or a column of its own."""
    return " ".join(words.replace(":", " ").split())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("letter", "said", "links"), PROMISES)
def test_the_letter_says(language, letter, said, links):
    """The phrases in their order; `…` is whatever stands between them."""
    sent = LETTERS[letter].letter(language)
    page = Page(sent.html)
    expected = re.compile(".*".join(re.escape(plain(phrase)) for phrase in said[language].split(" … ")))
    assert expected.search(plain(page.words))
    assert expected.search(plain(sent.text))
    for link in links:
        assert link in page.links
        assert link in sent.text.split()


def test_every_letter_keeps_a_promise():
    kept = {LETTERS[param.values[0]].template for param in PROMISES}
    assert kept == {sample.template for sample in SAMPLES}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "sample",
    [
        pytest.param(sample, id=f"D13: {sample.id} does not speak of commissions")
        for sample in SAMPLES
        if sample.template not in ("E2", "E5", "E15")
    ],
)
def test_a_client_never_reads_of_a_commission(sample, language):
    sent = sample.letter(language)
    assert "commission" not in f"{sent.subject}{sent.text}{sent.html}".lower()


@pytest.mark.parametrize("language", LANGUAGES, ids=[f"D14: {language}" for language in LANGUAGES])
def test_a_password_never_gets_into_a_letter(language):
    """Not even if somebody gave it to the letter by mistake."""
    told = {**LETTERS["E4 new tenant"].facts, "password": "Xk7!mQ2z", "credentials": {"password": "Xk7!mQ2z"}}
    sent = replace(LETTERS["E4 new tenant"], facts=told).letter(language)
    assert "Xk7!mQ2z" not in f"{sent.subject}{sent.text}{sent.html}"
