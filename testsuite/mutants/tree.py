# SPDX-License-Identifier: GPL-2.0-or-later
"""The copy of the project that mutants are planted in, built beside the real one in build/mutants, and what is kept of it unchanged: the
sanitised objects of unit tests, the programs that test scripts become, the pass 3 texts. A run later takes up what is still the same."""
import glob
import hashlib
import os
import re
import shlex
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

ASAN = '-std=gnu11 -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer'.split()
HOST = '-std=gnu11 -g1 -O1 -fno-strict-aliasing -fwrapv -fPIC -fsanitize=address,undefined -fno-sanitize-recover=undefined'.split()
CFLAGS = '-O2 -g'
PRODUCT = ('translator/**/*.c', 'runtime/**/*.[ch]', 'staprun/*.c', 'tapset/**/*.stp')
LEFT_OUT = {'.git', 'build', 'autom4te.cache', '__pycache__'}


def read(path):
    with open(path, encoding='utf-8', errors='surrogateescape') as f:
        return f.read()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8', errors='surrogateescape') as f:
        f.write(text)


class Tree:
    def __init__(self, top, build):
        self.top, self.home = top, os.path.join(build, 'mutants')
        self.dir = os.path.join(self.home, 'tree')
        self.build = os.path.join(self.dir, 'build')
        self.stap = os.path.join(self.build, 'stap')
        self.data = os.path.join(self.home, 'systemtap')
        self.release = os.environ.get('STP_KERNELS', '').split(' ')[0]
        self.env = dict(os.environ, STP_TOP=self.dir, STP_BUILD=self.build, STAP=self.stap, SYSTEMTAP_DIR=self.data,
                        STP_KERNELS=self.release, PARSE_DUMP=os.path.join(self.home, 'unit', 'parse_dump'),
                        MUTANT_SESSION=str(os.getpid()), ASAN_OPTIONS='hard_rss_limit_mb=3000')
        for name in ('SYSTEMTAP_RUNTIME', 'SYSTEMTAP_TAPSET', 'UPDATE_GOLDEN'):
            self.env.pop(name, None)

    def path(self, name):
        return os.path.join(self.dir, name)

    def product(self):
        found = set()
        for pattern in PRODUCT:
            found |= {os.path.relpath(p, self.dir) for p in glob.glob(self.path(pattern), recursive=True)}
        return sorted(found)

    def copy(self):
        """the project's files, where they differ; what is no longer there goes"""
        kept = set()
        for folder, dirs, names in os.walk(self.top):
            dirs[:] = [d for d in dirs if d not in LEFT_OUT]
            for name in names:
                src = os.path.join(folder, name)
                dst = self.path(os.path.relpath(src, self.top))
                kept.add(dst)
                if not os.path.exists(dst) or open(src, 'rb').read() != open(dst, 'rb').read():
                    os.makedirs(os.path.dirname(dst), exist_ok=True)
                    shutil.copy(src, dst)
        for folder, dirs, names in os.walk(self.dir):
            dirs[:] = [d for d in dirs if d not in LEFT_OUT]
            for name in names:
                if os.path.join(folder, name) not in kept:
                    os.remove(os.path.join(folder, name))

    def make(self):
        """'' or what the compiler says"""
        os.makedirs(self.build, exist_ok=True)
        if not os.path.exists(os.path.join(self.build, 'Makefile')):
            subprocess.run([self.path('configure'), '-q', '--enable-werror', 'CFLAGS=' + CFLAGS], cwd=self.build, check=True, stdout=subprocess.DEVNULL)
        r = subprocess.run(['make', '-s', '-j2'], cwd=self.build, capture_output=True, text=True)
        return '' if r.returncode == 0 else r.stderr or 'make failed'

    def kits(self):
        """the kernels are those of the real tree"""
        os.makedirs(self.data, exist_ok=True)
        link = os.path.join(self.data, 'kernels')
        kernels = os.path.join(os.environ.get('SYSTEMTAP_DIR', '/var/lib/systemtap'), 'kernels')
        if not os.path.islink(link) and os.path.isdir(kernels):
            os.symlink(kernels, link)
        subprocess.run([self.stap, '-r', self.release, '--build-kit'], env=self.env, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def headers(self):
        """what every object depends on, as far as we look"""
        h = hashlib.sha256()
        for folder in ('translator', 'runtime', 'staprun', 'testsuite/unit'):
            for path in sorted(p for ext in ('h', 'def') for p in glob.glob(self.path(folder + '/**/*.' + ext), recursive=True)):
                h.update(path.encode() + read(path).encode(errors='surrogateescape'))
        return h.hexdigest()

    def object_for(self, kind, name, *flags):
        """where an object of the file as it stands is kept"""
        key = hashlib.sha256(' '.join((self.headers_now, read(self.path(name)), *flags)).encode(errors='surrogateescape')).hexdigest()[:24]
        path = os.path.join(self.home, kind, os.path.basename(name)[:-2] + '-' + key + '.o')
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def object_of(self, name):
        """the compiled file in the build, for translator and staprun"""
        return os.path.join(self.build, name[:-2] + '.o')


def compiled(tree, obj, args):
    """whole or not at all: a run that is interrupted leaves nothing that the next one takes"""
    new = '%s.%d.o' % (obj, os.getpid())
    subprocess.run(['gcc', '-w', '-c', *args, '-o', new], cwd=tree.dir, check=True, capture_output=True)
    os.replace(new, obj)


def code_of(obj):
    """the machine code and data of an object, without what tells of lines"""
    out = obj + '.stripped'
    if subprocess.run(['objcopy', '-g', '-R', '.comment', obj, out], capture_output=True).returncode:
        return None
    with open(out, 'rb') as f:
        return hashlib.sha256(f.read()).hexdigest()


# ---- unit tests ----------------------------------------------------------------------------------------------------------------------------

class Unit:
    """A program of testsuite/unit, of objects that are compiled once."""

    def __init__(self, tree, name, link=None, flags=''):
        self.tree, self.name = tree, name
        self.src = 'testsuite/unit/%s.c' % name
        text = read(tree.path(self.src))
        word = lambda w: ' '.join(re.findall(r'(?m)^ \* %s: *(.*)' % w, text)[:1])
        self.kernel = bool(word('kernel')) # over stand-ins for the kernel's headers, which unit.t makes
        words = link or word('link') + ' ' + word('kernel')
        self.flags = shlex.split(flags or word('flags'))
        self.include = ['-Itranslator']
        if self.kernel:
            self.include = ['-Iruntime', '-I' + os.path.join(tree.build, 'unit/kernel'), '-D__KERNEL__', '-DCONFIG_X86_64', '-Werror=implicit-function-declaration']
        self.files, self.libs = [self.src], []
        for w in words.split():
            if w.startswith('-'):
                self.libs.append(w)
            else:
                self.files += sorted(os.path.relpath(p, tree.dir) for p in glob.glob(tree.path(w)))
        self.out = os.path.join(tree.home, 'unit', name)

    def compiled(self, name):
        obj = self.tree.object_for('asan', name, *self.include, *self.flags)
        if not os.path.exists(obj):
            compiled(self.tree, obj, [*ASAN, *self.include, '-I.', '-I' + self.tree.build, '-DSTP_SRCDIR="%s"' % self.tree.dir, *self.flags, name])
        return obj

    def build(self):
        os.makedirs(os.path.dirname(self.out), exist_ok=True)
        with ThreadPoolExecutor(2) as pool:
            objs = list(pool.map(self.compiled, self.files))
        subprocess.run(['gcc', *ASAN, *self.flags, '-o', self.out, *objs, *self.libs], cwd=self.tree.dir, check=True, capture_output=True)


def units(tree):
    found = []
    for path in sorted(glob.glob(tree.path('testsuite/unit/*.c'))):
        if re.search(r'(?m)^ \* (link|kernel): ', read(path)):
            found.append(Unit(tree, os.path.basename(path)[:-2]))
    return sorted(found, key=lambda u: len(u.files))


def parse_dump(tree):
    base = ' '.join('translator/base/%s.c' % n for n in 'arena buf error intern map text vec'.split())
    return Unit(tree, 'parse_dump', 'translator/syntax/*.c ' + base)


# ---- scripts as programs -------------------------------------------------------------------------------------------------------------------

def host_sources(tree):
    """as testsuite/hostrun chooses them"""
    names = glob.glob(tree.path('runtime/value/*.c')) + glob.glob(tree.path('runtime/print/*.c'))
    names += [tree.path('testsuite/unit/hostcore.c'), tree.path('testsuite/unit/hostrun.c')]
    for p in glob.glob(tree.path('runtime/builtin/*.c')) + [tree.path('testsuite/unit/hostbuiltin.c')]:
        if not re.search(r'#include <linux/|#include "core/', read(p)):
            names.append(p)
    return sorted(os.path.relpath(p, tree.dir) for p in names)


class Host:
    """libhost.so: the runtime of hostrun, which programs made once are started with."""

    def __init__(self, tree):
        self.tree, self.home = tree, os.path.join(tree.home, 'host')
        self.lib = os.path.join(self.home, 'libhost.so')

    def compiled(self, name):
        obj = self.tree.object_for('host', name)
        if not os.path.exists(obj):
            compiled(self.tree, obj, [*HOST, '-Iruntime', '-Itestsuite/unit', name])
        return obj

    def build(self):
        os.makedirs(self.home, exist_ok=True)
        with ThreadPoolExecutor(2) as pool:
            objs = list(pool.map(self.compiled, host_sources(self.tree)))
        subprocess.run(['gcc', *HOST, '-shared', '-o', self.lib, *objs], check=True, capture_output=True)

    def links(self, name):
        return name in host_sources(self.tree)

    def program(self, c_text):
        """the program that a script's C makes; None if it does not compile"""
        exe = os.path.join(self.home, 'p', hashlib.sha256(self.tree.headers_now.encode() + c_text).hexdigest()[:24])
        if not os.path.exists(exe):
            os.makedirs(os.path.dirname(exe), exist_ok=True)
            r = subprocess.run(['gcc', *HOST, '-fPIE', '-pie', '-rdynamic', '-w', '-I' + self.tree.path('runtime'), '-I' + self.tree.dir, '-o', exe + '.new', '-x',
                                'c', '-', '-x', 'none', self.lib, '-Wl,-rpath,' + self.home], input=c_text, capture_output=True)
            if r.returncode:
                return None
            os.rename(exe + '.new', exe)
        return exe
