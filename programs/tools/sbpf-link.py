#!/usr/bin/env python3
"""usage: sbpf-link.py [--v0] OBJECT PROGRAM

Makes a Solana program of one object that `clang -target bpf -mcpu=v2 -c` wrote: SBPF version 3, or with --v0 the
older version 0, for clusters that do not take the newer one yet. The same object gives the same bytes.
"""
import sys
from pathlib import Path

from sbpf import version0, version3
from sbpf.errors import LinkError
from sbpf.object_file import ObjectFile


def main(arguments):
    paths = [a for a in arguments if a != "--v0"]
    if len(paths) != 2 or any(p.startswith("-") for p in paths):
        sys.exit(__doc__)
    version = version0 if "--v0" in arguments else version3
    try:
        program = version.link(ObjectFile(Path(paths[0]).read_bytes()))
    except LinkError as error:
        sys.exit(f"sbpf-link: {paths[0]}: {error}")
    Path(paths[1]).write_bytes(program)


main(sys.argv[1:])
