"""Kills at random moments, of one rank or of all, and in the middle of calls that change a file."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import h5py

from .campaign import CampaignError, kill_session

# What of the kills are aimed at a call that changes a file, most of which are writes; of the others half are
# within some seconds of the start, half follow a save.
SHARE_INSIDE = 0.6
# What of many kills must have been in a write.
LEAST_IN_WRITES, MANY = 0.25, 100
IN_A_WRITE = "inside a write"
# How a run ends that SIGKILL hit, or one of its ranks; everything else but success it did by itself.
KILLED = (-signal.SIGKILL, 128 + signal.SIGKILL)


def run(campaign, kills):
    """Kills runs of several models, each resumed until it is finished, until there were `kills`."""
    if kills == 0:
        return
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise CampaignError("a C compiler is needed to kill inside a write")
    library = campaign.folder / "killed_write.so"
    subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", library,
                    Path(__file__).with_name("killed_write.c"), "-ldl"], check=True)
    count = campaign.count("kills")
    names = ["cheap", "segments", "direct"]
    number = 0
    while count.events < kills:
        name = names[number % len(names)]
        number += 1
        Life(campaign, campaign.model(name), count, library, number).until(kills)
    inside = count.notes.get(IN_A_WRITE, 0)
    if kills >= MANY and inside < LEAST_IN_WRITES * count.events:
        campaign.failures.append(f"of {count.events} kills only {inside} were inside a write")


class Life:
    """One result from its creation to its end, killed on the way."""

    def __init__(self, campaign, model, count, library, number):
        self.campaign, self.model, self.count, self.library = campaign, model, count, library
        self.path = model.folder / f"killed-{number}.h5"
        for left in model.folder.glob(self.path.name + "*"):
            left.unlink()
        self.saved = set()
        self.finished = False

    def until(self, kills):
        # a life has some kills, not all of them
        for _ in range(self.campaign.random.randint(3, 24)):
            if self.count.events >= kills or self.finished:
                break
            self.once()
        if not self.finished:
            self.campaign.finish(self.model, self.path, self.count)
        left = [path.name for path in self.model.folder.glob(self.path.name + ".*")]
        if left:
            self.count.note(f"files left beside a finished result: {', '.join(name[-12:] for name in left)}")
        for path in self.model.folder.glob(self.path.name + "*"):
            path.unlink()

    def once(self):
        """One start, killed at a moment of its own."""
        dice = self.campaign.random
        ranks = dice.choice(self.campaign.ranks)
        scope = dice.choice(("rank", "all"))
        inside = dice.random() < SHARE_INSIDE
        note = self.campaign.folder / "note"
        note.unlink(missing_ok=True)
        environment = {}
        if inside:
            environment = {
                "LD_PRELOAD": str(self.library), "GREENHALO_FAULT_FILE": str(self.path),
                # early calls create or open the file, later ones save: both have their share
                "GREENHALO_FAULT_CALL": str(int(2 ** dice.uniform(0, 8))),
                "GREENHALO_FAULT_RANK": str(dice.choice((0, 0, dice.randrange(ranks)))),
                "GREENHALO_FAULT_SCOPE": scope, "GREENHALO_FAULT_NOTE": str(note)}
        process = self.campaign.start("run", self.model.input, "-o", self.path, "--resume", ranks=ranks,
                                      folder=self.model.folder, environment=environment)
        after_save = dice.random() < 0.5
        delay = dice.uniform(0.0, 1.5) if after_save else dice.uniform(0.1, 4.0)
        promised = self.watch(process, None if inside else scope, after_save, delay)
        self.campaign.end(process)
        fired = note.read_text().strip() if note.exists() else ""
        self.judge(process, ranks, scope, fired, inside, promised)

    def watch(self, process, scope, after_save, delay):
        """Waits for the end; kills when `scope` is given. Returns rows that were seen complete on the way."""
        begin = time.monotonic()
        promised = set(self.saved)
        clock = None if after_save else begin
        while process.poll() is None:
            promised |= self.seen_complete()
            now = time.monotonic()
            if clock is None and (len(promised) > len(self.saved) or now - begin > 60):
                clock = now
            if scope is not None and clock is not None and now - clock > delay:
                self.kill(process.pid, scope)
                scope = None
            if self.campaign.hangs(process):
                break
            time.sleep(0.3)
        return promised

    def kill(self, session, scope):
        victims = ranks_of(session, self.campaign.program)
        if scope == "all" or not victims:
            kill_session(session)
            return
        try:
            os.kill(self.campaign.random.choice(victims), signal.SIGKILL)
        except ProcessLookupError:
            pass  # it ended by itself at this moment

    def seen_complete(self):
        """Rows that a reader sees complete while the run goes on: from then on they must not go."""
        try:
            with h5py.File(self.path, "r") as file:
                complete = file["realizations/complete"][()]
        except (OSError, KeyError):
            return set()  # not there yet
        return {row for row, flag in enumerate(complete) if flag}

    def judge(self, process, ranks, scope, fired, inside, promised):
        count = self.count
        if process.returncode == 0:
            self.finished = True
            if self.campaign.compare(self.model, self.path, count):
                count.note("runs that ended before their kill")
            return
        if process.returncode not in KILLED or (inside and not fired):
            count.lost += 1
            self.campaign.failures.append(f"{self.path.name}: a start was refused or failed by itself, "
                                          f"status {process.returncode}: {process.text[-600:]}")
            self.finished = True
            return
        count.events += 1
        self.saved = self.campaign.saved_rows(self.model, self.path, count)
        gone = promised - self.saved
        count.survived += len(self.saved)
        count.lost += len(gone)
        if gone:
            self.campaign.failures.append(f"{self.path.name}: rows {sorted(gone)[:8]} were complete before "
                                          "the kill")
        count.note(f"of {'one rank' if scope == 'rank' else 'all ranks'}")
        if fired:
            call = fired.splitlines()[0]
            count.note("inside a call that changes a file")
            if call.endswith("a write"):
                count.note(IN_A_WRITE)
            count.note(f"    {call}")
        self.campaign.tell(f"kill {count.events}: {self.model.name}, {ranks} ranks, {scope}, "
                           f"{fired.splitlines()[0] if fired else 'any moment'}: {len(self.saved)} of "
                           f"{self.model.realizations} saved")


def ranks_of(session, program):
    """The processes of a session that run the program itself."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.getsid(int(entry.name)) == session and \
                    os.readlink(entry / "exe") == program:
                found.append(int(entry.name))
        except OSError:
            continue
    return found
