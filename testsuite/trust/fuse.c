/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuse DIR MOUNTPOINT UID [TYPE]: what user UID can do by fusermount: a file system of his that shows DIR's files, to be read, as root's own (UID 0:
 * as they are) and written by nobody else. TYPE: fuse.SUBTYPE, of which fusermount takes any. It is mounted when a line is printed, and ends when it is unmounted. Needs root, who mounts it for UID.
 */
#define _GNU_SOURCE 1
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define NODES 4096

static char *paths[NODES]; /* by node; 1 is the root */
static unsigned nodes = 1;
static int dev;
static int as_they_are;

static void reply(uint64_t unique, int error, const void *data, size_t len)
{
	struct fuse_out_header h = { .len = (uint32_t)(sizeof(h) + len), .error = -error, .unique = unique };
	struct iovec v[] = { { &h, sizeof(h) }, { (void *)(uintptr_t)data, len } };

	if (writev(dev, v, len ? 2 : 1) < 0 && errno != ENOENT)
		perror("fuse: reply");
}

static int attributes(unsigned node, struct fuse_attr *ret)
{
	struct stat st;

	if (stat(paths[node], &st) < 0)
		return errno;
	*ret = (struct fuse_attr){ .ino = node, .size = (uint64_t)st.st_size, .blocks = (uint64_t)st.st_blocks, .mtime = (uint64_t)st.st_mtime,
				   .mode = st.st_mode & ~022u, .nlink = 1, .blksize = 4096, .uid = as_they_are ? st.st_uid : 0 };
	return 0;
}

static unsigned node_of(unsigned dir, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", paths[dir], name) < 0)
		exit(1);
	for (unsigned i = 1; i <= nodes; i++)
		if (!strcmp(paths[i], path)) {
			free(path);
			return i;
		}
	if (access(path, F_OK) < 0 || nodes + 1 == NODES)
		return 0;
	paths[++nodes] = path;
	return nodes;
}

static void list(uint64_t unique, unsigned node, const struct fuse_read_in *in)
{
	DIR *d = opendir(paths[node]);
	char text[65536];
	struct dirent *e;
	size_t len = 0;
	uint64_t at = 0;

	while (d && (e = readdir(d))) {
		struct fuse_dirent *to = (struct fuse_dirent *)(text + len);
		size_t n = strlen(e->d_name), size = FUSE_DIRENT_ALIGN(FUSE_NAME_OFFSET + n);

		if (at++ < in->offset)
			continue;
		if (len + size > in->size || len + size > sizeof(text))
			break;
		memset(to, 0, size);
		*to = (struct fuse_dirent){ .ino = 1, .off = at, .namelen = (uint32_t)n, .type = e->d_type };
		memcpy(to->name, e->d_name, n);
		len += size;
	}
	if (d)
		closedir(d);
	reply(unique, 0, text, len);
}

static void bytes(uint64_t unique, unsigned node, const struct fuse_read_in *in)
{
	static char text[1 << 20];
	int fd = open(paths[node], O_RDONLY);
	ssize_t n = fd < 0 ? -1 : pread(fd, text, in->size < sizeof(text) ? in->size : sizeof(text), (off_t)in->offset);

	reply(unique, n < 0 ? EIO : 0, text, n < 0 ? 0 : (size_t)n);
	if (fd >= 0)
		close(fd);
}

static void serve(const struct fuse_in_header *h, const void *in)
{
	struct fuse_init_out init = { .major = FUSE_KERNEL_VERSION, .minor = 31, .max_write = 4096, .max_readahead = 1 << 17 };
	struct fuse_open_out opened = { .open_flags = FOPEN_DIRECT_IO };
	struct fuse_entry_out entry = { 0 };
	struct fuse_attr_out attr = { 0 };
	unsigned node = (unsigned)h->nodeid;
	struct fuse_statfs_out fs = { .st.bsize = 4096 };

	switch (h->opcode) {
	case FUSE_INIT: reply(h->unique, 0, &init, sizeof(init)); break;
	case FUSE_LOOKUP:
		entry.nodeid = node_of(node, in);
		if (!entry.nodeid || attributes((unsigned)entry.nodeid, &entry.attr))
			reply(h->unique, ENOENT, NULL, 0);
		else
			reply(h->unique, 0, &entry, sizeof(entry));
		break;
	case FUSE_GETATTR: reply(h->unique, attributes(node, &attr.attr), &attr, sizeof(attr)); break;
	case FUSE_OPENDIR:
	case FUSE_OPEN: reply(h->unique, 0, &opened, sizeof(opened)); break;
	case FUSE_READDIR: list(h->unique, node, in); break;
	case FUSE_READ: bytes(h->unique, node, in); break;
	case FUSE_STATFS: reply(h->unique, 0, &fs, sizeof(fs)); break;
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
	case FUSE_FLUSH: reply(h->unique, 0, NULL, 0); break;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT: break;
	default: reply(h->unique, ENOSYS, NULL, 0); break;
	}
}

int main(int argc, char **argv)
{
	static char request[1 << 17] __attribute__((aligned(8)));
	char options[128];

	if (argc != 4 && argc != 5)
		return 1;
	paths[1] = argv[1];
	as_they_are = !strcmp(argv[3], "0");
	dev = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	snprintf(options, sizeof(options), "fd=%d,rootmode=40755,user_id=%s,group_id=0,allow_other", dev, argv[3]);
	if (dev < 0 || mount("theirs", argv[2], argc == 5 ? argv[4] : "fuse", MS_NOSUID | MS_NODEV, options) < 0) {
		perror("fuse");
		return 1;
	}
	puts("mounted");
	fflush(stdout);
	for (;;) {
		ssize_t n = read(dev, request, sizeof(request));

		if (n < 0 && (errno == EINTR || errno == ENOENT || errno == EAGAIN))
			continue;
		if (n < (ssize_t)sizeof(struct fuse_in_header))
			return n < 0 && errno == ENODEV ? 0 : 1;
		serve((const struct fuse_in_header *)request, request + sizeof(struct fuse_in_header));
	}
}
