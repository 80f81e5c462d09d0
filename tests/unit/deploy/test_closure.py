"""The closure of imports: what a zip must hold."""

from pathlib import Path

import pytest

from deploy.closure import import_closure

FILES = {
    "app/__init__.py": "",
    "app/start.py": "import json\nfrom app import side\nfrom app.deep.inner import thing\nimport boto3\n",
    "app/side.py": "def later():\n    import app.lazy\n",
    "app/lazy.py": "",
    "app/deep/__init__.py": "",
    "app/deep/inner.py": "from ..near import x\nfrom . import twin\nthing = 1\n",
    "app/deep/twin.py": "",
    "app/near.py": "if TYPE_CHECKING:\n    from app import typed\nelse:\n    import app.other\n",
    "app/typed.py": "",
    "app/other.py": "",
    "app/unused.py": "",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, source in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return tmp_path


def test_everything_that_can_be_imported_at_run_time_is_found(root: Path) -> None:
    """Relative, inside functions, modules named by `from package import`; not what only type checkers read."""
    found = {path.relative_to(root).as_posix() for path in import_closure("app.start", (root,)).values()}

    assert found == set(FILES) - {"app/typed.py", "app/unused.py"}
