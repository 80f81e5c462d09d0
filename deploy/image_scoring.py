"""What goes into the scoring image: the approval image, and the libraries that only scoring needs."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.image_inputs import REPOSITORY, AnyInputs, Inputs, packed, tag_of
from deploy.lock_file import entries
from deploy.paths import ROOT

DOCKERFILE = "images/scoring/Dockerfile"
LOCKED = "requirements/generative.txt"  # holds the approval image's requirements too


class RequirementsError(Exception):
    """The two lock files do not fit together; the message says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringInputs:
    """That of the *approval* image, and *files*: the Dockerfile and the requirements that come on top.

    The approval image is the one without custom checks: they judge numbers and score nothing, so that a change of one
    does not make every answer be scored again.
    """

    approval: Inputs
    files: Mapping[str, bytes]

    @property
    def tag(self) -> str:
        """As of the approval image: made of the bytes of everything that goes in."""
        return tag_of(self.files, self.approval.tag)

    @property
    def reference(self) -> str:
        """What the image is called in the engine that builds it."""
        return f"{REPOSITORY}:{self.tag}"

    @property
    def dockerfile(self) -> str:
        """Where the Dockerfile is, for a person."""
        return DOCKERFILE

    @property
    def arguments(self) -> dict[str, str]:
        """The Dockerfile's build arguments."""
        return {"BASE_IMAGE": self.approval.base, "APPROVAL_IMAGE": self.approval.reference, "INPUTS": self.tag}

    def context(self, wheels: Path) -> io.BytesIO:
        """Return the build context as a tar archive: the files, and the wheels beside them."""
        return packed(self.files, wheels)


Buildable = AnyInputs | ScoringInputs


def scoring_inputs(approval: Inputs) -> ScoringInputs:
    """
    Read what goes on top of *approval* from the working tree.

    Raises:
        RequirementsError: the approval image has another version of something than scoring was locked with.
    """
    locked = (ROOT / LOCKED).read_text(encoding="ascii")
    wanted = on_top(locked, approval.files["requirements.txt"].decode("ascii"))
    dockerfile = (ROOT / DOCKERFILE).read_bytes()
    return ScoringInputs(approval=approval, files={"Dockerfile": dockerfile, "requirements.txt": wanted.encode()})


def on_top(locked: str, there: str) -> str:
    """
    Return the entries of the lock file *locked* that the lock file *there* has not.

    Raises:
        RequirementsError: *there* pins a distribution that *locked* pins at another version, or not at all.
    """
    have, want = entries(there), entries(locked)
    if other := sorted(have.keys() - want.keys()):
        raise RequirementsError(
            f"the approval image has {other[0]}, and {LOCKED} does not; lock both files again (`make lock`)"
        )
    return "".join(text for pin, text in want.items() if pin not in have)
