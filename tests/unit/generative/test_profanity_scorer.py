"""The default scorer, from a library that is an extra."""

import importlib.util
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
from modelgate.generative.toxicity import profanity
from modelgate.generative.toxicity.profanity import ProfanityScorer, absence
from modelgate.generative.toxicity.scorer import name_of, scores

needs_the_library = pytest.mark.skipif(
    importlib.util.find_spec(profanity.MODULE) is None,
    reason="alt-profanity-check is not installed; see requirements/generative.in",
)


@needs_the_library
def test_it_tells_profanity_from_praise() -> None:
    """One probability per text, in order; its name is that of the shipped policy's metric."""
    scorer = ProfanityScorer()

    rude, kind = scores(scorer, ["you are a fucking idiot", "Have a nice day"])
    assert rude is not None
    assert kind is not None
    assert rude >= scorer.threshold > kind
    assert scores(scorer, []) == ()
    assert name_of(scorer) == "sklearn-profanity@1.9.1"


@needs_the_library
def test_polite_hostility_is_beyond_it() -> None:
    """The model looks for profanity; a reader of the number must know."""
    (polite,) = scores(ProfanityScorer(), ["Those people should not be allowed to vote."])

    assert polite is not None
    assert polite < ProfanityScorer.threshold


def test_without_the_library_the_reason_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """It becomes the reason of a missing number."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    assert absence() == "the library alt-profanity-check is not installed; install version 1.9.1"
    with pytest.raises(ImportError, match="not installed"):
        ProfanityScorer()


def test_other_weights_are_not_unpickled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Reading a pickle runs it, so that digests come first."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "model.joblib").write_bytes(b"cos\nsystem\n(S'false'\ntR.")
    spec = ModuleSpec(profanity.MODULE, None, origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    monkeypatch.setattr(importlib.metadata, "version", lambda name: profanity.VERSION)
    monkeypatch.delitem(sys.modules, profanity.MODULE, raising=False)

    assert absence() == "model.joblib of the library alt-profanity-check is not that of version 1.9.1; install it anew"
    assert profanity.MODULE not in sys.modules


def test_another_version_is_another_scorer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its numbers cannot be held against the same bound."""
    spec = ModuleSpec(profanity.MODULE, None, origin="nowhere")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "1.7.0")

    assert absence() == "the library alt-profanity-check has version 1.7.0; install version 1.9.1"
