"""What ruff's rules on security and on broad excepts must find; nothing imports it."""

import pickle
import subprocess


def load(path):
    try:
        subprocess.run(f"cat {path}", shell=True)
        return pickle.loads(path.read_bytes())
    except Exception:
        pass
