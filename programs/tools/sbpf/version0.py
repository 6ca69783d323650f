"""SBPF version 0: one image with code first, and tables from which the loader relocates addresses and system calls."""
import struct

from .errors import LinkError
from .instructions import check_code
from .layout import Layout, padded
from .relocate import relocate

HEADER, PROGRAM_HEADER = 64, 56
SHARED_OBJECT, EM_BPF = 3, 247
LOAD, DYNAMIC, READ, READ_EXECUTE, READ_WRITE = 1, 2, 4, 5, 6
RELATIVE, SYSCALL = 8, 10
# Entries of the dynamic section.
DT_STRTAB, DT_SYMTAB, DT_STRSZ, DT_SYMENT, DT_REL, DT_RELSZ, DT_RELENT = 5, 6, 10, 11, 17, 18, 19
DT_FLAGS, DT_RELCOUNT, TEXTREL = 30, 0x6FFFFFFA, 4
MAX_NAME = 63


class _Target:
    def __init__(self):
        self.relative = []
        self.calls = []
        self.names = []

    def address_in_code(self, address):
        self.relative.append(address)

    def address_in_table(self, buffer, at, address, value):
        # The loader reads the upper half, adds where the program lies, and writes the whole.
        struct.pack_into("<Q", buffer, at, value << 32)
        self.relative.append(address)

    def syscall(self, buffer, at, address, name):
        if len(name) > MAX_NAME:
            raise LinkError(f"{name} is longer than the loader's {MAX_NAME} characters")
        if name not in self.names:
            self.names.append(name)
        buffer[at + 1] = 0x10
        struct.pack_into("<i", buffer, at + 4, -1)
        self.calls.append((address, 1 + self.names.index(name)))

    def internal_call(self, distance):
        if distance == -1:
            raise LinkError("a function that calls its own first instruction can't be written in version 0")

    def table(self):
        entries = [(address, RELATIVE) for address in sorted(self.relative)]
        entries += [(address, symbol << 32 | SYSCALL) for address, symbol in sorted(self.calls)]
        return b"".join(struct.pack("<QQ", *entry) for entry in entries)


class _Sections:
    """The section headers, which version 0's loader still reads, and the names that they have."""

    def __init__(self):
        self._headers, self._names = bytes(64), b"\0"
        self.count = 1

    def add(self, name, kind, flags, offset, size, link=0, info=0, align=8, entry=0):
        at = len(self._names)
        self._names += name.encode() + b"\0"
        self._headers += struct.pack(
            "<IIQQQQIIQQ", at, kind, flags, offset if flags else 0, offset, size, link, info, align, entry)
        self.count += 1
        return self.count - 1

    def finish(self, image):
        """Appends names and headers; returns the image and where the headers begin."""
        start = len(image)
        names_length = len(self._names) + len(".shstrtab") + 1
        self.add(".shstrtab", 3, 0, start, names_length, align=1)
        image = padded(image + self._names)
        return image + self._headers, len(image)


def link(obj):
    layout = Layout(obj)
    constants = bool(layout.constants or layout.tables)
    code_at = HEADER + PROGRAM_HEADER * (4 if constants else 3)
    layout.base = {"code": code_at, "constants": code_at + len(layout.code)}
    layout.base["tables"] = layout.base["constants"] + len(layout.constants)
    target = _Target()
    relocate(obj, layout, target)
    check_code(layout.code)

    dynamic_at = layout.base["tables"] + len(layout.tables)
    tail, parts = _dynamic(target, layout.entry(), dynamic_at)
    sections = _describe(layout, parts)
    placeholder = bytes(code_at)
    image, headers_at = sections.finish(placeholder + layout.code + layout.constants + layout.tables + tail)
    segments = [(LOAD, READ_EXECUTE, code_at, len(layout.code), 4096)]
    if constants:
        size = len(layout.constants) + len(layout.tables)
        segments.append((LOAD, READ, layout.base["constants"], size, 4096))
    segments.append((LOAD, READ, dynamic_at, len(tail), 4096))
    segments.append((DYNAMIC, READ_WRITE, dynamic_at, parts["dynamic"][1], 8))
    header = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack(
        "<HHIQQQIHHHHHH", SHARED_OBJECT, EM_BPF, 1, layout.entry(), HEADER, headers_at, 0, HEADER, PROGRAM_HEADER,
        len(segments), 64, sections.count, sections.count - 1)
    for kind, flags, at, size, align in segments:
        header += struct.pack("<IIQQQQQQ", kind, flags, at, at, at, size, size, align)
    return header + image[code_at:]


def _dynamic(target, entry, start):
    """The tables behind the program, and where each of them lies."""
    names, symbols = b"\0", bytes(24)
    for name in target.names:
        symbols += struct.pack("<IBBHQQ", len(names), 0x10, 0, 0, 0, 0)
        names += name.encode() + b"\0"
    symbols += struct.pack("<IBBHQQ", len(names), 0x12, 0, 1, entry, 0)
    names = padded(names + b"entrypoint\0")
    relocations = target.table()

    size = 16 * (6 + (4 if relocations else 0))
    symbols_at = start + size
    names_at = symbols_at + len(symbols)
    relocations_at = names_at + len(names)
    entries = [(DT_FLAGS, TEXTREL)]
    if relocations:
        entries += [(DT_REL, relocations_at), (DT_RELSZ, len(relocations)), (DT_RELENT, 16),
                    (DT_RELCOUNT, len(target.relative))]
    entries += [(DT_SYMTAB, symbols_at), (DT_SYMENT, 24), (DT_STRTAB, names_at), (DT_STRSZ, len(names)), (0, 0)]
    dynamic = b"".join(struct.pack("<QQ", *entry) for entry in entries)
    parts = {"dynamic": (start, size), "symbols": (symbols_at, len(symbols)), "names": (names_at, len(names)),
             "relocations": (relocations_at, len(relocations))}
    return dynamic + symbols + names + relocations, parts


def _describe(layout, parts):
    sections = _Sections()
    sections.add(".text", 1, 6, layout.base["code"], len(layout.code))
    if layout.constants:
        sections.add(".rodata", 1, 2, layout.base["constants"], len(layout.constants))
    if layout.tables:
        sections.add(".data.rel.ro", 1, 3, layout.base["tables"], len(layout.tables))
    strings = sections.count + 2
    sections.add(".dynamic", 6, 3, *parts["dynamic"], link=strings, entry=16)
    symbols = sections.add(".dynsym", 11, 2, *parts["symbols"], link=strings, info=1, entry=24)
    sections.add(".dynstr", 3, 2, *parts["names"], align=1)
    if parts["relocations"][1]:
        sections.add(".rel.dyn", 9, 2, *parts["relocations"], link=symbols, entry=16)
    return sections
