"""Runs one scenario: python run.py SCENARIO.py."""

from __future__ import annotations

import atexit
import gc
import os
import runpy
import sys
import warnings

ended_well = False


@atexit.register
def end_at_once() -> None:
    """Registered first, so called last, instead of the interpreter's own end.

    That would take as long as a scenario: it goes over all memory, which is shared with the process
    that has forked this one. What is left open is heard of here, too.
    """
    if ended_well:
        gc.collect()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


if os.environ.get("GEVENTNET_TEST_PATCHED") == "1":
    from gevent import monkey

    monkey.patch_all()

import geventnet as net  # noqa: E402

warnings.simplefilter("default")
warnings.simplefilter("ignore", DeprecationWarning)

runpy.run_path(sys.argv[1], run_name="__main__")
net.run()
ended_well = True
