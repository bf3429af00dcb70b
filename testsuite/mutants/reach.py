# SPDX-License-Identifier: GPL-2.0-or-later
"""Which functions of the translator each test reaches: what a fault's function is not in cannot notice it, and need not run. A build of its
own marks each address that calls it (-fsanitize-coverage=trace-pc) in a file that all processes of a test share. A function is known by its
name alone, so that two of one name count as one; a name that the build does not have is taken to be everywhere."""
import bisect
import os
import re
import subprocess

MARK = r'''
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

extern char __executable_start, etext;
static unsigned char *seen;
void __sanitizer_cov_trace_pc(void);

void __sanitizer_cov_trace_pc(void)
{
	if (seen)
		seen[(char *)__builtin_return_address(0) - &__executable_start] = 1;
}

__attribute__((constructor)) static void start(void)
{
	bool ours = !strcmp(program_invocation_short_name, "stap") || !strcmp(program_invocation_short_name, "parse_dump");
	const char *path = ours ? getenv("REACH_OUT") : 0;
	int fd = path && *path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644) : -1;
	size_t size = &etext - &__executable_start;

	if (fd < 0 || ftruncate(fd, size) < 0)
		return;
	seen = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	seen = seen == MAP_FAILED ? 0 : seen;
	close(fd);
}
'''
FLAGS = '-O1 -fno-inline -fsanitize-coverage=trace-pc -w'


class Program:
    """One program that marks what it runs."""

    def __init__(self, path):
        self.path, self.at, self.names = path, [], []
        for line in subprocess.run(['nm', '-n', path], check=True, capture_output=True, text=True).stdout.splitlines():
            m = re.match(r'([0-9a-f]+) [tTwW] (\w+)', line)
            if m:
                self.at.append(int(m.group(1), 16))
                self.names.append(m.group(2))
        self.known = set(self.names)

    def reached(self, out):
        """the functions that a file of marks names; the file is removed"""
        if not os.path.exists(out):
            return None # it did not run at all: nothing is known
        with open(out, 'rb') as f:
            marks = f.read()
        os.remove(out)
        found, k = set(), marks.find(1)
        while k >= 0:
            n = bisect.bisect_right(self.at, k) - 1
            found.add(self.names[n])
            end = self.at[n + 1] if n + 1 < len(self.at) else len(marks)
            k = marks.find(1, end)
        return frozenset(found)

    def concerns(self, function, reached):
        """can a fault in this function change what reached these?"""
        return reached is None or function not in self.known or function in reached


class Reach:
    def __init__(self, tree):
        self.tree, self.home = tree, os.path.join(tree.home, 'reach')
        self.build, self.mark = os.path.join(self.home, 'build'), os.path.join(self.home, 'mark.o')
        self.out = os.path.join(self.home, 'out')
        os.makedirs(self.build, exist_ok=True)
        os.makedirs(self.out, exist_ok=True)
        subprocess.run(['gcc', '-O2', '-c', '-x', 'c', '-', '-o', self.mark], input=MARK, text=True, check=True)

    def stap(self):
        if not os.path.exists(os.path.join(self.build, 'Makefile')):
            subprocess.run([self.tree.path('configure'), '-q', 'CFLAGS=' + FLAGS, 'LIBS=' + self.mark], cwd=self.build, check=True,
                           stdout=subprocess.DEVNULL)
        subprocess.run(['make', '-s', '-j2'], cwd=self.build, check=True, capture_output=True)
        return Program(os.path.join(self.build, 'stap'))

    def program(self, unit):
        """a unit's program without sanitisers"""
        out = os.path.join(self.home, unit.name)
        subprocess.run(['gcc', *FLAGS.split(), '-std=gnu11', '-Itranslator', '-I.', '-I' + self.tree.build, *unit.flags, '-o', out, *unit.files, self.mark,
                        *unit.libs], cwd=self.tree.dir, check=True, capture_output=True)
        return Program(out)
