"""Runs one scenario: python run.py SCENARIO.py."""

from __future__ import annotations

import atexit
import gc
import os
import sys

if os.environ.get("GEVENTNET_TEST_PATCHED") == "1":
    from gevent import monkey

    monkey.patch_all()

import runpy
import warnings

import geventnet as net

warnings.simplefilter("default")
warnings.simplefilter("ignore", DeprecationWarning)

runpy.run_path(sys.argv[1], run_name="__main__")
net.run()
# What is left open is heard of now. The end of the interpreter would take as long as a scenario:
# it goes over all memory, which is shared with the process that this one was forked by.
atexit._run_exitfuncs()
gc.collect()
sys.stdout.flush()
sys.stderr.flush()
os._exit(0)
