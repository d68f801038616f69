"""The storefront in the stack: who reaches its files, what pages may do, and which file a page is."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from urllib.parse import urlsplit

import msgspec
import pytest

from tests.infra.packaging import ROOT
from tools.storefront.cloudfront import NotSaid, in_cloudfront_s_words
from tools.storefront.policy import headers
from tools.storefront.stage import NotReady, Own, Served, astray, configured, own_of, settings_of

SERVED = Served(
    url="https://d111.cloudfront.net",
    bucket="files",
    distribution="E111",
    api="https://a1.execute-api.us-east-1.amazonaws.com/api",
)
OWN = Own(client_id="seatwise-storefront", publishable_key="pk_test_1")
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7439e552d0c0"


def given(stage):
    return json.loads((ROOT / "infra" / "stages" / f"{stage}.json").read_text())["Parameters"]


def signing_in(configuration):
    return msgspec.to_builtins(configuration)["sign_in"]


def origin(url):
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


# --- the files ---------------------------------------------------------------------------------------


def test_nobody_but_our_own_distribution_reaches_the_files_and_never_in_the_clear(prod):
    assert set(prod["StorefrontFiles"]["PublicAccessBlockConfiguration"].values()) == {True}
    assert prod["StorefrontFiles"]["OwnershipControls"] == {
        "Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]
    }
    *reads, in_the_clear = prod["StorefrontFilesPolicy"]["PolicyDocument"]["Statement"]
    assert [each["Action"] for each in reads] == ["s3:GetObject", "s3:ListBucket"]
    for each in reads:
        assert each["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        (source,) = each["Condition"]["StringEquals"].values()
        assert source["Fn::Sub"].endswith(":distribution/${Storefront}")
    assert in_the_clear["Effect"] == "Deny"
    assert in_the_clear["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_former_versions_of_files_come_to_an_end(prod):
    assert prod["StorefrontFiles"]["VersioningConfiguration"] == {"Status": "Enabled"}
    former, abandoned = prod["StorefrontFiles"]["LifecycleConfiguration"]["Rules"]
    assert former["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert abandoned["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}


# --- who serves them ---------------------------------------------------------------------------------


def test_a_failure_stays_a_failure_and_how_long_a_file_is_kept_is_what_the_file_says(prod):
    config = prod["Storefront"]["DistributionConfig"]
    assert "CustomErrorResponses" not in config
    behavior = config["DefaultCacheBehavior"]
    assert behavior["CachePolicyId"] == CACHING_OPTIMIZED
    assert behavior["Compress"] is True
    assert behavior["ViewerProtocolPolicy"] == "redirect-to-https"
    assert behavior["AllowedMethods"] == ["GET", "HEAD"]
    assert config["HttpVersion"] == "http2and3"
    assert config["IPV6Enabled"] is True


def test_a_name_of_its_own_has_a_certificate_and_speaks_no_old_protocol(prod):
    config = prod["Storefront"]["DistributionConfig"]
    condition, named, unnamed = config["ViewerCertificate"]["Fn::If"]
    assert condition == config["Aliases"]["Fn::If"][0] == "HasStorefrontName"
    assert named["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert unnamed == {"CloudFrontDefaultCertificate": True}
    (rule,) = prod.template["Rules"]["AStorefrontNameHasACertificate"]["Assertions"]
    assert rule["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "StorefrontCertificateArn"}, ""]}]}
    pattern = prod.template["Parameters"]["StorefrontCertificateArn"]["AllowedPattern"]
    assert re.fullmatch(pattern, "arn:aws:acm:us-east-1:1:certificate/1")
    assert not re.fullmatch(pattern, "arn:aws:acm:eu-west-1:1:certificate/1"), "CloudFront would not take it"


@pytest.mark.parametrize(
    ("path", "file"),
    [
        pytest.param("/", "/index.html", id="the first page"),
        pytest.param("/subscriptions/sub_01J8", "/index.html", id="a page"),
        pytest.param("/l/abcDEF123_-", "/index.html", id="a freelancer's link"),
        pytest.param("/billing/", "/index.html", id="a page with a slash at its end"),
        pytest.param("/v1.2/page", "/index.html", id="a dot that is not in the end is no file's"),
        pytest.param("/assets/index-B1.js", "/assets/index-B1.js", id="a file"),
        pytest.param("/favicon.svg", "/favicon.svg", id="a file at the top"),
        pytest.param("/assets/gone.js", "/assets/gone.js", id="a file that is not there is no page"),
    ],
)
def test_every_page_is_one_file_and_a_file_is_itself(prod, path, file):
    if (node := shutil.which("node")) is None:
        pytest.skip("Node.js is missing, in whose language the function is written")
    event = {"request": {"method": "GET", "uri": path, "headers": {}, "querystring": {}}}
    asked = f"{prod['StorefrontPages']['FunctionCode']}\nconsole.log(handler({json.dumps(event)}).uri)"
    answered = subprocess.run(  # noqa: S603  (our own function)
        [node, "-e", asked], check=True, capture_output=True, text=True, timeout=30
    )
    assert answered.stdout.strip() == file


def test_the_function_is_small_and_in_the_language_of_today(prod):
    assert prod["StorefrontPages"]["FunctionConfig"]["Runtime"] == "cloudfront-js-2.0"
    assert len(prod["StorefrontPages"]["FunctionCode"]) < 10_000, "CloudFront takes no more"
    assert prod["StorefrontPages"]["AutoPublish"] is True


# --- what pages may do -------------------------------------------------------------------------------


def said_by(policy, *, api, sign_in):
    """What a browser is told, with the names filled in as the stack does."""
    security = policy["SecurityHeadersConfig"]
    text, _ = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
    told = {"Content-Security-Policy": text.replace("${ApiOrigin}", api).replace("${SignInOrigins}", sign_in)}
    if "ContentTypeOptions" in security:
        told["X-Content-Type-Options"] = "nosniff"
    if "FrameOptions" in security:
        told["X-Frame-Options"] = security["FrameOptions"]["FrameOption"]
    told["Referrer-Policy"] = security["ReferrerPolicy"]["ReferrerPolicy"]
    strict = security["StrictTransportSecurity"]
    told["Strict-Transport-Security"] = (
        f"max-age={strict['AccessControlMaxAgeSec']}"
        f"{'; includeSubDomains' * strict['IncludeSubdomains']}{'; preload' * strict['Preload']}"
    )
    return told | {each["Header"]: each["Value"] for each in policy["CustomHeadersConfig"]["Items"]}


def test_what_pages_may_do_is_what_the_policy_says_of_the_stage_s_own_configuration(deployed):
    settings = {**settings_of(deployed.stage), "STRIPE_LIVE": "false"}
    configuration = configured(SERVED, own=OWN, settings=settings)
    wanted = headers(configuration, path="/index.html", deployed=True)
    said = said_by(
        deployed["StorefrontHeaders"]["ResponseHeadersPolicyConfig"],
        api=origin(SERVED.api),
        sign_in=given(deployed.stage)["SignInOrigins"],
    )
    assert said == {name: text for name, text in wanted.items() if name != "Cache-Control"}


def test_a_header_that_cloudfront_could_not_say_as_it_stands_is_not_changed_in_silence():
    with pytest.raises(NotSaid, match="Strict-Transport-Security"):
        in_cloudfront_s_words({"Strict-Transport-Security": "max-age=soon"}, part="security")


def test_every_header_is_said_once_and_overrides_whatever_the_files_say(prod):
    policy = prod["StorefrontHeaders"]["ResponseHeadersPolicyConfig"]
    every = [*policy["SecurityHeadersConfig"].values(), *policy["CustomHeadersConfig"]["Items"]]
    assert all(each["Override"] for each in every)
    names = [each["Header"] for each in policy["CustomHeadersConfig"]["Items"]]
    assert not [name for name in names if name in {"Content-Security-Policy", "Strict-Transport-Security"}]


# --- a stage -----------------------------------------------------------------------------------------


def test_people_sign_in_where_the_api_takes_tokens_from(deployed):
    allowed = given(deployed.stage)["SignInOrigins"].split()
    assert origin(deployed.environment("APIHandler")["TOKEN_ISSUER"]) in allowed


def test_a_storefront_needs_to_say_where_people_sign_in(prod):
    pattern = prod.template["Parameters"]["SignInOrigins"]["AllowedPattern"]
    for allowed in ("", "https://a.example", "https://a.example https://b.example:8443"):
        assert re.fullmatch(pattern, allowed)
    for refused in ("http://a.example", "https://a.example/", "https://a.example; script-src *", "*"):
        assert not re.fullmatch(pattern, refused), "it would be a part of the policy"
    rule = prod.template["Rules"]["AStorefrontSignsPeopleIn"]
    assert rule["RuleCondition"] == {"Fn::Equals": [{"Ref": "WithStorefront"}, "true"]}


def test_a_name_of_its_own_is_where_mails_lead(deployed):
    name = given(deployed.stage).get("StorefrontDomainName")
    assert name in {None, urlsplit(deployed.environment("APIHandler")["STOREFRONT_URL"]).netloc}


def test_what_a_stage_says_of_its_storefront_can_be_read_and_is_no_secret(deployed):
    own = own_of(deployed.stage)
    assert own.client_id
    assert own.publishable_key.startswith("pk_") or not own.publishable_key


def test_the_page_is_told_where_everything_is(deployed):
    settings = {**settings_of(deployed.stage), "STRIPE_LIVE": "false"}
    told = configured(SERVED, own=OWN, settings=settings)
    assert told.api == SERVED.api
    assert told.sandbox is False
    assert told.brand.name == settings["BRAND_NAME"]
    assert signing_in(told)["authority"] == settings["TOKEN_ISSUER"]
    assert not signing_in(told).get("audience")
    asking = Own(client_id="c", publishable_key="pk_test_1", names_audience=True)
    told = configured(SERVED, own=asking, settings=settings)
    assert signing_in(told)["audience"] == settings["TOKEN_AUDIENCE"]


@pytest.mark.parametrize(
    ("own", "live", "why"),
    [
        pytest.param(Own(client_id="", publishable_key="pk_test_1"), "false", "client_id", id="nobody's"),
        pytest.param(Own(client_id="c", publishable_key=""), "false", "publishable_key", id="no key"),
        pytest.param(
            Own(client_id="c", publishable_key="pk_test_1"),
            "true",
            "pk_live_.*STRIPE_LIVE=true",
            id="a test key, where money is real",
        ),
        pytest.param(
            Own(client_id="c", publishable_key="pk_live_1"),
            "false",
            "pk_test_.*STRIPE_LIVE=false",
            id="a live key, where nobody expects one",
        ),
        pytest.param(
            Own(client_id="c", publishable_key="sk_test_1"), "false", "pk_test_", id="a secret one, of all"
        ),
    ],
)
def test_a_storefront_that_could_not_work_is_not_uploaded(own, live, why):
    with pytest.raises(NotReady, match=why) as refused:
        configured(SERVED, own=own, settings={**settings_of("dev"), "STRIPE_LIVE": live})
    assert own.publishable_key not in str(refused.value) or not own.publishable_key


def test_who_deploys_is_told_where_mails_lead_if_it_is_not_to_the_storefront():
    settings = settings_of("dev")
    assert astray(SERVED, settings={**settings, "STOREFRONT_URL": f"{SERVED.url}/"}) is None
    said = astray(SERVED, settings=settings)
    assert said
    assert SERVED.url in said
    assert settings["STOREFRONT_URL"] in said


def test_a_stack_without_a_storefront_has_none_to_fill():
    assert Served.read({"ApiUrl": "https://a.example/"}) is None
    outputs = {
        "ApiUrl": f"{SERVED.api}/",
        "StorefrontUrl": SERVED.url,
        "StorefrontBucket": SERVED.bucket,
        "StorefrontDistribution": SERVED.distribution,
    }
    assert Served.read(outputs) == SERVED
