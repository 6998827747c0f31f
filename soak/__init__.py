"""The soak: geventnet for minutes or hours under everything that can happen to a connection.

    make soak                minutes
    HOURS=8 make soak        hours
    make soak-short          what CI runs

`python -m soak --help` has the options. Each part runs in a process of its own, with gevent's libev
and with its libuv loop, and uses nothing of the library but its public names:

=========  ======================================================================================
walks      random programs (`plan`) on a few connections (`walk`), each checked byte by byte
           (`tape`, `ends`); hypothesis makes them and shrinks one that fails
crowd      hundreds of thousands of short connections
loris      small echoes beside slow lorises and a flooder: how long they take
stalled    clients that never read: how much memory each costs
=========  ======================================================================================

`faults` makes the system answer with EAGAIN, ENOBUFS, EMFILE, less than was asked for, and so on.
It is loaded below the program, so it holds for any code that gets down to the system's calls.
"""
