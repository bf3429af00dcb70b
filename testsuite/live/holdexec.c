/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * holdexec FILE: whoever executes FILE next is held in the middle of it until our standard input ends. Says "ready", then "held". For helper.sh.
 */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <stdio.h>
#include <sys/fanotify.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int fd = fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC, O_RDONLY | O_CLOEXEC);
	struct fanotify_event_metadata event;
	struct fanotify_response answer = { .response = FAN_ALLOW };
	char c;

	if (argc != 2 || fd < 0 || fanotify_mark(fd, FAN_MARK_ADD, FAN_OPEN_EXEC_PERM, AT_FDCWD, argv[1]) < 0) {
		perror("holdexec");
		return 1;
	}
	puts("ready");
	fflush(stdout);
	if (read(fd, &event, sizeof(event)) != sizeof(event))
		return 1;
	puts("held");
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	answer.fd = event.fd;
	return write(fd, &answer, sizeof(answer)) == sizeof(answer) ? 0 : 1;
}
