"""The command line: ``python -m geventnet``."""

import sys

from .netcat.commands import main

if __name__ == "__main__":
    sys.exit(main())
