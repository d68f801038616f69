"""The texts that the API gives are in the language that the caller would rather read."""

from __future__ import annotations

import pytest

from chalicelib.api.languages import preferred
from chalicelib.mails import LANGUAGES
from chalicelib.rulebook import Language

CHOICES = [
    # Accept-Language, language, because
    ("", "en", "nobody asked for anything"),
    ("fr", "fr", "French was asked for"),
    ("fr-CA", "fr", "a region reads its language"),
    ("FR-fr", "fr", "whatever the case"),
    ("fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7", "fr", "what a French browser sends"),
    ("en-US,en;q=0.9,fr;q=0.8", "en", "what an English browser with some French sends"),
    ("en;q=0.5, fr;q=0.8", "fr", "quality counts, not the place"),
    ("en;q=0.81, fr;q=0.8", "en", "to the thousandth"),
    ("en, fr", "en", "of two that are as good the first named"),
    ("fr, en", "fr", "of two that are as good the first named"),
    ("de, fr;q=0.3", "fr", "of what there is, the one that is understood"),
    ("de, es", "en", "neither is asked for"),
    ("*", "en", "anything will do"),
    ("*, fr;q=0.5", "en", "anything else is better than French"),
    ("fr, *;q=0.5", "fr", "anything else is worse than French"),
    ("fr;q=0", "en", "anything but French"),
    ("en;q=0, *", "fr", "anything but English"),
    ("fr;q=0, en;q=0", "en", "there is nothing else"),
    ("frisian, fr;q=0.1", "fr", "a language is not the beginning of a word"),
    ("fry", "en", "a language is not the beginning of a word"),
    ("fr;q=2", "en", "there is no such quality"),
    ("fr;q=", "en", "nor is this one"),
    ("en;q=0.5, ;;, fr_FR, \u00e9", "en", "what cannot be read is passed over"),
    ("fr ; Q=1.000", "fr", "spaces and case are free"),
]


@pytest.mark.parametrize(
    ("header", "language"),
    [pytest.param(header, language, id=f"{header!r}: {why}") for header, language, why in CHOICES],
)
def test_which_language_somebody_would_rather_read(header, language):
    assert preferred(header) is Language(language)


def test_the_texts_speak_the_languages_of_the_mails():
    assert tuple(Language) == LANGUAGES


# --- what is answered in it ----------------------------------------------------------------------------


def _asks(cast):
    """Everything that has texts in several languages, by who may read it."""
    token = cast.enrolled()["link"]["token"]
    return [
        (cast.visitor(), "/v1/plans"),
        (cast.visitor(), f"/v1/links/{token}"),
        (cast.client(), "/v1/delegation-terms"),
        (cast.freelancer(), "/v1/freelancer/terms"),
    ]


def test_every_text_is_there_in_both_languages_and_says_which_it_is(cast):
    for caller, path in _asks(cast):
        english, french = caller.get(path), caller.get(path, headers={"Accept-Language": "fr-CA, en;q=0.5"})
        assert english.headers["Content-Language"] == "en"
        assert french.headers["Content-Language"] == "fr"
        assert english.json != french.json
        for answered in (english, french):
            assert answered.headers["Vary"] == "Accept-Language"


def test_only_the_texts_differ_and_not_what_is_sold(cast):
    english = cast.visitor().get("/v1/plans").json["data"]
    french = cast.visitor().get("/v1/plans", headers={"Accept-Language": "fr"}).json["data"]
    for one, other in zip(english, french, strict=True):
        assert one.keys() == other.keys()
        assert {name for name in one if one[name] != other[name]} == {"description", "features"}
        assert len(one["features"]) == len(other["features"])
    assert french[0]["description"].startswith("Applications web et mobiles")
    assert french[0]["features"][-1] == "1\N{NO-BREAK SPACE}To de stockage OneDrive par utilisateur"


def test_r40_terms_are_one_version_whatever_they_were_read_in(cast):
    sub = cast.sold()
    french = {"Accept-Language": "fr"}
    for caller, path in (
        (cast.client(), "/v1/delegation-terms"),
        (cast.freelancer(), "/v1/freelancer/terms"),
    ):
        assert caller.get(path).json["version"] == caller.get(path, headers=french).json["version"]
    read = cast.client().get("/v1/delegation-terms", headers=french).json
    assert read["text"].startswith("Vous confiez la gestion de cet abonnement")
    asked = cast.client().put(
        f"/v1/subscriptions/{sub['id']}/delegation", {"terms_version": read["version"]}, headers=french
    )
    assert asked.json["delegation"]["terms_version"] == read["version"]


def test_what_has_no_texts_does_not_vary(cast):
    answered = cast.client().get("/v1/subscriptions", headers={"Accept-Language": "fr"})
    assert not {"Content-Language", "Vary"} & answered.headers.keys()


def test_a_refusal_is_in_english_and_says_nothing_else(cast):
    answered = cast.visitor().get("/v1/links/never-was", headers={"Accept-Language": "fr"})
    assert answered.code == "link_not_found"
    assert "Content-Language" not in answered.headers
