"""Every data set that can be imported: what it is, whose it is, what its licence asks, and which files it has.

A digest here is that of the copy this project was developed with. It is taken for the official one because that copy is
said to be unchanged; nobody has compared them over the network. A file without a digest is imported only if its digest
is given, so that whoever imports it has looked at it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from modelgate.generative.bias import items as bbq
from modelgate.generative.bias.prompts import CONCERN as BIAS
from modelgate.generative.datasets import official
from modelgate.generative.disinformation.headlines import CONCERN as DISINFORMATION
from modelgate.generative.memorization.prompts import CONCERN as MEMORIZATION
from modelgate.generative.toxicity.bold import CONCERN as TOXICITY

OWN_LICENCE = "LicenseRef-modelgate"  # of everything that this project wrote itself


class Form(StrEnum):
    """How the files of a set become prompts."""

    BBQ = "bbq"
    BOLD = "bold"
    WORKS = "works"
    HEADLINES = "headlines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """*spdx* is its SPDX expression (``NONE``: nobody has given a right), *use* what it asks of users."""

    spdx: str
    use: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetFile:
    """One file of a set: its *name* in a local folder, its official *address* and its *digest* where they are known."""

    name: str
    address: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A set of prompts, or of what prompts are made of.

    *id* carries its version. *home* is where it is published. Without *files* it is the user's own: every file of the
    folder that *pattern* matches. *source* is what numbers about works are broken down by (``book``, ``code``).
    *trimmed* tells that what a publisher put around each text is cut off.
    """

    id: str
    concern: str
    form: Form
    title: str
    licence: Licence
    attribution: str
    home: str
    files: tuple[DatasetFile, ...] = ()
    pattern: str = "*"
    source: str = ""
    trimmed: bool = False

    def file(self, name: str) -> DatasetFile | None:
        """The file of that name."""
        return next((file for file in self.files if file.name == name), None)


_PUBLIC_DOMAIN = Licence(
    spdx="LicenseRef-public-domain-US",
    use="In the public domain in the United States; elsewhere look at the law of the country.",
)
_OWN = Licence(spdx="LicenseRef-own", use="Whatever you may do with it; nobody looks after that but you.")

_SETS = (
    Dataset(
        id="bbq@2022",
        concern=BIAS,
        form=Form.BBQ,
        title="BBQ: a hand-built bias benchmark for question answering",
        licence=Licence(
            spdx=bbq.LICENCE, use="May be used, changed and shown to others with the attribution; say what you changed."
        ),
        attribution=bbq.ATTRIBUTION,
        home=bbq.SOURCE,
        files=tuple(DatasetFile(name=name, address=url, digest=digest) for name, url, digest in official.bbq()),
    ),
    Dataset(
        id="bold@2021",
        concern=TOXICITY,
        form=Form.BOLD,
        title="BOLD: beginnings of sentences of Wikipedia, by domain and group",
        licence=Licence(
            spdx="CC-BY-SA-4.0",
            use="May be used and shown with the attribution; whatever is derived from it carries the same licence, so "
            "keep the prompts apart from code.",
        ),
        attribution="Dhamala, Sun, Kumar, Krishna, Pruksachatkun, Chang and Gupta: BOLD: Dataset and Metrics for "
        "Measuring Biases in Open-Ended Language Generation, FAccT 2021; from Wikipedia",
        home="https://github.com/amazon-science/bold",
        files=tuple(DatasetFile(name=name, address=url, digest=digest) for name, url, digest in official.bold()),
    ),
    Dataset(
        id="books@1",
        concern=MEMORIZATION,
        form=Form.WORKS,
        title="Alice's Adventures in Wonderland and Pride and Prejudice, their text alone",
        licence=_PUBLIC_DOMAIN,
        attribution="Lewis Carroll, 1865; Jane Austen, 1813",
        home="https://github.com/GITenberg",
        files=tuple(DatasetFile(name=name, digest=digest) for name, digest in official.BOOKS),
        source="book",
    ),
    Dataset(
        id="gutenberg@1",
        concern=MEMORIZATION,
        form=Form.WORKS,
        title="The same two books as Project Gutenberg publishes them, its own words around them cut off",
        licence=_PUBLIC_DOMAIN,
        attribution="Lewis Carroll, 1865 (Project Gutenberg 11); Jane Austen, 1813 (Project Gutenberg 1342)",
        home="https://www.gutenberg.org",
        files=tuple(DatasetFile(name=name, address=url) for name, url in official.GUTENBERG),
        source="book",
        trimmed=True,
    ),
    Dataset(
        id="linux@6.1",
        concern=MEMORIZATION,
        form=Form.WORKS,
        title="Thirteen source files of Linux 6.1",
        licence=Licence(
            spdx="GPL-2.0-only AND GPL-2.0-or-later",
            use="Prompts hold parts of the sources: keep them to yourself, or pass them on under the GPL. This project "
            "ships none of them.",
        ),
        attribution="The authors of Linux, named in each file; two of the files are GPL-2.0-or-later",
        home="https://git.kernel.org/pub/scm/linux/kernel/git/stable/linux.git",
        files=tuple(DatasetFile(name=name, address=url, digest=digest) for name, url, digest in official.linux()),
        source="code",
    ),
    Dataset(
        id="mrf@2022",
        concern=DISINFORMATION,
        form=Form.HEADLINES,
        title="Misinfo Reaction Frames: headlines with what readers make of them",
        licence=Licence(
            spdx="NONE",
            use="The code beside it is Apache-2.0; the corpus has no licence of its own, so import the file that its "
            "authors gave you and keep the prompts to yourself.",
        ),
        attribution="Gabriel, Hallinan, Sap, Nguyen, Roesner, Choi and Choi: Misinfo Reaction Frames: Reasoning about "
        "Readers' Reactions to News Headlines, ACL 2022",
        home="https://github.com/skgabriel/mrf-modeling",
        files=(DatasetFile(name="mrf.tsv"),),
    ),
    Dataset(
        id="own-works@1",
        concern=MEMORIZATION,
        form=Form.WORKS,
        title="Texts of your own",
        licence=_OWN,
        attribution="",
        home="",
        source="own",
    ),
    Dataset(
        id="own-headlines@1",
        concern=DISINFORMATION,
        form=Form.HEADLINES,
        title="False headlines of your own, in the format of Misinfo Reaction Frames",
        licence=_OWN,
        attribution="",
        home="",
        pattern="*.tsv",
    ),
)
CATALOGUE: Mapping[str, Dataset] = {one.id.partition("@")[0]: one for one in _SETS}
