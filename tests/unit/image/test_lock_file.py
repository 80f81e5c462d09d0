"""Lock files, and what of them goes where."""

import pytest

from deploy.image_inputs import inputs
from deploy.image_scoring import LOCKED, RequirementsError, on_top, scoring_inputs
from deploy.lock_file import entries, for_python
from deploy.paths import ROOT

LOCK = """# a heading
boto3==1.2.3 \\
    --hash=sha256:aa
    # via -r image.in
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:bb
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:cc \\
    --hash=sha256:dd
"""
NEWER = "numpy==2.5.5 ; python_full_version >= '3.12'"


def test_an_entry_is_its_pin_with_all_its_lines() -> None:
    """Conditions belong to the pin, hashes to the entry, headings to nobody."""
    found = entries(LOCK)

    assert list(found) == ["boto3==1.2.3", "numpy==2.4.6 ; python_full_version < '3.12'", NEWER]
    assert found[NEWER] == f"{NEWER} \\\n    --hash=sha256:cc \\\n    --hash=sha256:dd\n"


@pytest.mark.parametrize(("python", "numpy"), [("3.11", "2.4.6"), ("3.13", "2.5.5")])
def test_conditions_are_those_of_the_python_that_is_built_for(python: str, numpy: str) -> None:
    """One of two versions is left, whatever Python runs this."""
    names = [pin.split()[0] for pin in entries(for_python(LOCK, python))]

    assert names == ["boto3==1.2.3", f"numpy=={numpy}"]


def test_only_what_the_approval_image_lacks_goes_on_top() -> None:
    """Nothing is installed twice."""
    assert list(entries(on_top(LOCK, "boto3==1.2.3 \\\n    --hash=sha256:aa\n"))) == list(entries(LOCK))[1:]


def test_lock_files_that_do_not_fit_are_refused() -> None:
    """Libraries that were locked with another version beside them are not installed beside this one."""
    with pytest.raises(RequirementsError, match=rf"has boto3==1.2.4, and {LOCKED} does not; lock both files again"):
        on_top(LOCK, "boto3==1.2.4 \\\n    --hash=sha256:aa\n")


def test_the_two_images_are_one_lock_file() -> None:
    """The approval image's requirements and those on top of it are what scoring was locked with."""
    approval = inputs(base="b", base_identity="i", user="0:0")
    scoring = scoring_inputs(approval)
    both = {*entries(approval.files["requirements.txt"].decode()), *entries(scoring.files["requirements.txt"].decode())}

    assert both == set(entries((ROOT / LOCKED).read_text()))
    assert scoring.tag != approval.tag


def test_another_approval_image_is_another_scoring_image() -> None:
    """A change below changes the tag above."""
    one, other = (scoring_inputs(inputs(base="b", base_identity=name, user="0:0")) for name in ("1", "2"))

    assert one.tag != other.tag
    assert one.files == other.files
