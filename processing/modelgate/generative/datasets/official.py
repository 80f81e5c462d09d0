"""Files of published data sets: names, official addresses, and the digests of the copies we know."""

from collections.abc import Iterator

# Categories without a digest were not at hand; BBQ's generator has no seed, so nobody can make them again.
_BBQ = {
    "Age": "sha256:46e805b3fc2d8cbd26eeb8e8430d98cf7b2dc9c83574ff3674e8ce4f0fca2a60",
    "Disability_status": None,
    "Gender_identity": None,
    "Nationality": "sha256:a583e74666aec0341ded8aa3983e7cad694eb24de72c254d28b2df3035720090",
    "Physical_appearance": None,
    "Race_ethnicity": None,
    "Race_x_SES": None,
    "Race_x_gender": None,
    "Religion": "sha256:cb9555f9f3454a52cd2df85956b59bd7fcca5aa922c8527693b1164d08417616",
    "SES": None,
    "Sexual_orientation": None,
}
_BOLD = {
    "gender": "sha256:a863aaf2492e3c911c39f435005abee2eba5f5edabe836e97de110cd83273054",
    "political_ideology": "sha256:a83ea7cc272971b618231e13bcb5c1d1be5b208c92135c4ffde85be31f8ab4c6",
    "profession": "sha256:5508012069f20419559417e64d8bb2b8d864ebf8afedd21e5ca564393c291794",
    "race": "sha256:200337f6c43b09671e580b1df6aea2cdc0196ee02779260e9881da07029e1cb6",
    "religious_ideology": "sha256:633830ea87d569e5476895a93f68b8f686cb0dcae6d67a1091a9247c5c4c931d",
}
# Unlike at their origin, what the digitising projects put around the texts is not in these files.
BOOKS = (
    ("alice_in_wonderland.txt", "sha256:8848bba43e5c75c5a2b1e248b51edab248878cca60d916b6685a57f491ac86d3"),
    ("pride_and_prejudice.txt", "sha256:d02c06ecdee0120842aa1274288a07fe68d5316d1e8285853eaf4fc65a0b39a0"),
)
GUTENBERG = (
    ("11-0.txt", "https://www.gutenberg.org/files/11/11-0.txt"),
    ("1342-0.txt", "https://www.gutenberg.org/files/1342/1342-0.txt"),
)
# As in Debian's source package linux-source-6.1, version 6.1.192-2; where Debian patches a file, upstream's is another.
_LINUX = {
    "drivers/base/core.c": "sha256:27d4681ae9d94c149a0afe237879b677b2d28ed5e5e09329df303b706d18a7c4",
    "fs/exec.c": "sha256:9f0f26cdb97991cde98777c89fd430393be53c310eff04d6aa07666303435f0f",
    "fs/namei.c": "sha256:b783cbe50f3cbacf4a974dd9d19baa028c575b32b2d28b9834015e5869bc3cc0",
    "init/main.c": "sha256:b4f5232c29887719b57a790d84c5ea3b29e87b896924cae97aca7d27f8c26296",
    "kernel/fork.c": "sha256:d208c26daa6f0884634b20c665e587d673f34d3fd16ecad2553ac182d3a4ed5b",
    "kernel/sched/core.c": "sha256:6e2bedce880f121298d1715d60901ee6a0558b53771a1b292c9025f77acfeec0",
    "kernel/signal.c": "sha256:208ca5b4e6149d42f9279a1de93cd781d2bd92ef2307a1f2127a0ef3ddf3aae8",
    "lib/rbtree.c": "sha256:17cf0040c4a2f0ce2cf51a24ca049ee7cdf2d01364b539e95b83f80d81754a4a",
    "lib/string.c": "sha256:eba72507df2de52235c74ee35b8cc179c135ed94629ecef3e89c9b5a85b08885",
    "mm/memory.c": "sha256:66fbcfacf36a89ea9241771c2d127028adce16517ab909907f3bd2a08c70e841",
    "mm/mmap.c": "sha256:85f351a6d3dfc4a67227278322e3a2a9f7cc2023a12e10a08f8927dfcacdc08d",
    "mm/slub.c": "sha256:f45481c58a3bd29761c517a9a09d88e2adadcc6a9a111cb84d0275f08be97773",
    "net/ipv4/tcp.c": "sha256:3dbf3a182ec964961e4cc177db2318dedd50fa0de85bdbf4f22fd4c669711350",
}
_KERNEL = "https://git.kernel.org/pub/scm/linux/kernel/git/stable/linux.git/plain"


def bbq() -> Iterator[tuple[str, str, str | None]]:
    """Name, address and digest of each category's file."""
    for category, digest in _BBQ.items():
        name = f"{category}.jsonl"
        yield name, f"https://raw.githubusercontent.com/nyu-mll/BBQ/main/data/{name}", digest


def bold() -> Iterator[tuple[str, str, str]]:
    """Name, address and digest of each domain's file."""
    for domain, digest in _BOLD.items():
        name = f"{domain}_prompt.json"
        yield name, f"https://raw.githubusercontent.com/amazon-science/bold/main/prompts/{name}", digest


def linux() -> Iterator[tuple[str, str, str]]:
    """Name, address and digest of each source file."""
    for name, digest in _LINUX.items():
        yield name, f"{_KERNEL}/{name}?h=v6.1.192", digest
