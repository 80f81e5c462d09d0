"""Registry HTTP API: read images and copy them, byte for byte, from one repository to another.

Source: OCI distribution specification 1.1, sections "Pull" and "Push". Needs no Docker engine.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests
from modelgate.contracts.digests import is_digest, sha256_of

from deploy.progress import Progress

_MANIFESTS = (
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
)
_SECONDS = 120
_CHUNK = 1 << 20


class RegistryError(Exception):
    """A registry refused or does not hold what was asked for; the message says what and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """An image's manifest: its exact bytes, since their SHA-256 is the image's digest."""

    data: bytes
    media_type: str

    @property
    def digest(self) -> str:
        """The digest that a pull by digest names."""
        return sha256_of(self.data)

    @property
    def blobs(self) -> tuple[str, ...]:
        """Digests of the configuration and of the layers, in order, each once."""
        content = json.loads(self.data)
        found = [content["config"]["digest"], *(layer["digest"] for layer in content["layers"])]
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """One repository of one registry, and how to enter it."""

    endpoint: str
    host: str
    name: str
    password: str

    @property
    def address(self) -> str:
        """The repository as an image reference begins."""
        return f"{self.host}/{self.name}"

    def manifest(self, reference: str) -> Manifest | None:
        """Return the manifest of a tag or digest; None when the repository does not hold it."""
        answer = self._call("GET", f"manifests/{reference}", accept=", ".join(_MANIFESTS), allow=(404,))
        if answer.status_code == 404:
            return None
        found = Manifest(data=answer.content, media_type=answer.headers.get("Content-Type", ""))
        if found.media_type not in _MANIFESTS:
            raise RegistryError(
                f"{self.address} holds {reference} as {found.media_type}, not as one image for one platform"
            )
        if is_digest(reference) and found.digest != reference:
            raise RegistryError(f"{self.address} answered {found.digest} when asked for {reference}; do not use it")
        return found

    def put_manifest(self, tag: str, manifest: Manifest) -> None:
        """Store *manifest* under *tag*; the registry refuses to move an immutable tag."""
        self._call("PUT", f"manifests/{tag}", data=manifest.data, content_type=manifest.media_type)

    def has_blob(self, digest: str) -> bool:
        """Whether the repository holds this layer or configuration."""
        return self._call("HEAD", f"blobs/{digest}", allow=(404,)).status_code != 404

    def read_blob(self, digest: str) -> Iterator[bytes]:
        """Yield the bytes of a layer or configuration."""
        yield from self._call("GET", f"blobs/{digest}", stream=True).iter_content(_CHUNK)

    def write_blob(self, digest: str, data: Iterator[bytes]) -> None:
        """Store a layer or configuration; the registry compares it with *digest*."""
        place = self._place(self._call("POST", "blobs/uploads/"))
        place = self._place(self._call("PATCH", place, data=data, content_type="application/octet-stream"))
        parts = urlsplit(place)
        query = "&".join(part for part in (parts.query, f"digest={digest}") if part)
        self._call("PUT", urlunsplit(parts._replace(query=query)))

    def _place(self, answer: requests.Response) -> str:
        """Where an upload goes on; registries answer with a path or a whole address."""
        return urljoin(self.endpoint, answer.headers["Location"])

    def _call(
        self,
        method: str,
        what: str,
        *,
        accept: str = "*/*",
        content_type: str | None = None,
        data: bytes | Iterator[bytes] | None = None,
        stream: bool = False,
        allow: tuple[int, ...] = (),
    ) -> requests.Response:
        url = what if "://" in what else f"{self.endpoint}/v2/{self.name}/{what}"
        headers = {"Accept": accept}
        headers |= {"Content-Type": content_type} if content_type else {}
        if urlsplit(self.endpoint).netloc != self.host:
            # The embedded AWS answers for every account on one address and tells them apart by this. Never sent
            # otherwise: a registry redirects reads to storage that has another name.
            headers["Host"] = self.host
        login = ("AWS", self.password)
        try:
            answer = requests.request(
                method, url, headers=headers, data=data, stream=stream, timeout=_SECONDS, auth=login
            )
        except requests.RequestException as error:
            raise RegistryError(f"{self.address} cannot be reached ({method} {what}): {error}") from error
        if not answer.ok and answer.status_code not in allow:
            raise RegistryError(
                f"{self.address} refused {method} {what}: {answer.status_code} {answer.text[:200].strip()}"
            )
        return answer


def copy_image(source: Repository, target: Repository, *, digest: str, tag: str, progress: Progress) -> None:
    """
    Copy the image *digest* from *source* to *target* as *tag*, and check that the digest stayed the same.

    Raises:
        RegistryError: source does not hold it, target refuses it, or holds something else afterwards.
    """
    manifest = source.manifest(digest)
    if manifest is None:
        raise RegistryError(f"{source.address} does not hold {digest}; build or promote it there first")
    for number, blob in enumerate(manifest.blobs, start=1):
        progress.say(f"layer {number} of {len(manifest.blobs)}: {blob[:19]}")
        if not target.has_blob(blob):
            target.write_blob(blob, source.read_blob(blob))
    target.put_manifest(tag, manifest)
    if target.manifest(digest) is None:
        raise RegistryError(f"{target.address} does not hold {digest} after the copy; nothing was recorded")
