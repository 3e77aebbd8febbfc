"""The wheel builds, and has what it needs."""

import subprocess
import sys
import zipfile

from conftest import HERE


def test_the_wheel_is_whole_and_typed(tmp_path):
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path]
    ended = subprocess.run([*build, HERE.parent], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    (wheel,) = tmp_path.glob("headroom_reporter-*-py3-none-any.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {"headroom/__init__.py", "headroom/py.typed", "headroom/capture/__init__.py"} <= {*names}
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any("test" in name for name in names)
