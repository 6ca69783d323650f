"""Writes final addresses into code and constants. What differs between the versions is left to `target`."""
import struct

from .errors import LinkError
from .instructions import CALL, SYSCALLS

ADDRESS_IN_CODE, ADDRESS_IN_TABLE, FUNCTION_CALL = 1, 2, 10
CALL_INTERNAL = 0x10


def relocate(obj, layout, target):
    for relocation in obj.relocations:
        if relocation.section not in layout.place:
            continue
        part, start = layout.place[relocation.section]
        buffer, at = layout.part(part), start + relocation.offset
        symbol, address = relocation.symbol, layout.base[part] + at
        if relocation.kind == ADDRESS_IN_CODE and part == "code":
            low, = struct.unpack_from("<I", buffer, at + 4)
            high, = struct.unpack_from("<I", buffer, at + 12)
            value = layout.address(symbol) + (high << 32 | low)
            struct.pack_into("<I", buffer, at + 4, value & 0xFFFFFFFF)
            struct.pack_into("<I", buffer, at + 12, value >> 32)
            target.address_in_code(address)
        elif relocation.kind == FUNCTION_CALL and part == "code":
            _call(layout, target, buffer, at, address, symbol)
        elif relocation.kind == ADDRESS_IN_TABLE:
            addend, = struct.unpack_from("<Q", buffer, at)
            target.address_in_table(buffer, at, address, layout.address(symbol) + addend)
        else:
            raise LinkError(f"relocation of kind {relocation.kind} against {symbol.name!r} is not supported")


def _call(layout, target, buffer, at, address, symbol):
    if buffer[at] != CALL:
        raise LinkError(f"a call relocation on opcode {buffer[at]:#x}")
    if symbol.section == 0:
        if symbol.name not in SYSCALLS:
            raise LinkError(f"{symbol.name} is neither defined nor a system call")
        target.syscall(buffer, at, address, symbol.name)
        return
    # A call of a static function is relative to its section; clang puts the offset, in instructions and less one,
    # where the target goes. For a named function that is -1, hence 0.
    inside, = struct.unpack_from("<i", buffer, at + 4)
    distance = (layout.address(symbol) + (inside + 1) * 8 - address) // 8 - 1
    buffer[at + 1] = CALL_INTERNAL
    struct.pack_into("<i", buffer, at + 4, distance)
    target.internal_call(distance)
