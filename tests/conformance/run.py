"""Runs one scenario: python run.py SCENARIO.py."""

from __future__ import annotations

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
