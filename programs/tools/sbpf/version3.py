"""SBPF version 3: constants at address 0, code at 2^32, system calls named by hash, nothing left to relocate."""
import struct

from .instructions import check_code, syscall_hash
from .layout import Layout
from .relocate import relocate

CODE_BASE = 1 << 32
HEADER, PROGRAM_HEADER = 64, 56
SHARED_OBJECT, EM_BPF, VERSION = 3, 247, 3
LOAD, READ, EXECUTE = 1, 4, 1


class _Target:
    def address_in_code(self, address):
        """The loader takes addresses as they are."""

    def address_in_table(self, buffer, at, address, value):
        struct.pack_into("<Q", buffer, at, value)

    def syscall(self, buffer, at, address, name):
        buffer[at + 1] = 0
        struct.pack_into("<I", buffer, at + 4, syscall_hash(name))

    def internal_call(self, distance):
        """Every distance can be written."""


def link(obj):
    layout = Layout(obj)
    layout.base = {"constants": 0, "tables": len(layout.constants), "code": CODE_BASE}
    relocate(obj, layout, _Target())
    check_code(layout.code)
    constants = layout.constants + layout.tables
    segments = [(READ, 0, constants)] if constants else []
    segments.append((EXECUTE, CODE_BASE, layout.code))
    header = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack(
        "<HHIQQQIHHHHHH", SHARED_OBJECT, EM_BPF, 1, layout.entry(), HEADER, 0, VERSION, HEADER, PROGRAM_HEADER,
        len(segments), 64, 0, 0)
    offset, table, body = HEADER + PROGRAM_HEADER * len(segments), b"", b""
    for flags, address, data in segments:
        table += struct.pack("<IIQQQQQQ", LOAD, flags, offset + len(body), address, address, len(data), len(data), 8)
        body += data
    return header + table + body
