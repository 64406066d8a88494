"""`compose package`: layouts that others read, the same bytes for the same image, and what is started from one."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from composer import digest
from composer.errors import ComposerError
from composer.package.documents import MANIFEST_NAME
from composer.package.read import choose, take
from tests.commands.conftest import write_app
from tests.support.composed import KVM, KVM_ARM, LINUX, OTHER_ORDER, Workshop

TARGETS = (KVM, KVM_ARM, LINUX)
OSES = {KVM: ("kvm", "amd64"), KVM_ARM: ("kvm", "arm64"), LINUX: ("linux", "amd64")}


def packaged(workshop: Workshop, folder: Path, layout: Path, *targets: str) -> dict[str, Any]:
    """What `compose package` tells of the app in a folder that it makes."""
    app = folder / "four" if (folder / "four").exists() else write_app(folder / "four")
    words = (word for target in targets for word in ("--target", target))
    done = workshop.call("package", "--json", "--out", str(folder / "out"), "--oci", str(layout), *words, str(app))
    assert done.status == 0, done.told
    return done.verdict


def content(folder: Path) -> Mapping[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def layout(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package for three targets."""
    folder = tmp_path_factory.mktemp("packages")
    packaged(workshop, folder, folder / "layout", *TARGETS)
    return folder / "layout"


def test_two_packages_of_an_app_in_two_places_are_the_same(workshop: Workshop, layout: Path, tmp_path: Path) -> None:
    again = tmp_path / "elsewhere"
    again.mkdir()
    stranger = replace(workshop, store=tmp_path / "another-store", environment=OTHER_ORDER)
    packaged(stranger, again, again / "layout", *TARGETS)
    assert content(again / "layout") == content(layout)


@pytest.mark.parametrize("target", TARGETS)
def test_others_read_it(layout: Path, tmp_path: Path, target: str) -> None:
    name = f"oci:{layout}:four:{target.replace('/', '-')}"
    seen = json.loads(subprocess.run(("skopeo", "inspect", name), capture_output=True, check=True).stdout)
    assert (seen["Os"], seen["Architecture"]) == OSES[target]
    assert seen["Labels"]["compose.target"] == target
    assert seen["Labels"]["org.opencontainers.image.licenses"] == "BSD-2-Clause"
    subprocess.run(("skopeo", "copy", "--quiet", name, f"oci-archive:{tmp_path / 'copy.tar'}"), check=True)
    copied = json.loads(
        subprocess.run(
            ("skopeo", "inspect", f"oci-archive:{tmp_path / 'copy.tar'}"), capture_output=True, check=True
        ).stdout
    )
    assert copied["Labels"] == seen["Labels"]  # it has compressed the layers


def test_the_resolved_manifest_and_the_description_are_in_it(layout: Path, tmp_path: Path) -> None:
    take(layout, choose(layout, None, [KVM]), tmp_path / "files")
    description = json.loads((tmp_path / "files/image.json").read_text())
    assert json.loads((tmp_path / "files" / MANIFEST_NAME).read_text()) == description["manifest"]
    assert {*description["files"]} <= {path.name for path in (tmp_path / "files").iterdir()}


def test_podman_takes_it(workshop: Workshop, tmp_path: Path) -> None:
    app = write_app(tmp_path / "four")
    done = workshop.call("package", "--json", "--load", "--out", str(tmp_path / "out"), "--target", KVM, str(app))
    assert done.status == 0, done.told
    (name,) = done.verdict["loaded"]
    assert name.endswith("/four:kvm-x86_64")
    try:
        seen = subprocess.run(("podman", "image", "inspect", name), capture_output=True, check=True).stdout
        assert json.loads(seen)[0]["Labels"]["compose.target"] == KVM
    finally:
        subprocess.run(("podman", "rmi", name), capture_output=True, check=True)


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_is_started_from_it_and_nothing_stays_behind(
    workshop: Workshop, layout: Path, tmp_path: Path, target: str
) -> None:
    stranger = replace(workshop, store=tmp_path / "store")
    done = stranger.call("run", "--timeout", "60", f"oci:{layout}", "--target", target, "--", "seven")
    assert done.status == 0, done.told
    assert done.output.replace(b"\r", b"").endswith(b"2 words, seven\n")
    assert [*(tmp_path / "store/v1/drafts").iterdir()] == [tmp_path / "store/v1/drafts/lock"]
    assert stranger.call("run", "--timeout", "60", f"oci:{layout}:four:{target.replace('/', '-')}").status == 0


def test_a_layout_keeps_what_others_put_there(workshop: Workshop, layout: Path, tmp_path: Path) -> None:
    shared = shutil.copytree(layout, tmp_path / "shared")
    index = json.loads((shared / "index.json").read_text())
    index["manifests"].append({"mediaType": "x", "digest": "sha256:0", "size": 1, "annotations": {"whose": "others"}})
    (shared / "index.json").write_text(json.dumps(index))
    app = write_app(tmp_path / "four")
    (app / "main.c").write_text("int main(void) { return 5; }\n")
    packaged(workshop, tmp_path, shared, KVM)
    after = json.loads((shared / "index.json").read_text())["manifests"]
    assert len(after) == len(TARGETS) + 1
    assert index["manifests"][-1] in after
    assert workshop.call("run", "--timeout", "60", f"oci:{shared}", "--target", KVM).status == 4  # as the new main says
    take(shared, choose(shared, None, [KVM]), tmp_path / "changed")
    assert content(tmp_path / "changed") != content(layout)


# What strangers may have put into a layout whose digests are right.


def altered(layout: Path, folder: Path, change: Callable[[tarfile.TarFile], None]) -> Path:
    """A copy of the layout in which the first layer of the image for kvm/x86_64 has more in it."""
    copy = shutil.copytree(layout, folder / "altered")
    index = json.loads((copy / "index.json").read_text())
    (row,) = (row for row in index["manifests"] if row["annotations"]["compose.target"] == KVM)
    blobs = copy / "blobs/sha256"
    manifest = json.loads((blobs / row["digest"].removeprefix("sha256:")).read_text())
    layer = manifest["layers"][0]
    buffer = io.BytesIO((blobs / layer["digest"].removeprefix("sha256:")).read_bytes())
    with tarfile.open(fileobj=buffer, mode="a") as tar:
        change(tar)
    layer["digest"] = saved(blobs, buffer.getvalue())
    row["digest"] = saved(blobs, json.dumps(manifest).encode())
    (copy / "index.json").write_text(json.dumps(index))
    return copy


def saved(blobs: Path, blob: bytes) -> str:
    (blobs / digest.of_bytes(blob)).write_bytes(blob)
    return f"sha256:{digest.of_bytes(blob)}"


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> Callable[[tarfile.TarFile], None]:
    def add(tar: tarfile.TarFile) -> None:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, target
        tar.addfile(info)

    return add


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (member("../outside"), "../outside"),
        (member("/etc/outside"), "/etc/outside"),
        (member("link", tarfile.SYMTYPE, "/etc/passwd"), "link"),
        (member("device", tarfile.CHRTYPE), "device"),
        (member("four.elf"), "four.elf"),
    ],
    ids=["upwards", "absolute", "link", "device", "image of another"],
)
def test_what_is_hostile_is_refused_by_name(
    workshop: Workshop, layout: Path, tmp_path: Path, change: Callable[[tarfile.TarFile], None], said: str
) -> None:
    done = workshop.call("run", f"oci:{altered(layout, tmp_path, change)}", "--target", KVM)
    assert done.status == 2, done.told
    assert b"the package cannot be used" in done.errors
    assert said.encode() in done.errors
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("lead", ["/dev/zero", "blobs"])
def test_a_blob_that_is_no_file_is_not_read(layout: Path, tmp_path: Path, lead: str) -> None:
    copy = shutil.copytree(layout, tmp_path / "copy")
    chosen = choose(copy, None, [KVM])
    blob = copy / "blobs/sha256" / chosen["digest"].removeprefix("sha256:")
    blob.unlink()
    blob.symlink_to(lead)
    with pytest.raises(ComposerError, match="cannot be used"):
        take(copy, chosen, tmp_path / "files")


def test_an_altered_layout_is_used_if_nothing_in_it_is_wrong(workshop: Workshop, layout: Path, tmp_path: Path) -> None:
    other = altered(layout, tmp_path, member("more.txt"))
    assert workshop.call("run", "--timeout", "60", f"oci:{other}", "--target", KVM).status == 0


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"manifests": 7}', '{"manifests": [7]}', '{"manifests": [' * 2000])
def test_an_index_that_is_none_is_refused(layout: Path, tmp_path: Path, text: str) -> None:
    copy = shutil.copytree(layout, tmp_path / "copy")
    (copy / "index.json").write_text(text)
    with pytest.raises(ComposerError, match="cannot be used"):
        choose(copy, None, [])
