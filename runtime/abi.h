/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that generated code sees of the runtime. Compiles without any kernel header, and after them (embedded C), under gnu89 and gnu11.
 * A script object touches no kernel symbol and no per-CPU variable: everything comes through the context or a call declared here.
 * Source: runtime/core unless a line says otherwise. Functions that can fail set ctx->error and return 0/NULL/an empty view.
 *
 * Generated code must define STP_MAXSTRINGLEN before including this; the runtime itself does not and takes it from the script's tunables.
 */
#ifndef STP_ABI_H
#define STP_ABI_H

typedef long long stp_i64;
typedef unsigned long long stp_u64;
typedef unsigned int stp_u32;
typedef unsigned short stp_u16;
typedef unsigned char stp_u8;

#define STP_LIKELY(x) __builtin_expect(!!(x), 1)
#define STP_UNLIKELY(x) __builtin_expect(!!(x), 0)

#define STP_UNUSED __attribute__((unused))
#define STP_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#ifdef STP_MAXSTRINGLEN
#define STP_SLOT_ROOM STP_MAXSTRINGLEN
#else
#define STP_SLOT_ROOM
#endif

/* ---- strings: a view never holds a NUL, is not terminated, and lives as long as what it looks at ------------------------------ */

struct stp_str {
	const char *p;
	stp_u32 len;
};
#define STP_LIT(text) ((struct stp_str){ (text), sizeof(text) - 1 }) /* codegen guarantees: no NUL inside */

struct stp_slot { /* owned string: local, argument, return value, global, temporary. Always NUL-terminated */
	stp_u32 len;
	char b[STP_SLOT_ROOM]; /* MAXSTRINGLEN bytes, with the NUL */
};

static inline struct stp_str stp_view(const struct stp_slot *s)
{
	struct stp_str v;

	v.p = s->b;
	v.len = s->len;
	return v;
}

static inline struct stp_str stp_cstr(const char *text) /* a view of C text, for embedded C */
{
	struct stp_str v = { text, 0 };

	while (text[v.len])
		v.len++;
	return v;
}
static inline void stp_slot_clear(struct stp_slot *s)
{
	s->len = 0;
	s->b[0] = 0;
}

/* ---- the context: one per (CPU, level); a handler owns it while it runs ------------------------------------------------------------ */

enum stp_error_kind {
	STP_OK = 0,
	STP_SOFT = 1,	/* catchable: text in ctx->errbuf */
	STP_ACTION = 2, /* MAXACTION exceeded: reported as an error, not catchable */
	STP_ABORT = 3,	/* abort(), skip: silent, not catchable */
};

struct stp_out { /* text under construction: ctx->out, or a string for sprintf */
	char *p;
	stp_u32 len, cap; /* beyond cap: cut (strings) or flushed (ctx->out) */
	struct stp_ctx *flush; /* not NULL: the stream */
};

struct stp_ctx {
	/* what generated code touches */
	stp_i64 actions;	       /* left in this hit */
	stp_u32 error;		       /* enum stp_error_kind */
	stp_u32 nesting;	       /* calls of recursive functions left */
	void *cells;		       /* struct g_cells of the script: this (CPU, level)'s commutative scalars */
	void **map_cells;	       /* by stp_map id: this (CPU, level)'s cells, indexed by node */
	char *frame;		       /* next free byte of the string-slot stack */
	char *frame_end;
	const void *regs;	       /* struct pt_regs, NULL if this probe has none */
	const stp_u64 *args;	       /* tracepoint arguments */
	stp_u64 *saved;		       /* values saved at function entry (numbers), NULL outside .return */
	const struct stp_probe *probe;
	struct stp_out out;
	const char *where;	       /* "operator '/' at x.stp:1:2" of the pending error, NULL = not known yet */
	struct stp_slot *token;	       /* tokenize(): the text; MAXSTRINGLEN bytes … */
	stp_u32 token_at;	       /* … and how much of it is done */
	struct stp_matched *matched;   /* with stp_script.match_words */
	stp_u32 next;		       /* an overloaded function executed `next`: its caller clears this and tries the following one. 0 at entry */
	/* the runtime's own follows: core/context.h */
};

static inline int stp_failed(const struct stp_ctx *c) { return STP_UNLIKELY(c->error != STP_OK); }

/* charges n actions; nonzero (and an error) when the budget is used up */
int stp_actions_exceeded(struct stp_ctx *c);
static inline int stp_act(struct stp_ctx *c, stp_u32 n)
{
	c->actions -= n;
	return STP_UNLIKELY(c->actions < 0) ? stp_actions_exceeded(c) : 0;
}

/*
 * Charges for long work: n units of some thousand instructions each, in full where interrupts are off, a sixteenth of it where they are on.
 * Before the work is done: what fails is left undone, and so is all long work that comes after in this hit. Nonzero as stp_act().
 */
int stp_long(struct stp_ctx *c, stp_u32 n);

void stp_error(struct stp_ctx *c, const char *text, const char *where);		 /* soft error; text is static */
void stp_error_str(struct stp_ctx *c, struct stp_str text, const char *where);	 /* error("…") */
void stp_error_where(struct stp_ctx *c, const char *where);			 /* names the place if none is known; keeps the first */
void stp_error_caller(struct stp_ctx *c, const char *where);			 /* " (called from …)" */
/* catch: clears a soft error and gives its text; 0 if it cannot be caught. msg may be NULL */
int stp_catch(struct stp_ctx *c, struct stp_slot *msg);

/* frames: string slots of a function or handler */
void *stp_frame_fail(struct stp_ctx *c);
static inline void *stp_frame_push(struct stp_ctx *c, stp_u32 bytes) /* NULL and "MAXNESTING exceeded"; bytes is a multiple of 8 */
{
	char *f = c->frame;

	if (STP_UNLIKELY((stp_u64)(c->frame_end - f) < bytes))
		return stp_frame_fail(c);
	c->frame = f + bytes;
	return f;
}
static inline void stp_frame_pop(struct stp_ctx *c, stp_u32 bytes) { c->frame -= bytes; }
/* around each call of a recursive function: counts nesting and checks the kernel stack; nonzero = error is set */
int stp_recurse(struct stp_ctx *c);
static inline void stp_recurse_end(struct stp_ctx *c) { c->nesting++; }

/* ---- arithmetic that needs care ------------------------------------------------------------------------------------------------------ */

stp_i64 stp_div_error(struct stp_ctx *c, const char *where); /* "division by 0" */
static inline stp_i64 stp_div(struct stp_ctx *c, stp_i64 a, stp_i64 b, const char *where)
{
	if (STP_UNLIKELY(b == 0))
		return stp_div_error(c, where);
	return b == -1 ? (stp_i64)(0 - (stp_u64)a) : a / b;
}
static inline stp_i64 stp_mod(struct stp_ctx *c, stp_i64 a, stp_i64 b, const char *where)
{
	if (STP_UNLIKELY(b == 0))
		return stp_div_error(c, where);
	return b == -1 ? 0 : a % b;
}
static inline stp_i64 stp_shl(stp_i64 a, stp_i64 n) { return (stp_i64)((stp_u64)a << (n & 63)); }
static inline stp_i64 stp_shr(stp_i64 a, stp_i64 n) { return a >> (n & 63); }
static inline stp_i64 stp_ushr(stp_i64 a, stp_i64 n) { return (stp_i64)((stp_u64)a >> (n & 63)); }
#define STP_WRAP(a, op, b) ((stp_i64)((stp_u64)(a)op(stp_u64)(b))) /* + - * without undefined overflow */

/* ---- string operations (value/string.c) ----------------------------------------------------------------------------------------------- */

void stp_set(struct stp_ctx *c, struct stp_slot *d, struct stp_str v);	  /* d = v, cut to MAXSTRINGLEN-1; v may look into d */
void stp_append(struct stp_ctx *c, struct stp_slot *d, struct stp_str v); /* d .= v; v may look into d */
int stp_cmp(struct stp_str a, struct stp_str b);			  /* <0 0 >0, bytes */
static inline int stp_eq(struct stp_str a, struct stp_str b) { return a.len == b.len && stp_cmp(a, b) == 0; }

/* ---- regular expressions: automatons of the script, run here; each byte is read once ---------------------------------------------------- */

/*
 * A state is the place of its row in `next`. A row has a cell for each class of bytes: the state to go on in; then more, see below. States
 * below `fixed` never change the answer. classes: by byte.
 */
struct stp_regex { /* the cell at `end` of a row: 1 if the text that leads there matches */
	const stp_u8 *classes;
	const stp_u16 *next;
	stp_u16 start, fixed, end;
};
stp_i64 stp_match(struct stp_ctx *c, const struct stp_regex *re, struct stp_str v); /* value/regex.c: 1 or 0 */

/*
 * With groups: codes[] has, cell by cell as next[], what is to be remembered on the way, then at `end` and `end` + 1 what has matched there
 * if more text follows and if not. They are places in code[], 0 = nothing: moves are pairs (register, source), ended by STP_RE_NONE; matches
 * are a source for the beginning of the whole, then for beginning and end of each group.
 */
struct stp_regex_groups {
	struct stp_regex re;
	const stp_u16 *codes;
	const stp_u16 *code;
	stp_u16 start_code, ngroups; /* ngroups counts the whole as well */
};
#define STP_RE_NONE 0xffff
#define STP_RE_HERE 0xfffe /* source: where we are */
#define STP_RE_UNSET 0xffffffffu

struct stp_matched { /* the last =~ or !~ of this handler */
	stp_u32 ngroups; /* 0: there was none, or its text did not match */
	struct stp_slot *text;
	stp_u32 at[]; /* begin and end in `text` by group, STP_RE_UNSET if it took no part; behind them the automaton's registers */
};
/* value/regex_groups.c: as stp_match(), and fills c->matched */
stp_i64 stp_match_groups(struct stp_ctx *c, const struct stp_regex_groups *re, struct stp_str v);

/* ---- maps (value/map.c): one shared key table per array -------------------------------------------------------------------------------- */

struct stp_map;
struct stp_node; /* opaque; a node pointer is good until the next delete or (wrapping) insert, i.e. within one statement under its lock */

/*
 * A key is packed: each long 8 bytes, each string its length as u32, then its bytes, then zeros up to 8. Built in a frame or a local.
 */
struct stp_key {
	stp_u32 words;
	stp_u32 unused;
	stp_u64 w[]; /* enough room: see STP_KEY_ROOM */
};
#define STP_KEY_ROOM(nlongs, nstrings) (8 + 8 * (nlongs) + (nstrings) * (((STP_MAXSTRINGLEN) + 4 + 7) / 8 * 8))

#define STP_KEY(name, nlongs, nstrings)                             \
	union {                                                     \
		struct stp_key key;                                 \
		stp_u64 room[STP_KEY_ROOM(nlongs, nstrings) / 8];   \
	} name

static inline void stp_key_begin(struct stp_key *k) { k->words = 0; }
static inline void stp_key_long(struct stp_key *k, stp_i64 v) { k->w[k->words++] = (stp_u64)v; }
void stp_key_str(struct stp_ctx *c, struct stp_key *k, struct stp_str v); /* cut to MAXSTRINGLEN-1 */

struct stp_node *stp_map_find(struct stp_map *m, const struct stp_key *k);		     /* NULL if absent */
struct stp_node *stp_map_get(struct stp_ctx *c, struct stp_map *m, const struct stp_key *k); /* inserts; NULL + error when full */
struct stp_node *stp_map_find1(struct stp_map *m, stp_i64 key);				     /* the same for one long key */
struct stp_node *stp_map_get1(struct stp_ctx *c, struct stp_map *m, stp_i64 key);
void stp_map_delete(struct stp_ctx *c, struct stp_map *m, const struct stp_key *k);
void stp_map_delete1(struct stp_ctx *c, struct stp_map *m, stp_i64 key); /* one long key */
void stp_map_clear(struct stp_ctx *c, struct stp_map *m);
stp_i64 stp_node_key_long(const struct stp_map *m, const struct stp_node *n, stp_u32 i);
struct stp_str stp_node_key_str(const struct stp_map *m, const struct stp_node *n, stp_u32 i);

/* values of STORE_LOCKED/FREE maps: where they lie */
stp_i64 *stp_node_long(struct stp_map *m, struct stp_node *n);
struct stp_slot *stp_node_str(struct stp_map *m, struct stp_node *n);
struct stp_stat *stp_node_stat(struct stp_map *m, struct stp_node *n);
/* STORE_CELLS/QUIET maps: this (CPU, level)'s cell … */
void *stp_map_cell1(struct stp_ctx *c, struct stp_map *m, stp_i64 key);		       /* get + cell; NULL + error when full */
void *stp_map_cell(struct stp_ctx *c, struct stp_map *m, const struct stp_key *k);
/* … and, with exclusion or in a quiet phase: all of them together (stp_node_base_… first, then every cell) */
stp_i64 stp_node_sum(struct stp_ctx *c, struct stp_map *m, struct stp_node *n);  /* base + cells */
void stp_node_assign(struct stp_map *m, struct stp_node *n, stp_i64 v); /* clears the cells, sets the base */
void stp_node_merge(struct stp_ctx *c, struct stp_map *m, struct stp_node *n, struct stp_stat *ret);
void stp_node_clear_stat(struct stp_map *m, struct stp_node *n);

/* slices: bit i of `any` set = '*' at position i; k holds the other keys in order */
void stp_map_delete_slice(struct stp_ctx *c, struct stp_map *m, const struct stp_key *k, stp_u32 any);
int stp_map_in_slice(struct stp_ctx *c, struct stp_map *m, const struct stp_key *k, stp_u32 any);
int stp_node_matches(const struct stp_map *m, const struct stp_node *n, const struct stp_key *k, stp_u32 any);

struct stp_iter { /* foreach; survives a delete of the whole array in the body */
	struct stp_map *map;
	struct stp_node *next;
	stp_u32 generation;
	stp_i64 left; /* limit */
};
#define STP_SORT_VALUE 0 /* column; 1… = key */
#define STP_SORT_NONE (-1)
enum { STP_BY_COUNT, STP_BY_SUM, STP_BY_MIN, STP_BY_MAX, STP_BY_AVG };
/* stat_op: what aggregates are sorted by, ignored for other values. limit < 0: none. Sorting reorders the map */
void stp_iter_begin(struct stp_ctx *c, struct stp_iter *it, struct stp_map *m, int column, int dir, int stat_op, stp_i64 limit);
struct stp_node *stp_iter_next(struct stp_ctx *c, struct stp_iter *it);
/*
 * For a loop whose body sorts the same map: after stp_iter_begin(), then instead of stp_iter_next(). Loops inside each other have different
 * levels, from 1 to stp_global.levels.
 */
void stp_iter_keep(struct stp_ctx *c, struct stp_iter *it, stp_u32 level);
struct stp_node *stp_iter_next_kept(struct stp_ctx *c, struct stp_iter *it, stp_u32 level);

/* ---- aggregates (value/stat.c) --------------------------------------------------------------------------------------------------------- */

enum { STP_STAT_COUNT = 1, STP_STAT_SUM = 2, STP_STAT_MIN = 4, STP_STAT_MAX = 8, STP_STAT_AVG = 16, STP_STAT_VARIANCE = 32 };
#define STP_STAT_MERGED_VARIANCE 64 /* @variance of what stp_stat_merge() made */
enum { STP_HIST_NONE, STP_HIST_LOG, STP_HIST_LINEAR };

struct stp_stat_desc { /* static const in the script's object, one per aggregate */
	stp_u32 ops;
	stp_u32 hist;
	stp_i64 start, stop, interval;
	stp_u32 buckets; /* in all, with under- and overflow; 0 without histogram; LOG: 128 */
	stp_u32 shift;	 /* @variance's */
};

struct stp_stat {
	stp_i64 count, sum, min, max;
	stp_i64 avg_s, m2; /* @variance: Welford, shifted; in a merged one the sums of value/stat.c */
	stp_i64 hist[];	   /* buckets */
};
#define STP_STAT_BYTES(buckets) (sizeof(struct stp_stat) + 8 * (buckets))
#define STP_STAT(name, buckets)                        \
	union {                                        \
		struct stp_stat stat;                  \
		char room[STP_STAT_BYTES(buckets)];    \
	} name

void stp_stat_hist_add(struct stp_stat *s, const struct stp_stat_desc *d, stp_i64 v);
void stp_stat_var_add(struct stp_stat *s, const struct stp_stat_desc *d, stp_i64 v);
static inline void stp_stat_add(struct stp_stat *s, const struct stp_stat_desc *d, stp_i64 v) /* d constant: folds to what is needed */
{
	stp_i64 n = s->count++;

	if (d->ops & (STP_STAT_SUM | STP_STAT_AVG | STP_STAT_VARIANCE))
		s->sum = (stp_i64)((stp_u64)s->sum + (stp_u64)v);
	if ((d->ops & STP_STAT_MIN) && (n == 0 || v < s->min))
		s->min = v;
	if ((d->ops & STP_STAT_MAX) && (n == 0 || v > s->max))
		s->max = v;
	if (d->ops & STP_STAT_VARIANCE)
		stp_stat_var_add(s, d, v);
	if (d->hist != STP_HIST_NONE)
		stp_stat_hist_add(s, d, v);
}
void stp_stat_clear(struct stp_stat *s, const struct stp_stat_desc *d); /* empty again, buckets too */
/* adds src into dst, all statistics and buckets */
void stp_stat_merge(struct stp_stat *dst, const struct stp_stat *src, const struct stp_stat_desc *d);
/* op is one STP_STAT_ bit. Empty: count and sum are 0, the others raise "empty aggregate" at `where`. s may be NULL (= empty) */
stp_i64 stp_stat_get(struct stp_ctx *c, const struct stp_stat *s, const struct stp_stat_desc *d, stp_u32 op, const char *where);
stp_i64 stp_stat_bucket(struct stp_ctx *c, const struct stp_stat *s, const struct stp_stat_desc *d, stp_i64 i, const char *where); /* "histogram index out of range" */
void stp_stat_print_hist(struct stp_ctx *c, struct stp_out *o, const struct stp_stat *s, const struct stp_stat_desc *d, const char *where);

#define STP_CELL(name) __builtin_offsetof(struct g_cells, name)
/*
 * Scalars in cells: offset is offsetof(struct g_cells, NAME); exclusion or quiet phase. A long's value is its base (where `where` of its
 * stp_global points; initial values, assignments and staprun's NAME=VALUE go there) plus stp_cells_sum(), which adds up the cells alone.
 * An assignment sets the base and clears the cells. An aggregate has no base (`where` is NULL): stp_cells_merge() is all of it.
 */
stp_i64 stp_cells_sum(struct stp_ctx *c, stp_u32 offset);
void stp_cells_clear(struct stp_ctx *c, stp_u32 offset, stp_u32 bytes);
void stp_cells_merge(struct stp_ctx *c, stp_u32 offset, const struct stp_stat_desc *d, struct stp_stat *ret); /* *ret is overwritten */

/* ---- locks (core/lock.c) ------------------------------------------------------------------------------------------------------------------- */

enum { STP_LOCK_READ, STP_LOCK_WRITE, STP_LOCK_EXCLUSIVE };
struct stp_lock_need {
	stp_u32 global; /* number in stp_script.globals, ascending within a list */
	stp_u32 mode;
};
/* takes all or none; 0 = taken. Nonzero: counted as skipped, and the error is STP_ABORT */
int stp_lock(struct stp_ctx *c, const struct stp_lock_need *need, stp_u32 n);
void stp_unlock(struct stp_ctx *c, const struct stp_lock_need *need, stp_u32 n);
/* commutative handlers: marks this (CPU, level) as inside for the listed globals; 0 = go on */
int stp_inside(struct stp_ctx *c, const struct stp_lock_need *need, stp_u32 n);
void stp_outside(struct stp_ctx *c);

/* ---- printing (print/) ------------------------------------------------------------------------------------------------------------------------ */

void stp_out_string(struct stp_ctx *c, struct stp_out *o, struct stp_slot *d);	 /* o writes into slot d from its start … */
void stp_out_string_end(struct stp_out *o, struct stp_slot *d);			 /* … and d becomes a proper string */
void stp_put(struct stp_out *o, const char *p, stp_u32 n);
static inline void stp_put_str(struct stp_out *o, struct stp_str v) { stp_put(o, v.p, v.len); }
void stp_put_char(struct stp_out *o, stp_i64 v);
void stp_put_d(struct stp_out *o, stp_i64 v); /* plain %d */

enum { STP_F_ZERO = 1, STP_F_PLUS = 2, STP_F_SPACE = 4, STP_F_MINUS = 8, STP_F_ALT = 16, STP_F_PREC = 32 /* precision is given */ };
/* conv: 'd' 'u' 'o' 'x' 'X' 'p' 'c' 'b'; 'P': %p before 1.3 */
void stp_put_num(struct stp_out *o, stp_i64 v, int conv, stp_u32 flags, stp_i64 width, stp_i64 prec);
void stp_put_text(struct stp_out *o, struct stp_str v, stp_u32 flags, stp_i64 width, stp_i64 prec); /* %s */
/*
 * %m %M: memory of the kernel, or with STP_F_ALT the user's; a bad address or too many bytes are errors at `where`. A printf tests all its
 * memory before it prints its first byte: what fails prints nothing, unless the memory goes away between the two.
 */
void stp_test_mem(struct stp_ctx *c, stp_u64 addr, stp_u32 flags, stp_i64 prec, const char *where);
void stp_put_mem(struct stp_ctx *c, struct stp_out *o, stp_u64 addr, int hex, stp_u32 flags, stp_i64 width, stp_i64 prec, const char *where);

/* ---- memory and registers (access/) -------------------------------------------------------------------------------------------------------------- */

/* the value at addr, size 1 2 4 8, zero-extended; a fault raises "read fault [man error::fault] at 0xADDR" */
stp_u64 stp_load(struct stp_ctx *c, stp_u64 addr, stp_u32 size, int user, const char *where);
void stp_store(struct stp_ctx *c, stp_u64 addr, stp_u32 size, int user, stp_u64 v, const char *where);
stp_u64 stp_arg(struct stp_ctx *c, stp_u32 n, const char *where); /* n-th integer argument, from 0, by the C calling convention */
stp_u64 stp_retval(struct stp_ctx *c, const char *where);
/* the register at that place in struct pt_regs: as the hit found it, or (user) as the program left it */
stp_u64 stp_register(struct stp_ctx *c, stp_u32 offset, int user, const char *where);
static inline stp_u64 stp_trace_arg(struct stp_ctx *c, stp_u32 n) { return c->args[n]; }

/* ---- what the script's object lists ------------------------------------------------------------------------------------------------------------------ */

enum { STP_LONG = 1, STP_STRING = 2, STP_STATS = 3 };
enum { STP_G_CELLS = 1, STP_G_QUIET = 2, STP_G_FREE = 4, STP_G_WRAP = 8, STP_G_PRIVATE = 16 /* not settable by name */ };

struct stp_global {
	const char *name;
	stp_u8 type;
	stp_u8 nkeys;	    /* 0 = scalar */
	stp_u8 key[9];	    /* STP_LONG, STP_STRING */
	stp_u8 flags;
	stp_u32 maxentries; /* 0 = MAXMAPENTRIES */
	void *where;	    /* stp_i64 *, struct stp_slot *, struct stp_stat *, or struct stp_map ** (filled by the runtime, ids in list order) */
	const struct stp_stat_desc *stat;
	stp_u32 cell_offset; /* scalar in cells: in struct g_cells */
	stp_u32 levels;	     /* array: of loops that keep their place, see stp_iter_keep() */
};

struct stp_probe {
	void (*handler)(struct stp_ctx *c);
	const char *pp, *pn;	 /* resolved text, script-level name */
	const char *func;	 /* function name of the site, "" if it has none */
	const char *where;	 /* FILE:L:C of `probe` */
	stp_u32 index;
	stp_u32 flags;
	stp_u32 condition; /* 0 = none, or 1 + index in stp_script.conditions */
};
enum { STP_P_OPTIONAL = 1 };

/*
 * `probe P if (expr)`. The handler tests it again: this is for attaching, and detaching. Handlers that change what it reads evaluate it once
 * more at their end, under the locks that they hold.
 */
struct stp_condition {
	stp_i64 (*holds)(struct stp_ctx *c);
	stp_u32 on;	     /* as it was last evaluated; any context */
	stp_u32 armed;	     /* its probes are attached; process context */
	unsigned long since; /* jiffies: off from then; 0 = never on */
};
/* what handlers ask first: what they would find false under their locks needs no locks */
static inline int stp_is_off(const struct stp_condition *k) { return !*(const volatile stp_u32 *)&k->on; }
void stp_recheck(struct stp_ctx *c, struct stp_condition *k); /* evaluates; probes are attached or detached soon */

struct stp_row_begin {
	stp_u32 probe;
	stp_u32 kind; /* enum stp_begin_kind */
	stp_i64 priority; /* rows are sorted by kind, then priority, then source order */
};
enum stp_begin_kind { STP_BEGIN, STP_END, STP_ERROR_PROBE };

struct stp_row_timer {
	stp_u32 probe;
	stp_u32 in_jiffies;
	stp_u64 interval; /* ns, or jiffies */
	stp_u64 random;	  /* uniform in [-random, +random] */
};

#define STP_NO_PROBE 0xffffffffu
struct stp_row_function { /* one per (module, symbol): the probes of entry and return share a registration */
	const char *symbol, *module; /* module NULL = vmlinux */
	const stp_u32 *entry, *ret;  /* probe numbers, nentry and nret of them */
	stp_u32 nentry, nret;
	stp_u32 request;	     /* number of its "symbol" line in .stap_info */
	stp_u32 nsaved;		     /* 8-byte slots kept per call from entry to return; the first STP_LOST_WORDS(nret) of them are the runtime's */
	stp_u32 maxactive;	     /* 0 = default */
	void (*const *save)(struct stp_ctx *c); /* by return probe: runs at entry, fills c->saved; 0 = keeps nothing. NULL: none does */
};
/* a bit for each of several return probes whose save() failed; where there is one alone, no return is seen of such a call */
#define STP_LOST_WORDS(nret) ((nret) > 1 ? ((nret) + 63) / 64 : 0)

struct stp_row_tracepoint {
	const char *name;
	void *callback; /* void (*)(void *data, <exact prototype>), calls stp_tracepoint_hit(data, args) */
	stp_u32 probe;
};
void stp_tracepoint_hit(void *data, const stp_u64 *args); /* data: what the runtime registered with */

struct stp_family; /* the runtime's: core/family.h */
struct stp_family_use {
	const struct stp_family *family;
	const void *rows;
	stp_u32 nrows;
};

struct stp_tunables {
#define TUNABLE(name, field, def, least, greatest) stp_i64 field;
#include "uapi/tunables.def"
#undef TUNABLE
};

struct stp_values; /* the runtime's: value/value.h */
extern const struct stp_values stp_values;

struct stp_timing; /* the runtime's: core/timing.h */
extern const struct stp_timing stp_timing;
struct stp_arming; /* the runtime's: core/arming.h */
extern const struct stp_arming stp_arming;

struct stp_script { /* the one symbol that the runtime takes from the script's object: stp_script */
	stp_u32 abi_version;
	stp_u32 flags;
	const char *name;	   /* of the script, for the log line */
	const struct stp_global *globals;
	const struct stp_probe *probes;
	const struct stp_family_use *families; /* in start order */
	const struct stp_values *values;       /* &stp_values if nmaps or cells_bytes is not 0, else NULL: that part is then not linked */
	struct stp_condition *conditions;
	const struct stp_arming *arming;       /* &stp_arming if there are conditions, else NULL */
	const struct stp_timing *timing;       /* &stp_timing with -t or -D STP_ALIBI, else NULL */
	const char *const *origins;	       /* with `timing`, by probe: " from: POINT" for each step from the script's text to the probe */
	stp_u32 nglobals, nprobes, nfamilies, nmaps, nconditions;
	stp_u32 cells_bytes;	   /* sizeof(struct g_cells) */
	stp_u32 frame_bytes;	   /* string-slot stack of one context: the greatest need of any handler and of the recursion allowed */
	stp_u32 match_words;	   /* stp_matched.at: the greatest need of any expression; 0 if nobody asks for groups */
	stp_u32 nesting;	   /* MAXNESTING in force */
	stp_u32 stack_bytes;	   /* kernel stack that the deepest non-recursive call chain needs */
	struct stp_tunables tun;
};
extern const struct stp_script stp_script;
enum {
	STP_S_BULK = 1,
	STP_S_SKIP_BADVARS = 2, /* a fault in stp_load() gives 0, no error */
	STP_S_ALIBI = 4,	/* hits are counted, handlers are empty */
	STP_S_NSECS = 8,	/* -t in nanoseconds */
	STP_S_FORCE_TTY = 16,	/* -t reports although standard output is no terminal */
};

#define STP_FAMILY_DECL(name) extern const struct stp_family stp_family_##name
#define FAMILY(name) STP_FAMILY_DECL(name);
#include "uapi/families.def"
#undef FAMILY

/* handlers that only make commutative updates name their globals here, others their locks; both by stp_lock()/stp_inside() in the body */

/*
 * Builtins of the tapset live in runtime/builtin/. A tapset function whose embedded C holds the pragma comment `builtin` (or
 * `builtin:NAME` where the runtime's name differs, as with overloads) makes generated code declare and call
 *   stp_i64 stp_fn_NAME(struct stp_ctx *c, args…)                     for a long (arguments are stp_i64 and struct stp_str)
 *   void stp_fn_NAME(struct stp_ctx *c, struct stp_slot *ret, args…)  for a string
 *   void stp_fn_NAME(struct stp_ctx *c, args…)                        without a value
 */

#endif
