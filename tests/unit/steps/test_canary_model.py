"""Model files are pinned and copied, never opened."""

import os
import pickle
from pathlib import Path

from modelgate.contracts.uris import S3Uri

from tests.unit.steps.world import EVIDENCE, LENDING, STORE, TEAM_BUCKET, World


class Poison:
    """Unpickling it makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.folder),)


def test_a_poisoned_model_is_judged_by_its_digest_and_never_opened(world: World, tmp_path: Path) -> None:
    """A pickle that acts when it is read comes through both steps without acting, and nothing of it is kept."""
    trace, arn = tmp_path / "opened", world.register()
    poison = pickle.dumps(Poison(trace))
    world.upload("model.tar.gz", poison)

    assert world.run(arn) == "Approved"
    assert not trace.exists()
    (model,) = (a for a in world.record(arn).subject.artifacts if a.name == "Model.0")
    assert S3Uri.parse(model.stored_uri) == S3Uri.of(STORE, f"{LENDING}/{TEAM_BUCKET}/v1/model.tar.gz")
    kept = [thing["Key"] for thing in world.s3.list_objects_v2(Bucket=EVIDENCE)["Contents"]]
    assert not any(poison in world.s3.get_object(Bucket=EVIDENCE, Key=key)["Body"].read() for key in kept)
    pickle.loads(poison)  # noqa: S301 - the proof that it would have acted
    assert trace.exists()
