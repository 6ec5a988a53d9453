"""Where a build puts the files that versions of a site share (`emrun_shared`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sphinx.errors import ExtensionError

from sphinx_emrun.preview.watch import REPORT
from sphinx_emrun.published import LARGE

if TYPE_CHECKING:
    from tests.builders.conftest import FakeBundler
    from tests.conftest import MakeSite


@pytest.fixture(autouse=True)
def _large(bundler: FakeBundler) -> None:
    bundler.contents["stdlib.zip"] = "z" * LARGE


def found(folder: Path) -> list[Path]:
    return list(folder.rglob("*.zip"))


@pytest.mark.parametrize("setting", ["../together/files", "together"])
def test_pages_refer_to_the_folder_that_shares(make_site: MakeSite, setting: str) -> None:
    app = make_site("all", confoverrides={"emrun_shared": setting})
    app.build()
    (file,) = found(Path(app.outdir).parent)
    assert file.parent == (Path(app.outdir) / setting).resolve()
    (manifest,) = Path(app.outdir).glob("_static/emrun/*/manifest.json")
    assert f"emrun/{manifest.parent.name}/main.js" in (Path(app.outdir) / "index.html").read_text("utf-8")


def test_a_change_of_the_setting_is_followed(make_site: MakeSite) -> None:
    folders = []
    for setting in (None, "../together", "../elsewhere", None):
        app = make_site("all", confoverrides={"emrun_shared": setting})
        app.build()
        (manifest,) = Path(app.outdir).glob("_static/emrun/*/manifest.json")
        assert f"emrun/{manifest.parent.name}/main.js" in (Path(app.outdir) / "notes.html").read_text("utf-8")
        folders.append(manifest.parent.name)
    assert len(set(folders)) == 3
    assert folders[0] == folders[3]


def test_the_preview_has_all_in_the_site(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_site("all", confoverrides={"emrun_shared": "../together"})
    monkeypatch.setenv(REPORT, str(Path(app.outdir).parent / "inputs.json"))
    app.build()
    (file,) = found(Path(app.outdir).parent)
    assert file.is_relative_to(Path(app.outdir, "_static", "emrun"))


@pytest.mark.parametrize("setting", ["../html", "../../../all"])
def test_the_site_itself_is_refused_before_pages_are_read(
    make_site: MakeSite, bundler: FakeBundler, setting: str
) -> None:
    with pytest.raises(ExtensionError, match=r"where the site itself is: name a folder beside it"):
        make_site("all", confoverrides={"emrun_shared": setting})
    assert bundler.requests == []
