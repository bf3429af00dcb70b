// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What lies at an address, as string or number: conversions.stp (kernel) and uconversions.stp (user). Contexts: any.
 * A bad address is a soft error, another text, a warning, or the address itself, as the function says. Nothing pages in.
 */
#include "builtin/builtin.h"
#include "builtin/quote.h"

#include "print/print.h"

enum where_from { FROM_KERNEL, FROM_USER };

/* a terminated string of at most n bytes into ret, in pieces that do not cross a page. 0 or -EFAULT */
static int mem_string(struct stp_ctx *c, struct stp_slot *ret, stp_u64 addr, stp_i64 n, enum where_from from)
{
	stp_u32 room = (stp_u32)stp_script.tun.maxstringlen - 1, part;
	const char *nul = NULL;

	stp_slot_clear(ret);
	if (n < 0)
		n = 0;
	if (n < room)
		room = (stp_u32)n;
	while (!nul && ret->len < room) {
		part = 32 - (stp_u32)(addr & 31);
		if (part > room - ret->len)
			part = room - ret->len;
		if (stp_read_mem(ret->b + ret->len, addr, part, from == FROM_USER)) {
			stp_slot_clear(ret);
			return -EFAULT;
		}
		nul = memchr(ret->b + ret->len, 0, part);
		ret->len = nul ? (stp_u32)(nul - ret->b) : ret->len + part;
		addr += part;
	}
	ret->b[ret->len] = 0;
	if (STP_UNLIKELY(ret->len > STP_LONG_TEXT))
		(void)stp_long(c, ret->len / STP_LONG_TEXT);
	return 0;
}

static void string_fault(struct stp_ctx *c, stp_i64 addr, enum where_from from)
{
	if (from == FROM_KERNEL)
		stp_error_at(c, "kernel string copy fault at", (stp_u64)addr, " [man error::fault]", NULL);
	else
		stp_error_at(c, "user string copy fault -14 at", (stp_u64)addr, " [man error::fault]", NULL);
}

static void string_or_error(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, stp_i64 n, enum where_from from)
{
	if (mem_string(c, ret, (stp_u64)addr, n, from))
		string_fault(c, addr, from);
}

#define ALL_OF_IT 0x7fffffff

STP_PROBE_CODE void stp_fn_kernel_string(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr)
{
	string_or_error(c, ret, addr, ALL_OF_IT, FROM_KERNEL);
}

STP_PROBE_CODE void stp_fn_kernel_string_or(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, struct stp_str other)
{
	if (mem_string(c, ret, (stp_u64)addr, ALL_OF_IT, FROM_KERNEL))
		stp_set(c, ret, other);
}

STP_PROBE_CODE void stp_fn_kernel_string_n(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, stp_i64 n)
{
	string_or_error(c, ret, addr, n, FROM_KERNEL);
}

STP_PROBE_CODE void stp_fn_user_string(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr)
{
	string_or_error(c, ret, addr, ALL_OF_IT, FROM_USER);
}

STP_PROBE_CODE void stp_fn_user_string_n(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, stp_i64 n)
{
	string_or_error(c, ret, addr, n, FROM_USER);
}

STP_PROBE_CODE void stp_fn_user_string_n_or(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, stp_i64 n, struct stp_str other)
{
	if (mem_string(c, ret, (stp_u64)addr, n, FROM_USER))
		stp_set(c, ret, other);
}

STP_PROBE_CODE void stp_fn_user_string_or(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, struct stp_str other)
{
	stp_fn_user_string_n_or(c, ret, addr, ALL_OF_IT, other);
}

/* "user WHAT copy fault[ -14 at] 0xADDR …" as a warning */
static void warn_fault(const char *before, stp_i64 addr)
{
	struct stp_str text;
	struct stp_out o;
	char room[96];

	stp_out_buffer(&o, room, sizeof(room));
	stp_put(&o, before, (stp_u32)strlen(before));
	stp_put(&o, " 0x", 3);
	stp_put_hex(&o, (stp_u64)addr);
	stp_put(&o, " [man error::fault]", 19);
	text.p = room;
	text.len = o.len;
	stp_message_text("WARNING: ", text);
}

STP_PROBE_CODE void stp_fn_user_string_n_warn(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, stp_i64 n, struct stp_str other)
{
	if (!mem_string(c, ret, (stp_u64)addr, n, FROM_USER))
		return;
	warn_fault("user string copy fault -14 at", addr);
	stp_set(c, ret, other);
}

STP_PROBE_CODE void stp_fn_user_string_warn(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, struct stp_str other)
{
	stp_fn_user_string_n_warn(c, ret, addr, ALL_OF_IT, other);
}

/* ---- quoted: NULL for address 0, the address itself where nothing can be read ------------------------------------------------------- */

static void put_address(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr)
{
	struct stp_out o;

	stp_out_string(c, &o, ret);
	if (addr) {
		stp_put(&o, "0x", 2);
		stp_put_hex(&o, (stp_u64)addr);
	} else {
		stp_put(&o, "NULL", 4);
	}
	stp_out_string_end(&o, ret);
}

static void mem_quoted(struct stp_ctx *c, struct stp_slot *ret, struct stp_quote *q, stp_i64 inlen)
{
	q->quoted = 1;
	q->n = inlen < 0 ? 0 : inlen < stp_script.tun.maxstringlen ? (stp_u32)inlen : (stp_u32)stp_script.tun.maxstringlen;
	if (!q->addr || stp_quote(c, ret, q))
		put_address(c, ret, (stp_i64)q->addr);
}

STP_PROBE_CODE void stp_fn_kernel_string_quoted(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr)
{
	struct stp_quote q = { .addr = (stp_u64)addr, .to_nul = 1 };

	mem_quoted(c, ret, &q, ALL_OF_IT);
}

/* whichever of the two it is */
STP_PROBE_CODE void stp_fn_kernel_or_user_string_quoted(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr)
{
	struct stp_quote q = { .addr = (stp_u64)addr, .to_nul = 1 };
	char byte;

	q.user = stp_read_mem(&byte, (stp_u64)addr, 1, 0) != 0;
	mem_quoted(c, ret, &q, ALL_OF_IT);
}

STP_PROBE_CODE void stp_fn_kernel_buffer_quoted(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, stp_i64 inlen, stp_i64 outlen)
{
	struct stp_quote q = { .addr = (stp_u64)addr, .room = outlen };

	mem_quoted(c, ret, &q, inlen);
}

STP_PROBE_CODE void stp_fn_user_string_n_quoted(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, stp_i64 inlen, stp_i64 outlen)
{
	struct stp_quote q = { .addr = (stp_u64)addr, .user = 1, .to_nul = 1, .room = outlen };

	mem_quoted(c, ret, &q, inlen);
}

STP_PROBE_CODE void stp_fn_user_buffer_quoted(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, stp_i64 inlen, stp_i64 outlen)
{
	struct stp_quote q = { .addr = (stp_u64)addr, .user = 1, .room = outlen };

	mem_quoted(c, ret, &q, inlen);
}

/* ---- UTF-16 and UTF-32 as UTF-8 ---------------------------------------------------------------------------------------------------- */

/* one code point; what is none becomes U+FFFD */
static void put_utf8(struct stp_out *o, stp_u32 v)
{
	char text[4];
	stp_u32 n = v < 0x80 ? 1 : v < 0x800 ? 2 : v < 0x10000 ? 3 : 4, i;

	if (v > 0x10ffff || (v >= 0xd800 && v < 0xe000)) {
		v = 0xfffd;
		n = 3;
	}
	for (i = n; --i; v >>= 6)
		text[i] = (char)(0x80 | (v & 0x3f));
	text[0] = (char)(n == 1 ? v : (0xf00u >> n & 0xff) | v);
	if (n <= o->cap - o->len)
		stp_put(o, text, n);
	else
		o->cap = o->len; /* full: nothing shorter may follow */
}

/* the unit of 2 or 4 bytes at *addr, which moves on. 0 or -EFAULT */
static int read_unit(stp_u64 *addr, stp_u32 bytes, enum where_from from, stp_u32 *v)
{
	stp_u16 half;
	int rc;

	if (bytes == 4) {
		rc = stp_read_mem(v, *addr, 4, from == FROM_USER);
	} else {
		rc = stp_read_mem(&half, *addr, 2, from == FROM_USER);
		*v = half;
	}
	*addr += bytes;
	return rc ? -EFAULT : 0;
}

static int put_units(struct stp_out *o, stp_u64 addr, stp_u32 bytes, enum where_from from)
{
	stp_u32 v, low;
	stp_u64 after;

	while (o->len < o->cap) {
		if (read_unit(&addr, bytes, from, &v))
			return -EFAULT;
		if (!v)
			return 0;
		after = addr;
		if (bytes == 2 && v >> 10 == 0x36 && !read_unit(&after, 2, from, &low) && low >> 10 == 0x37) {
			v = 0x10000 + ((v & 0x3ff) << 10 | (low & 0x3ff));
			addr = after;
		}
		put_utf8(o, v);
	}
	return 0;
}

/* bytes: 2 or 4 a unit */
STP_PROBE_CODE void stp_fn_string_utf(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr, stp_i64 bytes, stp_i64 user)
{
	enum where_from from = user ? FROM_USER : FROM_KERNEL;
	struct stp_out o;

	stp_out_string(c, &o, ret);
	if (put_units(&o, (stp_u64)addr, (stp_u32)bytes, from)) {
		o.len = 0;
		string_fault(c, addr, from);
	}
	stp_out_string_end(&o, ret);
	(void)stp_long(c, ret->len / 16);
}

/* ---- numbers: size in bytes; a negative one is sign-extended ------------------------------------------------------------------------ */

static int mem_number(stp_i64 addr, stp_i64 size, enum where_from from, stp_i64 *ret)
{
	stp_u32 n = (stp_u32)(size < 0 ? -size : size), shift = 64 - 8 * n;
	stp_u64 v = 0;
	char *p = (char *)&v;

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	p += sizeof(v) - n;
#endif
	if (stp_read_mem(p, (stp_u64)addr, n, from == FROM_USER))
		return -EFAULT;
	*ret = size < 0 ? (stp_i64)(v << shift) >> shift : (stp_i64)v;
	return 0;
}

STP_PROBE_CODE stp_i64 stp_fn_kernel_number(struct stp_ctx *c, stp_i64 addr, stp_i64 size)
{
	stp_i64 v;

	if (!mem_number(addr, size, FROM_KERNEL, &v))
		return v;
	stp_error_at(c, "read fault [man error::fault] at", (stp_u64)addr, "", NULL);
	return 0;
}

/* where nothing can be read: 0, with an error or warning that names the C type, "user TYPE copy fault 0xADDR [man error::fault]" */
STP_PROBE_CODE stp_i64 stp_fn_user_number(struct stp_ctx *c, stp_i64 addr, stp_i64 size)
{
	stp_i64 v;

	(void)c;
	return mem_number(addr, size, FROM_USER, &v) ? 0 : v;
}

struct type_fault {
	char before[48];
};

static void name_type_fault(struct type_fault *f, struct stp_str type)
{
	struct stp_out o;

	stp_out_buffer(&o, f->before, sizeof(f->before) - 1);
	stp_put(&o, "user ", 5);
	stp_put(&o, type.p, type.len);
	stp_put(&o, " copy fault", 11);
	f->before[o.len] = 0;
}

STP_PROBE_CODE stp_i64 stp_fn_user_number_error(struct stp_ctx *c, stp_i64 addr, stp_i64 size, struct stp_str type)
{
	struct type_fault f;
	stp_i64 v;

	if (!mem_number(addr, size, FROM_USER, &v))
		return v;
	name_type_fault(&f, type);
	stp_error_at(c, f.before, (stp_u64)addr, " [man error::fault]", NULL);
	return 0;
}

STP_PROBE_CODE stp_i64 stp_fn_user_number_warn(struct stp_ctx *c, stp_i64 addr, stp_i64 size, struct stp_str type)
{
	struct type_fault f;
	stp_i64 v;

	(void)c;
	if (!mem_number(addr, size, FROM_USER, &v))
		return v;
	name_type_fault(&f, type);
	warn_fault(f.before, addr);
	return 0;
}
