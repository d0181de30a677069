"""Discs that are full at any point, and folders that turned read-only."""

import os
import resource
import shutil
import signal
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from .campaign import AT_REST

# The memory that ranks share is a file as well: below this MPI itself does not start.
LEAST = 8 << 20
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


def run(campaign, points):
    """Fills discs in two ways at `points` points; then takes away permissions."""
    if points == 0:
        return
    for number in range(points):
        if number % 2 == 0 or not may_mount():
            limited(campaign, campaign.model("large", AT_REST), campaign.count("full discs (largest file)"))
        else:
            model = campaign.model(("cheap", "segments", "large")[number // 2 % 3], AT_REST)
            mounted(campaign, model, campaign.count("full discs (file system)"))
    read_only(campaign, campaign.count("read-only folders"))


def limit_of(size):
    """Ends writing beyond `size` bytes with an error instead of a signal."""

    def apply():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return apply


def begun(campaign, model, folder):
    """A result that holds a part of its realizations, as an ensemble that is to be extended."""
    path = folder / "full.h5"
    part = max(1, model.realizations // 3)
    done = campaign.run("run", model.input, "-o", path, "--ensemble.realizations", part, folder=model.folder)
    return path, done.returncode == 0


def disturbed(campaign, model, count, path, **options):
    """A run that meets the full disc; then the same where there is room."""
    count.events += 1
    before = campaign.saved_rows(model, path, count)
    done = campaign.run("run", model.input, "-o", path, "--resume", folder=model.folder, **options)
    if done.returncode == 0:
        count.note("everything fitted")
    elif done.returncode != 1 or done.text.count("greenhalo: error:") != 1:
        count.lost += 1
        campaign.failures.append(f"{path}: on a full disc status {done.returncode}: {done.text[-500:]}")
    else:
        count.note("ended with a reason")
    after = campaign.saved_rows(model, path, count)
    count.survived += len(after)
    count.lost += len(before - after)
    campaign.tell(f"full disc: {model.name}, status {done.returncode}, {len(before)} and then {len(after)} "
                  "saved")


def limited(campaign, model, count):
    dice = campaign.random
    folder = model.folder / "full"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    path = folder / "full.h5"
    whole = (model.folder / "reference.h5").stat().st_size
    if dice.random() < 0.7:
        path, _ = begun(campaign, model, folder)
    disturbed(campaign, model, count, path, ranks=dice.choice([None, *campaign.ranks]),
              limits=limit_of(dice.randrange(LEAST, int(1.1 * whole))))
    campaign.finish(model, path, count)


def mounted(campaign, model, count):
    dice = campaign.random
    whole = (model.folder / "reference.h5").stat().st_size
    # any point, or one at which the result itself has room and its companions may not
    size = dice.choice((dice.randrange(64 << 10, int(1.6 * whole)), whole + dice.randrange(256 << 10)))
    with file_system(size) as folder:
        path = folder / "full.h5"
        if dice.random() < 0.7:
            begun(campaign, model, folder)
        disturbed(campaign, model, count, path, ranks=dice.choice(campaign.ranks))
        # room is made by growing the disc
        subprocess.run(["mount", "-o", f"remount,size={4 * whole + (1 << 20)}", folder], check=True)
        campaign.finish(model, path, count)


@contextmanager
def file_system(size):
    folder = Path(tempfile.mkdtemp(prefix="greenhalo-disc-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "greenhalo-faults", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)
        folder.rmdir()


def may_mount():
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    folder = tempfile.mkdtemp(prefix="greenhalo-disc-")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "greenhalo-faults", folder],
                          capture_output=True, check=False)
    if done.returncode == 0:
        subprocess.run(["umount", folder], check=True)
    os.rmdir(folder)
    return done.returncode == 0


def read_only(campaign, count):
    """As a user who may not write: nothing changes, and the message says so."""
    user = () if os.geteuid() != 0 else NOBODY
    if user and shutil.which("setpriv") is None:
        count.note("skipped: no setpriv")
        return
    model = campaign.model("cheap", AT_REST)
    with tempfile.TemporaryDirectory(prefix="greenhalo-read-only-") as name:
        folder = Path(name)
        shutil.copy(model.input, folder)
        path, _ = begun(campaign, model, folder)
        try:
            for file_mode, folder_mode, word in ((0o444, 0o555, "--resume"), (0o444, 0o555, "--overwrite"),
                                                 (0o444, 0o777, "--resume"), (0o666, 0o555, "--resume")):
                attempt(campaign, count, user, model, path, word, file_mode, folder_mode)
        finally:
            folder.chmod(0o700)
        path.chmod(0o644)
        campaign.finish(model, path, count)


def attempt(campaign, count, user, model, path, word, file_mode, folder_mode):
    folder = path.parent
    path.chmod(file_mode)
    folder.chmod(folder_mode)
    before = {entry.name: entry.read_bytes() for entry in folder.iterdir()}
    count.events += 1
    done = campaign.run("run", folder / "model.ini", "-o", path, word, before=user, folder=folder)
    after = {entry.name: entry.read_bytes() for entry in folder.iterdir()}
    saved = campaign.saved_rows(model, path, count)
    count.survived += len(saved)
    if done.returncode == 0:
        # a file that may be written in a folder that may not: whatever is possible is right
        count.note("was possible")
    elif done.returncode not in (1, 2) or "greenhalo: error:" not in done.text or before != after:
        count.lost += 1
        campaign.failures.append(f"read-only ({file_mode:o} in {folder_mode:o}, {word}): status "
                                 f"{done.returncode}: {done.text[-500:]}")
    else:
        count.note("refused with a reason, nothing touched")
