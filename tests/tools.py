"""Find, install or name what the tests need beyond Python: Chromium and PostgreSQL's server programs.

Run as `python -m tests.tools` before the tests. Where a part is missing and this user may install Debian packages, it
is installed; otherwise its tests are skipped with the reason, and fail when `CI=true`.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """The path of a Chromium that can be driven, or None."""
    return os.environ.get("CHROMIUM") or next((p for n in CHROMIUM_NAMES if (p := shutil.which(n))), None)


def postgres_programs() -> Path | None:
    """The folder that holds `initdb` and `postgres`, newest version first, or None."""
    candidates = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name.split(".")[0]), reverse=True
    )
    on_path = shutil.which("initdb")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    return next((p for p in candidates if (p / "initdb").exists() and (p / "postgres").exists()), None)


def install(package: str) -> bool:
    """Install a Debian package quietly; False where this user may not or the package cannot be had."""
    apt = shutil.which("apt-get")
    if not apt or os.geteuid() != 0:
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"gemba: installing {package} with apt-get, the tests need it", file=sys.stderr)
    for command in ([apt, "update", "-qq"], [apt, "install", "-y", "-qq", "--no-install-recommends", package]):
        done = subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL)
        if done.returncode:
            return False
    return True


def main() -> int:
    missing = []
    if not chromium() and not (install("chromium") and chromium()):
        missing.append("Chromium (browser tests)")
    if not postgres_programs() and not (install("postgresql") and postgres_programs()):
        missing.append("PostgreSQL server programs (the same tests on the second database)")
    for part in missing:
        print(f"gemba: not found and not installable here: {part}; its tests are skipped", file=sys.stderr)
    return 1 if missing and os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    raise SystemExit(main())
