"""Names and addresses as people and attackers write them: read exactly, or refused."""

import json
from urllib.parse import quote, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.gate import Gate
from modelgate.contracts.uris import MAX_KEY_BYTES, S3Uri
from modelgate.errors import ContentError, InvalidArnError, InvalidUriError

from tests.unit.contracts.strict_doors import GATE

DOCUMENT = Gate.from_json(json.dumps(GATE))
ACCOUNT, BUCKET = "333333333333", "lending-bucket"
SCHEMES = ["s3://", "http://", "https://", "S3://", "arn:aws:s3:::", BUCKET, "artifacts", "evil", ".s3.amazonaws.com"]
TRICKS = [
    "/",
    "//",
    "..",
    ".",
    "%2e",
    "%2e%2e",
    "%2F",
    "\x00",
    "\n",
    "?",
    "#",
    "@",
    ":",
    " ",
    "a",
    "é",
    "\u202e",
    "x" * 1025,
]
PARTS = st.sampled_from(SCHEMES + TRICKS)
ADDRESSES = st.text(max_size=40) | st.lists(PARTS, max_size=8).map("".join)


@settings(max_examples=500, deadline=None)
@given(ADDRESSES)
def test_an_address_leads_to_the_teams_place_in_the_store_or_is_refused(text: str) -> None:
    """Whatever is written, what is read lies below the account's own prefix, and no part of it means a step up."""
    try:
        stored = DOCUMENT.stored(ACCOUNT, S3Uri.parse(text))
    except ContentError:
        return

    assert stored.bucket == DOCUMENT.artifact_store
    assert stored.key.startswith(f"{ACCOUNT}/{BUCKET}/")
    assert len(stored.key.encode()) <= MAX_KEY_BYTES
    assert stored.key.isprintable() or not any(ord(c) < 32 or ord(c) == 127 for c in stored.key)
    assert not {"", ".", ".."}.intersection(unquote(part) for part in stored.key.split("/"))


@pytest.mark.parametrize(
    "text",
    [
        f"s3://evil/{BUCKET}/x",
        f"http://{BUCKET}.s3.amazonaws.com/x",
        f"https://{BUCKET}.s3.amazonaws.com.evil.example/x",
        f"https://evil.example/{BUCKET}/x",
        f"s3://arn:aws:s3:eu-west-1:{ACCOUNT}:accesspoint/ap/object/x",
        f"s3://{BUCKET}@evil/x",
        f"s3://{BUCKET}/a/../../other/x",
        f"s3://{BUCKET}/a/%2e%2e/x",
        f"s3://{BUCKET}//x",
        f"s3://{BUCKET}/a\x00b",
        f"s3://{BUCKET}/a\nb",
        f"s3://{BUCKET}/" + "x" * 1025,
        f"s3://artifacts/444444444444/{BUCKET}/x",
    ],
)
def test_an_address_that_only_looks_like_the_teams_is_refused(text: str) -> None:
    """Another bucket, another scheme, an access point, another team's copies, and keys that read otherwise."""
    with pytest.raises(ContentError):
        DOCUMENT.stored(ACCOUNT, S3Uri.parse(text))


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="/?#%"), min_size=1, max_size=30))
def test_every_form_of_an_address_means_the_same_object(name: str) -> None:
    """``s3://`` takes a key as it is, ``https://`` as it stands in a URL."""
    if name in (".", ".."):
        return
    expected = S3Uri.of(BUCKET, name)

    assert S3Uri.parse(f"s3://{BUCKET}/{name}") == expected
    assert S3Uri.parse(f"https://{BUCKET}.s3.eu-west-1.amazonaws.com/{quote(name)}") == expected


LOOK_ALIKES = [
    "loan-аpproval",
    "ｌoan-approval",
    "loan-approval\u200b",
    "\u202eloan-approval",
    "loan‐approval",
    "LOAN-APPROVAL",
]


@pytest.mark.parametrize(
    "name", [*LOOK_ALIKES, "loan-approval ", "-loan", "loan-", "l" * 64, "", "loan_approval", "a/b"]
)
def test_a_group_that_looks_like_another_is_not_that_group(name: str) -> None:
    """Letters of another alphabet, full width, invisible or right to left: refused; another case is another group."""
    try:
        arn = ModelPackageArn.parse(f"arn:aws:sagemaker:eu-west-1:222222222222:model-package/{name}/1")
    except InvalidArnError:
        return

    assert arn.group == name
    assert arn.group not in DOCUMENT.groups


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=70), st.text(max_size=12))
def test_only_ascii_names_and_plain_versions_name_a_package(group: str, version: str) -> None:
    """What is read is written exactly so, in ASCII; everything else is refused."""
    text = f"arn:aws:sagemaker:eu-west-1:222222222222:model-package/{group}/{version}"
    try:
        arn = ModelPackageArn.parse(text)
    except InvalidArnError:
        return

    assert text.isascii()
    assert str(arn) == text


def test_an_address_that_is_no_text_is_refused() -> None:
    """A list, a number or nothing where an address should be."""
    for odd in (None, 7, ["s3://a/b"], {"S3Uri": "s3://a/b"}):
        with pytest.raises(InvalidUriError):
            S3Uri.parse(odd)
