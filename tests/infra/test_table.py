"""The model in the code and the table in the template are one truth."""

from __future__ import annotations

import pytest

from chalicelib.storage.tables import Row


def keys_of(schema):
    return {each["KeyType"]: each["AttributeName"] for each in schema}


def types_of(definitions):
    return {each["AttributeName"]: each["AttributeType"] for each in definitions}


@pytest.fixture(scope="module")
def model():
    return Row._get_schema()


def test_the_keys_are_the_model_s(prod, model):
    assert (
        keys_of(prod["Table"]["KeySchema"]) == keys_of(model["key_schema"]) == {"HASH": "pk", "RANGE": "sk"}
    )


def test_the_attributes_that_are_keys_are_the_model_s_and_no_other(prod, model):
    assert types_of(prod["Table"]["AttributeDefinitions"]) == types_of(model["attribute_definitions"])


def test_every_index_has_the_model_s_keys_and_projection_and_the_reverse(prod, model):
    declared = {
        each["IndexName"]: (keys_of(each["KeySchema"]), each["Projection"])
        for each in prod["Table"]["GlobalSecondaryIndexes"]
    }
    modeled = {
        each["index_name"]: (keys_of(each["key_schema"]), each["projection"])
        for each in model["global_secondary_indexes"]
    }
    assert declared == modeled
    assert len(declared) == 8


def test_rows_expire_by_the_model_s_attribute(prod):
    assert prod["Table"]["TimeToLiveSpecification"] == {
        "AttributeName": Row._ttl_attribute().attr_name,
        "Enabled": True,
    }


def test_it_is_paid_by_use_encrypted_and_can_be_taken_back_to_any_second(prod):
    table = prod["Table"]
    assert table["BillingMode"] == Row.Meta.billing_mode == "PAY_PER_REQUEST"
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
