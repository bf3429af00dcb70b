# SPDX-License-Identifier: GPL-2.0-or-later
"""crafted.py KIT-BTF DIR: module files that no compiler made. names.ko: a function symbol and an enumerator that are text of C and of a script;
array.ko: an array of itself in a struct; itself.ko: a struct that holds itself; enum5.ko, int3.ko: numbers of so many bytes."""
import os
import struct
import subprocess
import sys

EXTRA = {1: 4, 3: 12, 14: 4, 17: 4} # bytes behind a type's head, by kind
EACH = {4: 12, 5: 12, 6: 8, 13: 8, 15: 12, 19: 12} # and for each of its members
SYMBOL = 'mydrv_read" } }; int evil; static const struct stp_row_function r[] = { { "x'
ENUMERATOR = 'x" : "") @cast(task_current(), "task_struct")->comm[0] = 80 n = (a == 1 ? "y'


def size(path):
    """the kernel's number of types, and bytes of names"""
    with open(path, 'rb') as f:
        data = f.read()
    head, types, length, _, names = struct.unpack_from('<IIIII', data, 4)
    at, end, n = head + types, head + types + length, 0
    while at < end:
        info = struct.unpack_from('<I', data, at + 4)[0]
        kind = info >> 24 & 31
        at += 12 + EXTRA.get(kind, 0) + EACH.get(kind, 0) * (info & 0xffff)
        n += 1
    return n + 1, names


class Module:
    """types are numbered from base on; mydrv_f is a function of that type and one parameter, a"""

    def __init__(self, kit):
        self.base, self.shift = size(kit)
        self.names, self.types = b'\0', b''

    def name(self, text):
        at = self.shift + len(self.names)
        self.names += text.encode() + b'\0'
        return at

    def add(self, name, kind, count, size_or_type, *rest):
        head = (self.name(name) if name else 0, kind << 24 | count, size_or_type)
        self.types += struct.pack('<%dI' % (3 + len(rest)), *head, *rest)

    def write(self, path, parameter, proto):
        self.add('', 13, 1, 0, self.name('a'), parameter)
        self.add('mydrv_f', 12, 0, proto)
        body = struct.pack('<HBBIIIII', 0xeb9f, 1, 0, 24, 0, len(self.types), len(self.types), len(self.names)) + self.types + self.names
        with open(path + '.btf', 'wb') as f:
            f.write(body)
        stand_in = 'Q' * len(SYMBOL)
        text = ''.join('.type %s,@function\n%s: ret\n.size %s,.-%s\n' % (n, n, n, n) for n in ('mydrv_f', stand_in))
        source = '.text\n%s.section .BTF,"",@progbits\n.incbin "%s.btf"\n' % (text, path)
        subprocess.run(['as', '-o', path, '-'], input=source.encode(), check=True)
        with open(path, 'r+b') as f:
            data = f.read().replace(stand_in.encode(), SYMBOL.encode())
            f.seek(0)
            f.write(data)
        os.unlink(path + '.btf')


def main(kit, where):
    m = Module(kit)
    m.add('evil', 6, 1, 4, m.name(ENUMERATOR), 0)
    m.write(os.path.join(where, 'names.ko'), m.base, m.base + 1)
    m = Module(kit)
    m.add('', 3, 0, 0, m.base, m.base, 4)
    m.add('s', 4, 1, 8, m.name('m'), m.base, 0)
    m.write(os.path.join(where, 'array.ko'), m.base + 1, m.base + 2)
    m = Module(kit)
    m.add('s', 4, 1, 8, m.name('m'), m.base, 0)
    m.add('', 2, 0, m.base)
    m.write(os.path.join(where, 'itself.ko'), m.base + 1, m.base + 2)
    m = Module(kit)
    m.add('five', 6, 1, 5, m.name('FIVE'), 0)
    m.write(os.path.join(where, 'enum5.ko'), m.base, m.base + 1)
    m = Module(kit)
    m.add('three', 1, 0, 3, 24)
    m.write(os.path.join(where, 'int3.ko'), m.base, m.base + 1)


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2])
