"""Objects of a decision are read by version, from the two stores and nowhere else."""

from dataclasses import replace

import pytest
from modelgate.aws.exhibits import StoredExhibits
from modelgate.aws.objects import Bucket
from modelgate.errors import ContentError, InfrastructureError
from modelgate.evidence.exhibits import Exhibit, ExhibitKind

from tests.unit.aws.conftest import STORE

KEY = "333333333333/team/model.tar.gz"


@pytest.fixture
def stores(evidence: Bucket) -> StoredExhibits:
    """Both stores."""
    return StoredExhibits(evidence=evidence, artifacts=Bucket(s3=evidence.s3, name=STORE, owner=None))


def stored(stores: StoredExhibits, body: bytes) -> Exhibit:
    """A model file in the artifact store, with a newer version over it."""
    version = stores.artifacts.s3.put_object(Bucket=STORE, Key=KEY, Body=body)["VersionId"]
    stores.artifacts.s3.put_object(Bucket=STORE, Key=KEY, Body=b"newer")
    return Exhibit(
        kind=ExhibitKind.MODEL, name="Model.0", bucket=STORE, key=KEY, version_id=version, digest="", size=None
    )


def test_the_version_of_the_record_is_read_in_pieces(stores: StoredExhibits) -> None:
    """However large it is, a MiB is held at once."""
    body = bytes(2_500_000)

    pieces = list(stores.chunks(stored(stores, body)) or ())

    assert (b"".join(pieces), len(pieces)) == (body, 3)


def test_what_is_gone_is_told(stores: StoredExhibits) -> None:
    """A version, a key, or what is no version at all."""
    exhibit = stored(stores, b"x")

    assert stores.chunks(replace(exhibit, version_id="null-and-void")) is None
    assert stores.chunks(replace(exhibit, key="elsewhere")) is None
    assert stores.chunks(replace(exhibit, bucket=None, key="pinned/0.json", version_id=None)) is None


def test_nothing_is_read_elsewhere(stores: StoredExhibits) -> None:
    """A record is not trusted before it is verified, so its addresses are not followed."""
    with pytest.raises(ContentError, match="neither store"):
        stores.chunks(replace(stored(stores, b"x"), bucket="evil"))


def test_a_store_that_does_not_answer_is_trouble(stores: StoredExhibits) -> None:
    """Not a decision that differs."""
    missing = replace(stores, artifacts=Bucket(s3=stores.artifacts.s3, name="no-such-bucket-here", owner=None))

    with pytest.raises(InfrastructureError):
        missing.chunks(replace(stored(stores, b"x"), bucket="no-such-bucket-here"))
