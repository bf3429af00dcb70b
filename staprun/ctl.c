/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One message per read and per write; nothing is ever cut or joined. Shared by staprun, its guard and stapio. */
#include "staprun/ctl.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

int ctl_send(int ctl, unsigned type, const void *body, size_t len)
{
	char buf[STP_CTL_MAX];
	struct stp_msg head = { type, (unsigned)len };

	if (len > sizeof(buf) - sizeof(head)) {
		errno = EMSGSIZE;
		return -1;
	}
	memcpy(buf, &head, sizeof(head));
	if (len)
		memcpy(buf + sizeof(head), body, len);
	for (;;) {
		struct pollfd p = { .fd = ctl, .events = POLLOUT };
		ssize_t n = write(ctl, buf, sizeof(head) + len);

		if (n >= 0)
			return 0;
		if (errno == EAGAIN)
			poll(&p, 1, 100);
		else if (errno != EINTR)
			return -1;
	}
}

int ctl_receive(int ctl, struct ctl_msg *ret)
{
	char buf[STP_CTL_MAX];
	ssize_t n;

	do
		n = read(ctl, buf, sizeof(buf));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? 0 : -1;
	if (n == 0) {
		errno = 0;
		return -1;
	}
	if ((size_t)n < sizeof(ret->head)) {
		errno = EPROTO;
		return -1;
	}
	memcpy(&ret->head, buf, sizeof(ret->head));
	if (ret->head.len != (size_t)n - sizeof(ret->head)) {
		errno = EPROTO;
		return -1;
	}
	memset(ret->body, 0, sizeof(struct stp_msg_counts)); /* a short body reads as zeros */
	memcpy(ret->body, buf + sizeof(ret->head), ret->head.len);
	ret->body[ret->head.len] = 0;
	return 1;
}

const char *ctl_name(unsigned type)
{
	switch (type) {
#define CTL(name, value, from, who, when) \
	case value: return #name;
#include "runtime/uapi/ctl.def"
#undef CTL
	default: return "?";
	}
}
