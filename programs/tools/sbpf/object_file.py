"""Reads the relocatable ELF64 object that clang writes for the BPF target."""
import struct
from dataclasses import dataclass

from .errors import LinkError

RELOCATABLE, EM_BPF = 1, 247
SYMTAB, RELA, NOBITS, REL = 2, 4, 8, 9
WRITE, ALLOC, EXEC = 1, 2, 4


@dataclass
class Section:
    name: str
    kind: int
    flags: int
    link: int
    info: int
    align: int
    data: bytearray


@dataclass
class Symbol:
    name: str
    section: int
    value: int


@dataclass
class Relocation:
    section: int
    offset: int
    kind: int
    symbol: Symbol


def text_at(table, offset):
    return bytes(table[offset:table.index(0, offset)]).decode()


class ObjectFile:
    def __init__(self, raw):
        if raw[:6] != b"\x7fELF\x02\x01":
            raise LinkError("not a 64-bit little-endian ELF file")
        if struct.unpack_from("<HH", raw, 16) != (RELOCATABLE, EM_BPF):
            raise LinkError("not a relocatable BPF object (clang -target bpf -c makes one)")
        table, = struct.unpack_from("<Q", raw, 40)
        count, names = struct.unpack_from("<HH", raw, 60)
        headers = [struct.unpack_from("<IIQQQQIIQQ", raw, table + 64 * i) for i in range(count)]
        name_table = self._content(raw, headers[names])
        self.sections = [
            Section(text_at(name_table, h[0]), h[1], h[2], h[6], h[7], max(h[8], 1), self._content(raw, h))
            for h in headers]
        self.symbols = self._read_symbols()
        self.relocations = self._read_relocations()

    @staticmethod
    def _content(raw, header):
        offset, size = header[4], header[5]
        return bytearray(size) if header[1] == NOBITS else bytearray(raw[offset:offset + size])

    def _read_symbols(self):
        table = next(s for s in self.sections if s.kind == SYMTAB)
        names = self.sections[table.link].data
        entries = struct.iter_unpack("<IBBHQQ", bytes(table.data))
        return [Symbol(text_at(names, name), section, value) for name, _, _, section, value, _ in entries]

    def _read_relocations(self):
        found = []
        for section in self.sections:
            if section.kind == RELA:
                raise LinkError("relocations with addends are not what clang writes for BPF")
            if section.kind == REL:
                for offset, info in struct.iter_unpack("<QQ", bytes(section.data)):
                    found.append(Relocation(section.info, offset, info & 0xffffffff, self.symbols[info >> 32]))
        return found
