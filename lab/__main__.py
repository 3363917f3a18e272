"""The lab's command line: python -m lab up | down | status | reset | run | ssh | faults | break | repair | repaired."""

from __future__ import annotations

import argparse
import io
import os
import shutil
import signal
import subprocess
import sys
import time

from lab import fault, host, image, keys, machine, network
from lab.hold import held
from lab.specs import Spec, spec, specs, with_needs
from lab.state import LabError, folder, locked, say


def main(arguments: list[str]) -> int:
    """Runs one command; returns its exit status: 1 with one line on stderr when the lab cannot do it."""
    options = _parser().parse_args(arguments)
    # Ending it by a signal is interrupting it; and a name that is not UTF-8 is printed with escapes.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        status: int = options.do(options)
    except LabError as error:
        print(f"lab: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("lab: interrupted; the next 'up' repairs what is half done", file=sys.stderr)
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lab", description="Real hosts to try the checks on.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, do: object, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(do=do)
        return command

    add("up", up, "build and boot what is not up yet, and what that needs").add_argument(
        "hosts", nargs="*", metavar="HOST"
    )
    down_ = add("down", down, "stop every host, and leave no process, mount or bridge behind")
    down_.add_argument("--purge", action="store_true", help="throw the images and keys away too")
    add("status", status, "show hosts and faults in force")
    add("reset", reset, "make hosts anew, or all of them").add_argument("hosts", nargs="*", metavar="HOST")
    run_ = add("run", run, "run a command as root on a host, without SSH: run HOST -- COMMAND")
    run_.add_argument("host", metavar="HOST")
    run_.add_argument("command", nargs="+", metavar="COMMAND")
    ssh_ = add("ssh", ssh, "log in as the user that the checks use: ssh HOST [-- COMMAND]")
    ssh_.add_argument("host", metavar="HOST")
    ssh_.add_argument("command", nargs="*", metavar="COMMAND")
    add("faults", faults, "list the faults that can be made")
    add("break", break_, "make a fault").add_argument("fault", metavar="FAULT")
    add("repair", repair, "undo a fault").add_argument("fault", metavar="FAULT")
    add("repaired", repaired, "take note that a fault was undone by hand").add_argument("fault", metavar="FAULT")
    return parser


def up(options: argparse.Namespace) -> int:
    """Builds, boots and waits."""
    machine.require()
    chosen = with_needs(options.hosts)
    started = time.monotonic()
    with held("lab up"), locked():
        config = keys.write_ssh_config()
        _boot(chosen)
    for each in chosen:
        say(f"{each.name} is up at {each.address}: ssh -F {config} {each.name}")
    say(f"ready in {time.monotonic() - started:.0f} s")
    return 0


def _boot(chosen: list[Spec]) -> None:
    network.up()
    for each in chosen:
        image.layers(each)
    for each in chosen:
        host.boot(each)
    for each in chosen:
        host.wait(each)


def down(options: argparse.Namespace) -> int:
    """Stops everything."""
    with held("lab down"), locked():
        for each in specs().values():
            host.stop(each)
        network.down()
        if options.purge:
            shutil.rmtree(folder(), ignore_errors=True)
    return 0


def status(_: argparse.Namespace) -> int:
    """Shows hosts and faults; 1 when a host is not up."""
    everything = True
    for each in specs().values():
        is_up = host.leader(each) is not None
        everything &= is_up
        print(f"{each.name}  {each.address}  {'up' if is_up else 'down'}")
    for name in fault.active():
        print(f"broken: {name}")
    return 0 if everything else 1


def reset(options: argparse.Namespace) -> int:
    """Makes hosts anew from their images."""
    machine.require()
    chosen = [spec(name) for name in options.hosts] or list(specs().values())
    with held("lab reset"), locked():
        for each in chosen:
            image.layers(each)
            host.discard(each)
            fault.forget(each)
        _boot(chosen)
    say(f"{', '.join(each.name for each in chosen)}: new")
    return 0


def run(options: argparse.Namespace) -> int:
    """Runs a command as root on the host; its exit status is this one's."""
    pid = host.leader(spec(options.host))
    if pid is None:
        raise LabError(f"{options.host} is not up; expected 'python -m lab up' first")
    command = ["nsenter", "-t", str(pid), "-a", "--", *host.CLEAN, *options.command]
    return subprocess.run(command, check=False).returncode


def ssh(options: argparse.Namespace) -> int:
    """Becomes ssh."""
    command = ["ssh", "-F", str(folder() / "ssh_config"), spec(options.host).name, *options.command]
    os.execvp("ssh", command)


def faults(_: argparse.Namespace) -> int:
    """Lists the faults."""
    for each in fault.faults().values():
        print(f"{each.name:32} {','.join(each.hosts):12} {each.breaks}")
    return 0


def break_(options: argparse.Namespace) -> int:
    """Makes a fault."""
    with held(f"lab break {options.fault}"), locked(shared=True):
        fault.break_(options.fault)
    return 0


def repair(options: argparse.Namespace) -> int:
    """Undoes a fault."""
    with held(f"lab repair {options.fault}"), locked(shared=True):
        fault.repair(options.fault)
    return 0


def repaired(options: argparse.Namespace) -> int:
    """Takes note that a fault was undone by hand."""
    with held(f"lab repaired {options.fault}"), locked(shared=True):
        fault.repaired(options.fault)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
