/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which symbols a module may import, with the CRC that the kernel checks. The list is searched as it lies in the file, by halving.
 */
#include "kit/exports.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b)
{
	/* "0xCRC\tNAME": the name is behind the first tab */
	const char *x = strchr(*(const char *const *)a, '\t'), *y = strchr(*(const char *const *)b, '\t');

	return strcmp(x ? x + 1 : "", y ? y + 1 : "");
}

static void convert_line(char *line, struct buf *ret)
{
	char *field[5] = { line, NULL, NULL, NULL, NULL };

	for (int i = 1; i < 5 && field[i - 1]; i++) {
		field[i] = strchr(field[i - 1], '\t');
		if (field[i])
			*field[i]++ = '\0';
	}
	if (!field[2])
		return;
	buf_printf(ret, "%s %s %s %s\n", field[0], field[1], field[2], field[4] && *field[4] ? field[4] : "-");
}

void exports_convert(char *symvers, struct buf *ret)
{
	size_t n = 0, k = 0;
	char **lines;

	for (const char *p = symvers; *p; p++)
		n += *p == '\n';
	lines = malloc((n + 1) * sizeof(*lines));
	BUG_IF(!lines, "out of memory");
	for (char *line = strtok(symvers, "\n"); line && k <= n; line = strtok(NULL, "\n"))
		lines[k++] = line;
	/* names end at a tab, so sort before the fields are cut: a tab sorts before every character of a name */
	qsort(lines, k, sizeof(*lines), by_name);
	for (size_t i = 0; i < k; i++)
		convert_line(lines[i], ret);
	free(lines);
}

static bool parse(const char *line, const char *end, struct export *ret)
{
	const char *a = memchr(line, ' ', (size_t)(end - line));
	const char *b = a ? memchr(a + 1, ' ', (size_t)(end - a - 1)) : NULL;
	const char *c = b ? memchr(b + 1, ' ', (size_t)(end - b - 1)) : NULL;

	if (!c)
		return false;
	*ret = (struct export){ .crc = strtoul(line, NULL, 16),
				.name = a + 1,
				.name_len = (size_t)(b - a - 1),
				.module = b + 1,
				.module_len = (size_t)(c - b - 1),
				.namespace = c + 1,
				.namespace_len = (size_t)(end - c - 1) };
	if (ret->namespace_len == 1 && *ret->namespace == '-')
		ret->namespace_len = 0;
	return true;
}

static int compare(const char *name, const struct export *e)
{
	size_t n = strlen(name), shorter = n < e->name_len ? n : e->name_len;
	int order = memcmp(name, e->name, shorter);

	return order ? order : (n > e->name_len) - (n < e->name_len);
}

bool exports_find(const char *text, size_t len, const char *name, struct export *ret)
{
	size_t low = 0, high = len;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const char *end;
		int order;

		while (mid > low && text[mid - 1] != '\n')
			mid--;
		end = memchr(text + mid, '\n', len - mid);
		if (!end || !parse(text + mid, end, ret))
			return false;
		order = compare(name, ret);
		if (order == 0)
			return true;
		if (order < 0)
			high = mid;
		else
			low = (size_t)(end - text) + 1;
	}
	return false;
}
