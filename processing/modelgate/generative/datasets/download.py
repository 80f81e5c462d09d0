"""Files over https, in pieces; whoever asks verifies them."""

from collections.abc import Iterator

import urllib3
from urllib3.exceptions import HTTPError
from urllib3.util import Retry, Timeout

from modelgate.errors import ContentError, InfrastructureError

_PIECE = 2**20
_RETRIES = Retry(total=3, redirect=3, backoff_factor=1.0, status_forcelist=(429, 500, 502, 503, 504))
_TIMEOUT = Timeout(connect=10.0, read=60.0)


def https(address: str) -> Iterator[bytes]:
    """The bytes at *address*, as they come.

    Raises:
        ContentError: it is no https address, or nothing is there.
        InfrastructureError: the place did not answer.
    """
    if not address.startswith("https://"):
        raise ContentError(f"{address[:200]!a} is no https address")
    try:
        with urllib3.PoolManager(retries=_RETRIES, timeout=_TIMEOUT) as pool:
            answer = pool.request("GET", address, preload_content=False, headers={"Accept-Encoding": "identity"})
            try:
                if answer.status != 200:
                    raise ContentError(f"{address} answers {answer.status}; import the file from a folder")
                yield from answer.stream(_PIECE, decode_content=False)
            finally:
                answer.close()
    except HTTPError as error:
        raise InfrastructureError(f"{address} did not answer ({type(error).__name__}); try again later") from error
