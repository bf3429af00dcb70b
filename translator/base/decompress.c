// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One output, three libraries: a growing buffer, or a small one that is written to a file whenever it is full. What comes out is bounded: a
 * file of ours has no reason to be larger.
 */
#include "base/decompress.h"

#include "base/fs.h"
#include "base/scope.h"

#include <errno.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define OUT_MAX ((size_t)1 << 30)

struct out {
	char *p;
	size_t len, cap;
	bool to_fd;
	int fd;
	size_t written;
};

static struct oserr *write_out(struct out *o)
{
	for (size_t done = 0; done < o->len;) {
		ssize_t n = write(o->fd, o->p + done, o->len - done);

		if (n < 0 && errno != EINTR)
			return oserr_errno(errno, "cannot write decompressed data");
		done += n > 0 ? (size_t)n : 0;
	}
	o->written += o->len;
	o->len = 0;
	return NULL;
}

/* room for at least one more byte and the NUL */
static struct oserr *grow(struct out *o)
{
	size_t cap = o->cap ? o->cap * 2 : (size_t)1 << 16;
	char *p;

	if (o->len + 1 < o->cap)
		return NULL;
	if (o->written + cap > OUT_MAX)
		return oserr_new(EFBIG, "decompressed data exceed 1 GiB");
	if (o->to_fd && o->cap)
		return write_out(o);
	p = realloc(o->p, cap);
	if (!p)
		return &oserr_nomem;
	o->p = p;
	o->cap = cap;
	return NULL;
}

static struct oserr *run_xz(const void *data, size_t len, struct out *o)
{
	lzma_stream s = LZMA_STREAM_INIT;
	struct oserr *err = NULL;
	lzma_ret rc = lzma_stream_decoder(&s, UINT64_MAX, 0);

	s.next_in = data;
	s.avail_in = len;
	while (rc == LZMA_OK && !(err = grow(o))) {
		size_t room = o->cap - o->len - 1;

		s.next_out = (uint8_t *)o->p + o->len;
		s.avail_out = room;
		rc = lzma_code(&s, LZMA_FINISH);
		o->len += room - s.avail_out;
	}
	lzma_end(&s);
	if (!err && rc != LZMA_STREAM_END)
		err = oserr_new(EINVAL, "damaged xz data");
	return err;
}

static struct oserr *run_zstd(const void *data, size_t len, struct out *o)
{
	ZSTD_DStream *s = ZSTD_createDStream();
	ZSTD_inBuffer in = { data, len, 0 };
	struct oserr *err = NULL;
	size_t rc = 1;

	if (!s)
		return &oserr_nomem;
	while (rc && !(err = grow(o))) {
		ZSTD_outBuffer out = { o->p, o->cap - 1, o->len };

		rc = ZSTD_decompressStream(s, &out, &in);
		if (ZSTD_isError(rc) || (out.pos == o->len && in.pos == len && rc)) {
			err = oserr_new(EINVAL, "damaged zstd data");
			break;
		}
		o->len = out.pos;
	}
	ZSTD_freeDStream(s);
	return err;
}

static struct oserr *run_gzip(const void *data, size_t len, struct out *o)
{
	z_stream s = { .next_in = (Bytef *)(uintptr_t)data, .avail_in = (uInt)len };
	struct oserr *err = NULL;
	int rc = inflateInit2(&s, 16 + MAX_WBITS);

	while (rc == Z_OK && !(err = grow(o))) {
		size_t room = o->cap - o->len - 1;

		s.next_out = (Bytef *)o->p + o->len;
		s.avail_out = (uInt)room;
		rc = inflate(&s, Z_NO_FLUSH);
		o->len += room - s.avail_out;
	}
	inflateEnd(&s);
	if (!err && rc != Z_STREAM_END)
		err = oserr_new(EINVAL, "damaged gzip data");
	return err;
}

static struct oserr *plain(const void *data, size_t len, struct out *o)
{
	o->p = malloc(len + 1);
	if (!o->p)
		return &oserr_nomem;
	memcpy(o->p, data, len);
	o->len = len;
	return NULL;
}

static struct oserr *unpack(const void *data, size_t len, struct out *o)
{
	if (len >= 6 && memcmp(data, "\xfd" "7zXZ", 6) == 0)
		return run_xz(data, len, o);
	if (len >= 4 && memcmp(data, "\x28\xb5\x2f\xfd", 4) == 0)
		return run_zstd(data, len, o);
	if (len >= 2 && memcmp(data, "\x1f\x8b", 2) == 0)
		return run_gzip(data, len, o);
	return plain(data, len, o);
}

struct oserr *decompress(const void *data, size_t len, char **ret, size_t *ret_len)
{
	struct out o = { 0 };
	struct oserr *err = unpack(data, len, &o);

	if (err) {
		free(o.p);
		return err;
	}
	o.p[o.len] = '\0';
	*ret = o.p;
	*ret_len = o.len;
	return NULL;
}

struct oserr *decompress_to_fd(const void *data, size_t len, int fd, size_t *ret_len)
{
	struct out o = { .to_fd = true, .fd = fd };
	struct oserr *err = unpack(data, len, &o);

	if (!err)
		err = write_out(&o);
	free(o.p);
	*ret_len = o.written;
	return err;
}

struct oserr *read_decompressed(const char *path, char **ret, size_t *ret_len)
{
	_cleanup_free_ char *raw = NULL;
	size_t len = 0;
	struct oserr *err = fs_read(path, &raw, &len);

	if (!err)
		err = decompress(raw, len, ret, ret_len);
	return err;
}
