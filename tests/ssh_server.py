"""An OpenSSH server of a test's own, on loopback: with keys, configuration and a port made for it."""

from __future__ import annotations

import contextlib
import ctypes
import getpass
import os
import pwd
import shlex
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

NEEDED = {
    name: shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") for name in ("sshd", "ssh", "ssh-keygen")
}
"""The programs of openssh-server and openssh-client; sshd insists on being started by its whole path."""

HOST, LIMIT = "laboratory", 60.0
"""A name for the server, and seconds after which something has not happened: a limit, never a measurement."""

PRIVILEGE_SEPARATION = Path("/run/sshd")
"""Without it sshd refuses to start as root; the system's own service makes it at its start."""

SET_CHILD_SUBREAPER = 36
"""Linux: a process whose parent ends becomes a child of this one."""

SERVER = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/key.pub
AuthenticationMethods publickey
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
PidFile none
PrintMotd no
PrintLastLog no
SetEnv {environment}
"""

CLIENT = """\
Host {host}
HostName 127.0.0.1
Port {port}
User {user}
IdentityFile {folder}/key
IdentitiesOnly yes
UserKnownHostsFile {folder}/known_hosts
GlobalKnownHostsFile none
LogLevel ERROR
"""


def missing() -> str:
    """Why there can be no server here; nothing where there can."""
    absent = [name for name, path in NEEDED.items() if path is None]
    if absent:
        return f"{' and '.join(absent)} missing: openssh-server and openssh-client have them"
    if sys.platform != "linux":
        return "what a lost connection leaves is followed on Linux only"
    known = os.getuid() in {entry.pw_uid for entry in pwd.getpwall()}
    return "" if known else "no server lets in a user without a name"


class Server:
    """A running server; what is started through it finds the program by its name."""

    def __init__(self, folder: Path, port: int, process: subprocess.Popen[bytes]) -> None:
        self._folder, self._port, self._process = folder, port, process
        host_key = (folder / "host_key.pub").read_text()
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host_key}")
        values = {"host": HOST, "port": port, "user": getpass.getuser(), "folder": folder}
        (folder / "client").write_text(CLIENT.format(**values))

    def ssh(self, *command: str) -> list[str]:
        """What a person types, with a configuration that knows the server by name."""
        return [str(NEEDED["ssh"]), "-F", str(self._folder / "client"), "-t", HOST, *command]

    def started(self, name: str) -> psutil.Process:
        """The one process that was started through the server under this name."""
        (found,) = (p for p in psutil.Process(self._process.pid).children(recursive=True) if _is(p, name))
        return found


def _is(process: psutil.Process, name: str) -> bool:
    with contextlib.suppress(psutil.Error):
        return any(Path(word).name == name for word in process.cmdline()[:2])
    return False


@contextlib.contextmanager
def server(folder: Path, command: Sequence[str], environment: dict[str, str]) -> Iterator[Server]:
    """A server under which `landscape-tui` is the command, in this environment."""
    programs = folder / "programs"
    programs.mkdir()
    script = programs / "landscape-tui"
    script.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
    script.chmod(0o755)
    for name in ("host_key", "key"):
        subprocess.run(
            [str(NEEDED["ssh-keygen"]), "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True
        )
    given = {**environment, "PATH": f"{programs}:{os.environ['PATH']}"}
    if os.geteuid() == 0:
        PRIVILEGE_SEPARATION.mkdir(mode=0o755, exist_ok=True)
    with _adopting_orphans(), socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        taken.close()
        values = shlex.join(f"{name}={value}" for name, value in given.items())
        (folder / "server").write_text(SERVER.format(port=port, folder=folder, environment=values))
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen([str(NEEDED["sshd"]), "-D", "-e", "-f", folder / "server"], stderr=log)
        try:
            _wait_for(port, process, folder / "log")
            yield Server(folder, port, process)
        finally:
            process.terminate()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + LIMIT
    while True:
        with contextlib.suppress(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=LIMIT).close()
            return
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < end, "sshd does not listen"
        threading.Event().wait(0.02)


@contextlib.contextmanager
def _adopting_orphans() -> Iterator[None]:
    """So that the exit status of a program whose connection was lost can be asked for here."""
    control = ctypes.CDLL(None).prctl
    control(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        control(SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def end_of(orphan: psutil.Process) -> tuple[int, float]:
    """Exit status and seconds of processor of a program that has ended, as has who started it before."""
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        with contextlib.suppress(ChildProcessError):  # not adopted yet
            ended, status, used = os.wait4(orphan.pid, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
        threading.Event().wait(0.01)
    raise AssertionError(f"still running: {orphan}")
