/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of -o: their names, the change to the next one, and which are removed again. */
#ifndef STP_STAPRUN_OUTFILE_H
#define STP_STAPRUN_OUTFILE_H

struct outfile_rules {
	const char *pattern; /* strftime(3); NULL = standard output */
	int size_mb;	     /* -S: a file holds no more than that; 0 = no limit, and the first file has no number */
	unsigned keep;	     /* -S: so many files stay; 0 = all */
};

struct outfile {
	const struct outfile_rules *rules; /* NULL = standard output */
	unsigned long number;		   /* of the file that is written */
	unsigned long long room;	   /* bytes that it still takes */
	char **kept;			   /* names of the last `keep` files, by number */
	char path[4096];
	int dir; /* of the last path, opened once; -1 = none */
	char dir_name[4096];
};

/* opens the first file. Its descriptor, or -1 after a message */
int outfile_open(struct outfile *f, const struct outfile_rules *rules);
/*
 * Opens the next file and removes the oldest if there are too many. -1 after a message: the old descriptor is still to be used. The
 * caller closes that otherwise
 */
int outfile_next(struct outfile *f);

#endif
