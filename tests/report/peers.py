"""What the tests of exports need beside the standard library, in a virtual environment of their own.

`inside()` makes ~/.cache/warrant/exports on first use, with the versions of requirements.txt, and
starts the calling script again inside it. Where the registry cannot be reached the script is skipped
(exit 77), unless CI=true."""
import hashlib
import os
import shutil
import subprocess
import sys
import venv

HERE = os.path.dirname(os.path.abspath(__file__))
PINS = os.path.join(HERE, "requirements.txt")
SKIPPED = 77


def folder():
    with open(PINS, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()[:12]
    return os.path.expanduser(f"~/.cache/warrant/exports-{digest}")


def make(place):
    """Built aside and moved into place, so that a broken one is never found."""
    building = f"{place}.{os.getpid()}"
    venv.create(building, with_pip=True)
    subprocess.run([os.path.join(building, "bin", "python"), "-m", "pip", "install", "--quiet", "--no-deps",
                    "--disable-pip-version-check", "-r", PINS], check=True)
    try:
        os.rename(building, place)
    except OSError:  # another process was faster
        shutil.rmtree(building, ignore_errors=True)


def inside():
    place = folder()
    python = os.path.join(place, "bin", "python")
    if os.path.realpath(sys.prefix) == os.path.realpath(place):
        return
    if not os.path.exists(python):
        try:
            make(place)
        except (subprocess.CalledProcessError, OSError) as failure:
            print(f"SKIPPED: the packages of {os.path.basename(PINS)} cannot be had: {failure}")
            sys.exit(1 if os.environ.get("CI") == "true" else SKIPPED)
    os.execv(python, [python, *sys.argv])
