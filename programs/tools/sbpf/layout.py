"""Sorts an object's sections into code and constants, and knows where each of them will lie."""
from .errors import LinkError
from .object_file import ALLOC, EXEC, NOBITS, WRITE


def padded(data, alignment=8):
    return data + bytes(-len(data) % alignment)


class Layout:
    def __init__(self, obj):
        self._obj = obj
        kept = [i for i, s in enumerate(obj.sections) if s.flags & ALLOC and s.data]
        for i in kept:
            self._refuse_globals(obj.sections[i])
        code = [i for i in kept if obj.sections[i].flags & EXEC]
        tables = [i for i in kept if i not in code and obj.sections[i].name.startswith(".data.rel.ro")]
        constants = [i for i in kept if i not in code and i not in tables]
        if not code:
            raise LinkError("the object holds no code")
        self.place = {}
        self.code = self._merge("code", code)
        self.constants = self._merge("constants", constants)
        self.tables = self._merge("tables", tables)
        self.base = {}

    @staticmethod
    def _refuse_globals(section):
        writable = section.flags & WRITE and not section.name.startswith(".data.rel.ro")
        if section.kind == NOBITS or writable:
            raise LinkError(f"section {section.name} is writable: a program has no variables outside its functions")

    def _merge(self, part, sections):
        merged = bytearray()
        for i in sections:
            merged = padded(merged, max(8, self._obj.sections[i].align))
            self.place[i] = (part, len(merged))
            merged += self._obj.sections[i].data
        return padded(merged)

    def part(self, name):
        return {"code": self.code, "constants": self.constants, "tables": self.tables}[name]

    def address(self, symbol):
        if symbol.section not in self.place:
            raise LinkError(f"{symbol.name or 'a symbol'} is not defined, or lies in a section that is left out")
        part, offset = self.place[symbol.section]
        return self.base[part] + offset + symbol.value

    def entry(self, name="entrypoint"):
        found = [s for s in self._obj.symbols if s.name == name and s.section in self.place]
        if not found:
            raise LinkError(f"no function {name}")
        return self.address(found[0])
