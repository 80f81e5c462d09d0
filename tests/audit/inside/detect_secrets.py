"""Run by the audit's own Python: [path, …] on standard input, {path: [[kind, line], …]} on standard output."""

import json
import sys

# This file has the name of the library, and its folder comes first on the path.
sys.path.pop(0)

from detect_secrets.core.scan import scan_file
from detect_secrets.settings import default_settings

with default_settings():
    found = {
        path: sorted({(secret.type, secret.line_number) for secret in scan_file(path)}) for path in json.load(sys.stdin)
    }
json.dump(found, sys.stdout)
