"""A Slurm cluster of its own on this machine: controller, node and authentication on loopback, all files in
one temporary folder, nothing left behind."""

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from datetime import datetime
from pathlib import Path

NEEDED = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel", "sinfo", "srun")
CORES = 4  # pretended, so that jobs of four ranks start on any machine
ENDED = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED", "DEADLINE")

CONFIGURATION = """\
ClusterName=onemachine
SlurmctldHost=localhost
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,batch_sched_delay=0,sched_min_interval=0
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
ReturnToService=2
JobRequeue=1
KillWait=5
InactiveLimit=0
SwitchType=switch/none
NodeName=localhost CPUs={cores} RealMemory=1000
PartitionName=debug Nodes=localhost Default=YES MaxTime=INFINITE State=UP
"""


def why_impossible():
    """The reason why no cluster can be started here, or None."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = [name for name in NEEDED if shutil.which(name, path=path) is None]
    if missing:
        return f"{', '.join(missing)} not found: install slurm-wlm and munge (tools/install-packages)"
    if os.geteuid() != 0:
        return "only root starts the daemons of Slurm and munge"
    return None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


class Failure(Exception):
    """The cluster did not do what it was asked; the message holds what its logs say."""


class OneMachineSlurm:
    """A cluster that start() brings up and stop() takes down; a context manager as well."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="greenhalo-slurm-"))
        self.daemons = []
        self.started = None  # by the monotonic clock
        self.environment = {**os.environ, "SLURM_CONF": str(self.folder / "slurm.conf"),
                            "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"}
        for name in [name for name in self.environment if name.startswith(("SLURM_JOB", "SBATCH_"))]:
            del self.environment[name]

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *unused):
        self.stop()

    def start(self):
        self.folder.chmod(0o755)
        for name in ("munge", "state", "spool"):
            (self.folder / name).mkdir(mode=0o755)
        self.start_munge()
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(
            folder=self.folder, user=pwd.getpwuid(os.geteuid()).pw_name, cores=CORES,
            controller_port=free_port(), node_port=free_port()))
        self.started = time.monotonic()
        self.launch("slurmctld", "-D")
        self.launch("slurmd", "-D", "-N", "localhost")
        self.wait_for(lambda: "idle" in self.ask("sinfo", "-h", "-o", "%t", check=False), 60, "an idle node")

    def start_munge(self):
        folder = self.folder / "munge"
        key = folder / "key"
        key.write_bytes(secrets.token_bytes(128))
        key.chmod(0o400)
        words = ["--foreground", f"--socket={folder}/socket", f"--pid-file={folder}/pid", f"--key-file={key}",
                 f"--log-file={folder}/log", f"--seed-file={folder}/seed"]
        owner = pwd.getpwnam("munge")
        for path in (folder, key):
            os.chown(path, owner.pw_uid, owner.pw_gid)
        # a change of user forgets the signal at the parent's death, so setpriv asks for it again
        self.launch("setpriv", "--reuid=munge", "--regid=munge", "--clear-groups", "--pdeathsig=TERM",
                    "munged", *words)
        self.wait_for((folder / "socket").exists, 30, "munge's socket")

    def launch(self, *words):
        log = open(self.folder / f"{words[0]}.out", "wb")
        with log:
            self.daemons.append(subprocess.Popen(words, env=self.environment, stdin=subprocess.DEVNULL,
                                                 stdout=log, stderr=subprocess.STDOUT, cwd=self.folder,
                                                 preexec_fn=die_with_parent, start_new_session=True))

    def stop(self):
        """Ends every job, daemon and process of a job, and removes the folder."""
        if len(self.daemons) == 3:
            self.ask("scancel", "--full", "-s", "KILL", "-u", pwd.getpwuid(os.geteuid()).pw_name, check=False)
            self.ask("scancel", "-u", pwd.getpwuid(os.geteuid()).pw_name, check=False)
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline and self.ask("squeue", "-h", check=False).strip():
                time.sleep(0.2)
        for daemon in reversed(self.daemons):
            daemon.terminate()
        for daemon in self.daemons:
            try:
                daemon.wait(timeout=20)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        for process in self.processes():
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass  # it has ended meanwhile
        shutil.rmtree(self.folder, ignore_errors=True)

    def processes(self):
        """What is left of jobs: processes that were started within this cluster."""
        mark = f"SLURM_CONF={self.folder}/slurm.conf".encode()
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue  # it has ended, or belongs to somebody else
        return found

    def ask(self, *words, check=True, folder=None, environment=None):
        """Runs one of Slurm's commands; returns what it prints."""
        done = subprocess.run([str(word) for word in words], env={**self.environment, **(environment or {})},
                              cwd=folder or self.folder, capture_output=True, text=True, timeout=60,
                              check=False)
        if check and done.returncode != 0:
            raise Failure(f"{' '.join(map(str, words))}: {done.stdout}{done.stderr}{self.logs()}")
        return done.stdout

    def wait_for(self, holds, seconds, what):
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                raise Failure(f"waited {seconds} s in vain for {what}\n{self.logs()}")
            for daemon in self.daemons:
                if daemon.poll() is not None:
                    raise Failure(f"{daemon.args[0]} ended with status {daemon.returncode}\n{self.logs()}")
            time.sleep(0.2)

    def logs(self):
        parts = []
        found = [path for pattern in ("*.log", "*.out", "munge/log") for path in self.folder.glob(pattern)]
        for path in sorted(found):
            tail = path.read_text(errors="replace").splitlines()[-25:]
            parts.append(f"--- {path.name}\n" + "\n".join(tail))
        return "\n".join(parts)

    # --- jobs

    def submit(self, *words, folder, environment=None):
        """Submits a job; returns its number."""
        printed = self.ask("sbatch", "--parsable", *words, folder=folder, environment=environment)
        return printed.strip().split(";")[0]

    def cancel(self, *jobs):
        """Ends jobs, if they have not ended, and waits until their nodes are free."""
        self.ask("scancel", *jobs, check=False)
        self.wait_for(lambda: not self.ask("squeue", "-h", "-j", ",".join(jobs), check=False).strip(), 60,
                      "the end of cancelled jobs")

    def facts(self, job):
        """What scontrol says of a job; of an array, of the task NUMBER_INDEX."""
        words = self.ask("scontrol", "-o", "show", "job", job).split()
        return dict(word.split("=", 1) for word in words if "=" in word)

    def state(self, job):
        return self.facts(job)["JobState"]

    def hurry(self):
        """Slurm holds a requeued job back for two minutes; a few seconds do here. But a job that starts again
        within the second in which it was ended may be refused as one that has been ended."""
        waiting = self.ask("squeue", "-h", "-r", "-t", "PENDING", "-o", "%i %S %r", check=False)
        for line in waiting.splitlines():
            number, start, reason = line.split(maxsplit=2)
            if reason.strip() != "BeginTime" or start == "N/A":  # the time has just come
                continue
            ahead = datetime.fromisoformat(start) - datetime.now()
            if ahead.total_seconds() > 5:
                self.ask("scontrol", "update", f"JobId={number}", "StartTime=now+3", check=False)

    def finish(self, *jobs, seconds=600):
        """Waits until every job has ended for good; returns their last facts."""

        since = None  # a job that is requeued looks ended for a moment

        def ended():
            nonlocal since
            self.hurry()
            if not all(self.state(job) in ENDED for job in jobs):
                since = None
            elif since is None:
                since = time.monotonic()
            return since is not None and time.monotonic() - since > 3

        self.wait_for(ended, seconds, f"the end of job {', '.join(jobs)}: "
                                      f"{', '.join(self.state(job) for job in jobs)}")
        return [self.facts(job) for job in jobs]
