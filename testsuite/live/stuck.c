// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stuck FILE: reads FILE into a page that is never there (userfaultfd), so that the kernel stands in the middle of copying until we are
 * killed. Static: it runs in a guest that has nothing.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096

static int check(int rc, const char *what)
{
	if (rc >= 0)
		return rc;
	perror(what);
	exit(1);
}

int main(int argc, char **argv)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register page = { .range.len = PAGE, .mode = UFFDIO_REGISTER_MODE_MISSING };
	char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int uffd = check((int)syscall(SYS_userfaultfd, O_CLOEXEC), "userfaultfd");
	int fd = argc == 2 ? check(open(argv[1], O_RDWR), argv[1]) : -1;

	page.range.start = (unsigned long)p;
	check(ioctl(uffd, UFFDIO_API, &api), "UFFDIO_API");
	check(ioctl(uffd, UFFDIO_REGISTER, &page), "UFFDIO_REGISTER");
	check((int)read(fd, p, PAGE), "read");
	return 0;
}
