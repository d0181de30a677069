"""Damage to files at rest: each is noticed, or without effect on any number."""

import re
import shutil

import h5py

from .campaign import AT_REST, STOPPED


def run(campaign, corruptions):
    """Damages finished and half-finished results, one way each, and resumes them."""
    if corruptions == 0:
        return
    count = campaign.count("corruptions")
    states = [sound_state(campaign, name, half) for name in ("cheap", "segments") for half in (False, True)]
    states = [(model, folder, campaign.saved_rows(model, folder / "result.h5", count))
              for model, folder in states]
    for number in range(corruptions):
        state = states[number % len(states)]
        Case(campaign, count, *state, number).judge()


def sound_state(campaign, name, half):
    """A model and the folder of a result of it, finished or stopped on the way."""
    model = campaign.model(name, AT_REST)
    folder = model.folder / ("half" if half else "whole")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    path = folder / "result.h5"
    if not half:
        campaign.run("run", model.input, "-o", path, ranks=campaign.ranks[-1], folder=model.folder)
        return model, folder
    # a stop after the first save leaves something to be done
    fraction = 0.5
    while True:
        done = campaign.run("run", model.input, "-o", path, "--checkpoint.stop-after", f"{fraction / 60}",
                            ranks=campaign.ranks[-1], folder=model.folder)
        if done.returncode == STOPPED or fraction > 60:
            return model, folder
        for left in folder.iterdir():
            left.unlink()
        fraction = fraction / 2 if done.returncode == 0 else fraction * 2


class Case:
    """One damaged copy."""

    def __init__(self, campaign, count, model, sound, saved, number):
        self.campaign, self.count, self.model, self.sound, self.saved = campaign, count, model, sound, saved
        self.folder = model.folder / "damaged"
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(sound, self.folder)
        self.path = self.folder / "result.h5"
        self.number = number

    def judge(self):
        dice, count = self.campaign.random, self.count
        what = dice.choice((self.flip, self.flip, self.flip, self.overwrite, self.truncate, self.foreign,
                            self.version, self.companion))()
        damaged = {path.name: path.read_bytes() for path in self.folder.iterdir()}
        count.events += 1
        info = self.campaign.run("info", self.path)
        if info.returncode not in (0, 1, 2):
            self.fail(what, f"info ended with status {info.returncode}", info.text)
        done = self.campaign.run("run", self.model.input, "-o", self.path, "--resume",
                                 ranks=dice.choice([None, *self.campaign.ranks]), folder=self.model.folder)
        if done.returncode == 0:
            self.accepted(what, done)
        elif done.returncode in (1, 2):
            self.refused(what, damaged, done)
        else:
            self.fail(what, f"--resume ended with status {done.returncode}", done.text)
        again = recomputed_rows(done.text, len(self.saved)) if done.returncode == 0 else 0
        self.campaign.tell(f"corruption {count.events}: {self.sound.parent.name}/{self.sound.name}, {what}: "
                           f"status {done.returncode}, {len(self.saved)} saved, {again} again")

    def accepted(self, what, done):
        """It went on: then every number is right."""
        saved = self.saved
        if not self.campaign.compare(self.model, self.path, self.count):
            self.campaign.failures.append(f"corruption {self.number}, {what}: unnoticed")
            return
        again = recomputed_rows(done.text, len(saved))
        if "realizations were found in it" in done.text:
            self.count.note("salvaged from a file that HDF5 cannot read")
        self.count.recomputed += again
        self.count.survived += max(len(saved) - again, 0)
        self.count.note("realizations computed again" if again else "without effect on any number, or mended")

    def refused(self, what, damaged, done):
        """It did not go on: then it says why, and left everything as it was."""
        left = {path.name: path.read_bytes() for path in self.folder.iterdir()}
        if left != damaged:
            changed = sorted(name for name in {*left, *damaged} if left.get(name) != damaged.get(name))
            self.fail(what, f"refused, but changed {', '.join(changed)}", done.text)
        elif "greenhalo: error:" not in done.text or "result.h5" not in done.text:
            self.fail(what, "refused without a message that names the file", done.text)
        else:
            self.count.note("refused with a reason, nothing touched")

    def fail(self, what, why, text):
        self.count.lost += 1
        self.campaign.failures.append(f"corruption {self.number}, {what}: {why}: {text[-500:]}")

    # --- ways to damage; each says what it did

    def target(self):
        files = sorted(path for path in self.folder.iterdir() if path.stat().st_size > 0)
        return self.campaign.random.choice(files)

    def flip(self):
        path = self.target()
        content = bytearray(path.read_bytes())
        bits = self.campaign.random.choice((1, 1, 1, 8, 100))
        for _ in range(bits):
            at = self.campaign.random.randrange(len(content))
            content[at] ^= 1 << self.campaign.random.randrange(8)
        path.write_bytes(content)
        return f"{bits} bits flipped in {path.name}"

    def overwrite(self):
        path = self.target()
        content = bytearray(path.read_bytes())
        size = min(len(content), int(2 ** self.campaign.random.uniform(3, 16)))
        at = self.campaign.random.randrange(len(content) - size + 1)
        zeros = self.campaign.random.random() < 0.5
        content[at:at + size] = bytes(size) if zeros else self.campaign.random.randbytes(size)
        path.write_bytes(content)
        return f"{size} bytes of {path.name} {'zeroed' if zeros else 'made random'}"

    def truncate(self):
        path = self.target()
        size = self.campaign.random.randrange(path.stat().st_size)
        with path.open("r+b") as file:
            file.truncate(size)
        return f"{path.name} cut to {size} bytes"

    def foreign(self):
        kind = self.campaign.random.choice(("empty", "text", "HDF5"))
        if kind == "HDF5":
            with h5py.File(self.path, "w") as file:
                file["energy"] = [1.0, 2.0]
        else:
            self.path.write_bytes(b"" if kind == "empty" else b"not what it was\n")
        return f"replaced by another file ({kind})"

    def version(self):
        version = self.campaign.random.choice((0, 99))
        with h5py.File(self.path, "r+") as file:
            kind = file.attrs["format_version"].dtype
            file.attrs.modify("format_version", version) if kind.kind in "iu" else \
                file.attrs.__setitem__("format_version", str(version))
        return f"format version {version}"

    def companion(self):
        companions = [path for path in self.folder.iterdir() if path != self.path]
        if not companions:
            return self.flip()
        path = self.campaign.random.choice(sorted(companions))
        path.unlink()
        return f"{path.name} removed"


def recomputed_rows(text, saved):
    """How many of the saved realizations, or of their parts, the program says that it must compute again."""
    salvaged = re.search(r"(\d+) realizations were found in it", text)
    if salvaged:
        return saved - int(salvaged[1])
    found = re.findall(r"(\d+) of (?:the realizations|its parts)[^\n]* do not match their checksum", text)
    return sum(map(int, found))
