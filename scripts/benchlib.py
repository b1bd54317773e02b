# SPDX-License-Identifier: MIT
"""What the bench-* scripts share: a release build, tables of budgets. See bench/README.md."""
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, "build-bench")
QUARRY = os.path.join(BUILD, "quarry")
NAME = os.path.basename(sys.argv[0])


def progress(text):
    if sys.stderr.isatty():
        print("\r\033[K" + text, end="", file=sys.stderr, flush=True)


def build():
    """A release build, whose options are none of the caller's."""
    env = {k: v for k, v in os.environ.items() if k not in ("CC", "CFLAGS", "LDFLAGS")}
    steps = [["ninja", "--quiet", "-C", BUILD, "quarry", "quarry-slab", "quarry-slob"]]
    if not os.path.exists(os.path.join(BUILD, "build.ninja")):
        steps.insert(0, ["meson", "setup", "--buildtype=release", "-Doptimization=2", BUILD])
    for step in steps:
        progress("building ...")
        done = subprocess.run(step, cwd=ROOT, env=env, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            progress("")
            sys.exit(done.stdout + NAME + ": the build failed")


def program_of(slab):
    if slab not in ("", "slub", "slab", "slob"):
        sys.exit("%s: %s: there are slub, slab, slob" % (NAME, slab))
    return QUARRY if slab in ("", "slub") else QUARRY + "-" + slab


def run_module(program, *module):
    """Runs a module on the host's CPUs, not under callgrind; returns what it printed."""
    progress(os.path.basename(module[0]))
    run = subprocess.run([program, "run", "--no-debug", "--color=never", *module], text=True,
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT)
    progress("")
    if run.returncode:
        sys.exit(run.stdout[-3000:] + NAME + ": the module's run failed")
    return run.stdout


def budgets(name):
    """The lines of a file in bench/: what is in front, and the list of what follows."""
    table = {}
    with open(os.path.join(ROOT, "bench", name), encoding="ascii") as lines:
        for line in lines:
            if line.split() and not line.startswith("#"):
                case, *values = line.split()
                table[case] = values
    return table
