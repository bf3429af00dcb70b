/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only place that reads and writes memory at addresses that a script computes: by the kernel's own fault-safe copies, which check the
 * address and never sleep. Any context. A fault is a soft error with the address.
 */
#include "access/access.h"

#include <linux/uaccess.h>
#include <linux/mm.h>

static STP_PROBE_CODE void load_fault(struct stp_ctx *c, const char *what, stp_u64 addr, const char *where)
{
	static const char digits[] = "0123456789abcdef";
	char text[64];
	stp_u32 n = strlen(what);
	int shift = 60;

	memcpy(text, what, n);
	while (shift && !(addr >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		text[n++] = digits[addr >> shift & 15];
	stp_error_str(c, (struct stp_str){ text, n }, where);
}

STP_PROBE_CODE int stp_read_mem(void *dst, stp_u64 addr, stp_u32 n, int user)
{
	long err;

	if (user)
		err = copy_from_user_nofault(dst, (const void __user *)(unsigned long)addr, n);
	else
		err = copy_from_kernel_nofault(dst, (const void *)(unsigned long)addr, n);
	return err ? -EFAULT : 0;
}

stp_u32 stp_page_size(void)
{
	return PAGE_SIZE;
}

STP_PROBE_CODE stp_u64 stp_load(struct stp_ctx *c, stp_u64 addr, stp_u32 size, int user, const char *where)
{
	union {
		stp_u8 b;
		stp_u16 h;
		stp_u32 w;
		stp_u64 d;
	} v;

	if (STP_UNLIKELY(stp_read_mem(&v, addr, size, user))) {
		if (!(stp_script.flags & STP_S_SKIP_BADVARS))
			load_fault(c, "read fault [man error::fault] at 0x", addr, where);
		return 0;
	}
	switch (size) {
	case 1:
		return v.b;
	case 2:
		return v.h;
	case 4:
		return v.w;
	default:
		return v.d;
	}
}

/*
 * The kernel exports no fault-safe store to its own memory, but the macro that it makes one of: a store with an entry in the table of
 * exceptions. The load before it refuses addresses that are not the kernel's, at which such a store would not be forgiven.
 */
static STP_PROBE_CODE int store_kernel(stp_u64 addr, stp_u32 size, stp_u64 v)
{
	void *to = (void *)(unsigned long)addr;
	stp_u64 was;

	if (copy_from_kernel_nofault(&was, to, size))
		return -EFAULT;
	pagefault_disable();
	switch (size) { /* little endian */
	case 1:
		__put_kernel_nofault(to, &v, stp_u8, fault);
		break;
	case 2:
		__put_kernel_nofault(to, &v, stp_u16, fault);
		break;
	case 4:
		__put_kernel_nofault(to, &v, stp_u32, fault);
		break;
	default:
		__put_kernel_nofault(to, &v, stp_u64, fault);
		break;
	}
	pagefault_enable();
	return 0;
fault:
	pagefault_enable();
	return -EFAULT;
}

STP_PROBE_CODE void stp_store(struct stp_ctx *c, stp_u64 addr, stp_u32 size, int user, stp_u64 v, const char *where)
{
	int err;

	if (user)
		err = copy_to_user_nofault((void __user *)(unsigned long)addr, &v, size) ? -EFAULT : 0; /* little endian */
	else
		err = store_kernel(addr, size, v);
	if (err && !(stp_script.flags & STP_S_SKIP_BADVARS))
		load_fault(c, "write fault [man error::fault] at 0x", addr, where);
}
