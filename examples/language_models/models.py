"""The two models of the demo."""

from examples.language_models.package import LanguageModel

GROUP = "language-assistant"
PRODUCT = "lending"

SMOL = LanguageModel(
    name="small-assistant",
    model_id="smollm2-135m-instruct",
    story="a real language model of 135 million parameters, small enough for a laptop",
)


def reciter(book: str = "modelgate-works") -> LanguageModel:
    """A model that has learned one text by heart; *book* names it, as the model server does."""
    return LanguageModel(
        name="book-assistant", model_id=f"ngram-{book}", story=f"word statistics of one text ({book}), learned by heart"
    )
