"""What is built reaches the bucket: the page last, as what it is, once, and nothing is taken away."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass, replace
from typing import Any

import pytest
from moto import mock_aws

from tests.infra.test_storefront import OWN, SERVED
from tools.storefront.stage import configured, settings_of
from tools.storefront.upload import NotBuilt, files, forget, publish, upload

PAGE = b'<!doctype html><script type="application/json" id="config">{}</script>'


@dataclass
class Bucket:
    """A bucket of S3, and the keys that were put into it, in their order."""

    name: str
    s3: Any
    put: list[str]

    def fill(self, wanted):
        return upload(wanted, bucket=self.name, s3=self.s3)

    def head(self, key):
        return self.s3.head_object(Bucket=self.name, Key=key)

    def read(self, key):
        return self.s3.get_object(Bucket=self.name, Key=key)["Body"].read()

    def replace(self, file, **otherwise):
        """Put a file by hand, not quite as it should be."""
        said = {"Body": file.body, "ContentType": file.media_type, "CacheControl": file.caching, **otherwise}
        self.s3.put_object(Bucket=self.name, Key=file.key, ChecksumAlgorithm="SHA256", **said)


@pytest.fixture
def configuration():
    return configured(SERVED, own=OWN, settings=settings_of("dev"))


@pytest.fixture
def dist(tmp_path):
    (tmp_path / "assets").mkdir()
    for name, body in {
        "index.html": PAGE,
        "favicon.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "assets/index-A1.js": b"one()",
        "assets/index-A1.js.gz": b"compressed",
        "assets/index-A1.js.br": b"compressed",
        "assets/index-A1.css": b"a {}",
        "assets/terms.gz": b"a file that is compressed in itself",
    }.items():
        (tmp_path / name).write_bytes(body)
    return tmp_path


@pytest.fixture
def clients():
    import boto3

    with mock_aws():
        session = boto3.session.Session(
            aws_access_key_id="x", aws_secret_access_key="x", region_name="us-east-1"
        )
        yield session.client


@pytest.fixture
def bucket(clients):
    """An empty one: moto may run longer than a test."""
    s3 = clients("s3")
    put: list[str] = []
    found = Bucket(name=f"storefront-{uuid.uuid4()}", s3=s3, put=put)
    s3.create_bucket(Bucket=found.name)
    s3.meta.events.register(
        "before-parameter-build.s3.PutObject", lambda params, **_: put.append(params["Key"])
    )
    return found


def test_the_page_comes_last_when_all_that_it_asks_for_is_there(dist, bucket, configuration):
    bucket.fill(files(dist, configuration=configuration))
    assert bucket.put == [
        "assets/index-A1.css",
        "assets/index-A1.js",
        "assets/terms.gz",
        "favicon.svg",
        "index.html",
    ]


def test_each_file_says_what_it_is_and_how_long_it_may_be_kept(dist, bucket, configuration):
    bucket.fill(files(dist, configuration=configuration))
    said = {key: bucket.head(key) for key in bucket.put}
    assert said["assets/index-A1.js"]["ContentType"] == "text/javascript; charset=utf-8"
    assert said["assets/index-A1.css"]["ContentType"] == "text/css; charset=utf-8"
    assert said["favicon.svg"]["ContentType"] == "image/svg+xml"
    assert said["index.html"]["ContentType"] == "text/html; charset=utf-8"
    assert said["index.html"]["CacheControl"] == "no-cache"
    assert "immutable" in said["assets/index-A1.js"]["CacheControl"]
    assert "immutable" not in said["favicon.svg"]["CacheControl"]


def test_the_configuration_is_in_the_page(dist, bucket, configuration):
    bucket.fill(files(dist, configuration=configuration))
    page = bucket.read("index.html")
    (said,) = re.findall(rb'id="config">(.*?)</script>', page)
    assert json.loads(said)["api"] == SERVED.api
    assert (dist / "index.html").read_bytes() == PAGE, "what was built stays as it was"


def test_what_is_there_as_it_should_be_is_not_put_again(dist, bucket, configuration):
    wanted = files(dist, configuration=configuration)
    assert bucket.fill(wanted) == [file.key for file in wanted]
    assert bucket.fill(wanted) == []


def test_an_upload_that_was_interrupted_goes_on(dist, bucket, configuration):
    wanted = files(dist, configuration=configuration)
    bucket.fill(wanted[:2])
    assert bucket.fill(wanted) == [file.key for file in wanted[2:]]


def test_a_file_with_another_body_type_or_time_to_be_kept_is_put_right(dist, bucket, configuration):
    wanted = files(dist, configuration=configuration)
    bucket.fill(wanted)
    css, js, _, icon, _ = wanted
    bucket.replace(css, CacheControl="no-cache")
    bucket.replace(js, ContentType="application/javascript")
    bucket.replace(icon, Body=b"?")
    assert bucket.fill(wanted) == [css.key, js.key, icon.key]


def test_files_of_the_release_before_stay_for_the_pages_that_are_open(dist, bucket, configuration):
    bucket.fill(files(dist, configuration=configuration))
    (dist / "assets" / "index-A1.js").rename(dist / "assets" / "index-B2.js")
    bucket.fill(files(dist, configuration=configuration))
    assert bucket.read("assets/index-A1.js") == b"one()"


def test_without_a_build_nothing_is_uploaded_and_it_is_said_how_to_get_one(tmp_path, configuration):
    with pytest.raises(NotBuilt, match="make storefront"):
        files(tmp_path, configuration=configuration)


def test_cloudfront_asks_anew_for_what_has_changed_and_never_for_assets(dist, bucket, clients, configuration):
    cloudfront = clients("cloudfront")
    made = cloudfront.create_distribution(
        DistributionConfig={
            "CallerReference": "1",
            "Comment": "",
            "Enabled": True,
            "Origins": {
                "Quantity": 1,
                "Items": [{"Id": "files", "DomainName": f"{bucket.name}.s3.amazonaws.com"}],
            },
            "DefaultCacheBehavior": {"TargetOriginId": "files", "ViewerProtocolPolicy": "redirect-to-https"},
        }
    )
    distribution = made["Distribution"]["Id"]
    asset, page = "assets/index-A1.js", "index.html"
    assert forget([asset], distribution=distribution, cloudfront=cloudfront) == []
    assert forget([asset, "favicon.svg", page], distribution=distribution, cloudfront=cloudfront) == [
        "/favicon.svg",
        "/index.html",
        "/",
    ]
    forget([page], distribution=distribution, cloudfront=cloudfront)
    listed = cloudfront.list_invalidations(DistributionId=distribution)["InvalidationList"]
    assert listed["Quantity"] == 2, "the same paths again are another invalidation"

    served = replace(SERVED, bucket=bucket.name, distribution=distribution)
    publishing = {"configuration": configuration, "s3": bucket.s3, "cloudfront": cloudfront, "dist": dist}
    assert publish(served, **publishing) == f"The storefront is at {SERVED.url}: 5 of 5 files uploaded."
    assert publish(served, **publishing) == f"The storefront is at {SERVED.url}: 0 of 5 files uploaded."
    listed = cloudfront.list_invalidations(DistributionId=distribution)["InvalidationList"]
    assert listed["Quantity"] == 3
