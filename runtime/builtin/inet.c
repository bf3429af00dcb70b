// SPDX-License-Identifier: GPL-2.0-or-later
/* Byte order and addresses of the Internet: inet.stp, ip.stp. Contexts: any. */
#include "builtin/builtin.h"

#include "print/print.h"

/* host to network order and back is the same act; on a machine that is in network order nothing changes */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define INET_SWAP(bits, v) (v)
#else
#define INET_SWAP(bits, v) __builtin_bswap##bits(v)
#endif

STP_PROBE_CODE stp_i64 stp_fn_bswap16(struct stp_ctx *c, stp_i64 v)
{
	(void)c;
	return INET_SWAP(16, (stp_u16)v);
}

STP_PROBE_CODE stp_i64 stp_fn_bswap32(struct stp_ctx *c, stp_i64 v)
{
	(void)c;
	return INET_SWAP(32, (stp_u32)v);
}

STP_PROBE_CODE stp_i64 stp_fn_bswap64(struct stp_ctx *c, stp_i64 v)
{
	(void)c;
	return (stp_i64)INET_SWAP(64, (stp_u64)v);
}

static void put_dotted(struct stp_out *o, const stp_u8 *p)
{
	stp_u32 i;

	for (i = 0; i < 4; i++) {
		stp_put_d(o, p[i]);
		if (i < 3)
			stp_put(o, ".", 1);
	}
}

STP_PROBE_CODE void stp_fn_ip_ntop(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr)
{
	stp_u32 v = (stp_u32)addr; /* in network order: its bytes in memory are the address's */
	struct stp_out o;

	stp_out_string(c, &o, ret);
	put_dotted(&o, (const stp_u8 *)&v);
	stp_out_string_end(&o, ret);
}

/* where the longest run of at least two zero groups begins, and its length; the first of equals */
static stp_u32 longest_zeros(const stp_u16 *group, stp_u32 n, stp_u32 *ret_len)
{
	stp_u32 i, len = 0, best = 0;

	*ret_len = 1;
	for (i = 0; i <= n; i++) {
		if (i < n && !group[i]) {
			len++;
			continue;
		}
		if (len > *ret_len) {
			*ret_len = len;
			best = i - len;
		}
		len = 0;
	}
	if (*ret_len < 2)
		*ret_len = 0;
	return best;
}

/* as RFC 5952 says: no leading zeros, the longest run of zeros as ::, IPv4-mapped ones with their dotted quad */
static void put_ip6(struct stp_out *o, const stp_u8 *p)
{
	stp_u32 i, n = 8, zeros, len;
	stp_u16 group[8];

	for (i = 0; i < 8; i++)
		group[i] = (stp_u16)(p[2 * i] << 8 | p[2 * i + 1]);
	if (!group[0] && !group[1] && !group[2] && !group[3] && !group[4] && group[5] == 0xffff)
		n = 6;
	zeros = longest_zeros(group, n, &len);
	for (i = 0; i < n; i++) {
		if (len && i == zeros) {
			stp_put(o, "::", 2);
			i += len - 1;
			continue;
		}
		if (i && !(len && i == zeros + len))
			stp_put(o, ":", 1);
		stp_put_hex(o, group[i]);
	}
	if (n == 6) {
		stp_put(o, ":", 1);
		put_dotted(o, p + 12);
	}
}

/* addr: of a struct in6_addr in the kernel */
STP_PROBE_CODE void stp_fn_ip6_ntop(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr)
{
	struct stp_out o;
	stp_u8 p[16];

	if (stp_read_mem(p, (stp_u64)addr, sizeof(p), 0)) {
		stp_error_at(c, "read fault [man error::fault] at", (stp_u64)addr, "", NULL);
		return;
	}
	stp_out_string(c, &o, ret);
	put_ip6(&o, p);
	stp_out_string_end(&o, ret);
}
