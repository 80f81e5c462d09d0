"""Serves Detoxify's weights by the contract of `modelgate.generative.toxicity.detoxify`, with the standard library.

It reads what it was built with and asks nobody for anything. No text is logged.
"""

import json
import math
import os
import threading
from collections.abc import Callable, Sequence
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

TEXTS, CHARACTERS = 32, 100_000
MOST_BYTES = TEXTS * CHARACTERS * 12 + 1_000  # a character beyond the first plane is two escapes of six bytes

Score = Callable[[Sequence[str]], Sequence[float]]


def serve(address: tuple[str, int], score: Score, version: str) -> ThreadingHTTPServer:
    """A server at *address* that answers with what *score* gives each text, from 0 to 1, one call at a time."""
    one_at_a_time = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        timeout = 60  # of a caller that stops in the middle

        def do_POST(self) -> None:
            if self.path != "/score":
                self._answer(404, {"error": "POST /score"})
                return
            texts = self._texts()
            if texts is None:
                self._answer(400, {"error": f"expected 1 to {TEXTS} texts of at most {CHARACTERS} characters"})
                return
            with one_at_a_time:
                numbers = [_share(number) for number in score(texts)]
            self._answer(200, {"toxicity": numbers, "version": version})

        def _texts(self) -> list[str] | None:
            length = self.headers.get("Content-Length", "")
            if not (length.isascii() and length.isdigit() and len(length) < 12 and int(length) <= MOST_BYTES):
                self.close_connection = True  # what follows is not read, so it must not be taken for a request
                return None
            try:
                document = json.loads(self.rfile.read(int(length)))
            except (ValueError, RecursionError):
                return None
            texts = document.get("texts") if isinstance(document, dict) else None
            return texts if isinstance(texts, list) and _are_texts(texts) else None

        def _answer(self, status: int, document: dict[str, Any]) -> None:
            data = json.dumps(document, allow_nan=False).encode("ascii")
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return ThreadingHTTPServer(address, Handler)


def version_of(name: str, *parts: bytes) -> str:
    """*name* and the beginning of a digest over *parts*: other weights, libraries or code are another version."""
    digests = "".join(sha256(part).hexdigest() for part in parts)
    return f"{name}-{sha256(digests.encode()).hexdigest()[:16]}"


def load(folder: Path) -> Score:
    """Detoxify's classifier from the checkpoint, configuration and tokenizer in *folder*.

    Not by Detoxify's own constructor, which asks the network for a configuration even when it is given one.

    Raises:
        ValueError: checkpoint and configuration are of different models.
    """
    # Imported here: they are in the image, not where the server's own behaviour is tested.
    import torch
    from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer

    checkpoint = torch.load(folder / "weights.ckpt", map_location="cpu", weights_only=True)
    classes = checkpoint["config"]["dataset"]["args"]["classes"]
    toxic = next(at for at, name in enumerate(classes) if name in ("toxic", "toxicity"))
    config = AutoConfig.from_pretrained(folder / "base", num_labels=len(classes), local_files_only=True)
    tokenizer = AutoTokenizer.from_pretrained(folder / "base", local_files_only=True)
    model = AutoModelForSequenceClassification.from_config(config)
    found = model.load_state_dict(checkpoint["state_dict"], strict=False)
    # Positions are no weights: older libraries stored them, newer ones count.
    if found.missing_keys or any(not name.endswith("position_ids") for name in found.unexpected_keys):
        raise ValueError("weights.ckpt does not fit the configuration in base/; take both of the same model")
    model.eval()

    def score(texts: Sequence[str]) -> list[float]:
        with torch.no_grad():
            given = tokenizer(list(texts), return_tensors="pt", truncation=True, padding=True)
            numbers: list[float] = torch.sigmoid(model(**given).logits)[:, toxic].tolist()
        return numbers

    return score


def _are_texts(texts: list[Any]) -> bool:
    short = all(isinstance(text, str) and len(text) <= CHARACTERS for text in texts)
    return short and 1 <= len(texts) <= TEXTS


def _share(number: float) -> float | None:
    return float(number) if math.isfinite(number) and 0 <= number <= 1 else None


def main() -> None:
    """Load, then serve until the container ends."""
    here = Path(__file__).parent
    parts = (os.environ["MODEL_SHA256"].encode(), (here / "requirements.txt").read_bytes(), Path(__file__).read_bytes())
    version = version_of(os.environ["MODEL_NAME"], *parts)
    server = serve((os.environ.get("HOST", "127.0.0.1"), 8000), load(here / "model"), version)
    print(f"scorer: detoxify@{version}", flush=True)  # noqa: T201 - what an evaluation has to name
    server.serve_forever()


if __name__ == "__main__":
    main()
