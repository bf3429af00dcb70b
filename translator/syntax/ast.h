/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tree of a script. Made by parse_*.c in the session's arena, annotated and rewritten in place by sema/, read by codegen/.
 * Which pass fills what is said at each field: (parse), (sema). Names are interned: compare pointers.
 */
#ifndef STP_SYNTAX_AST_H
#define STP_SYNTAX_AST_H

#include "base/vec.h"
#include "syntax/source.h"

struct type;	 /* types/type.h */
struct plan;	 /* types/plan.h */
struct provider; /* probe/provider.h */
struct regex_dfa; /* regex/regex.h */
struct ast_file;
struct block;

/* ---- value types ------------------------------------------------------------------------------------------------------------ */

enum value_type { VT_UNKNOWN, VT_LONG, VT_STRING, VT_STATS, VT_VOID /* function without a value */, VT_ERROR /* poisoned: say nothing more */ };

/* ---- operators: one row each in op.def ---------------------------------------------------------------------------------------- */

enum op_kind { OPK_ARITH, OPK_BITS, OPK_SHIFT, OPK_COMPARE, OPK_LOGIC, OPK_CONCAT, OPK_UNARY, OPK_CREMENT, OPK_ASSIGN };

enum op {
#define OP(id, text, kind, prec, assign_of) id,
#include "syntax/op.def"
#undef OP
	OP_NOPS
};

struct op_info {
	const char *text;
	enum op_kind kind;
	int prec;	  /* reference/language.md 10, 1 = loosest */
	enum op assign_of; /* OP_ADD for +=; OP_NOPS for plain = and everything else */
};
extern const struct op_info op_info[];

/* ---- variables and functions --------------------------------------------------------------------------------------------------- */

#define MAX_KEYS 9

enum stat_op { STAT_COUNT, STAT_SUM, STAT_MIN, STAT_MAX, STAT_AVG, STAT_VARIANCE, STAT_NOPS };
enum hist_kind { HIST_NONE, HIST_LOG, HIST_LINEAR };

struct stat_params {	     /* (sema) what of an aggregate is extracted anywhere */
	unsigned ops;	     /* 1 << enum stat_op */
	enum hist_kind hist;
	int64_t start, stop, interval;
	int shift;	     /* @variance's */
	const struct token *hist_tok;
};

/* how a global is kept at run time; decided by sema/locks.c (design.md 6) */
enum storage {
	STORE_LOCKED, /* ordinary: shared value under the variable's reader/writer lock */
	STORE_CELLS,  /* commutative: a cell per (CPU, level); readers need exclusion */
	STORE_QUIET,  /* as CELLS, and read or reset only by begin/end/error handlers: no exclusion at all */
	STORE_FREE,   /* written only before/after all other probes: no lock */
};

struct vardecl {
	const char *name;
	const struct token *tok;
	const struct ast_file *file; /* (parse) globals only */
	bool global, private_, synthetic;
	bool wrap;		     /* % */
	int64_t maxsize;	     /* [N]; 0 = none given */
	struct expr *init;	     /* (parse) literal or NULL */
	enum value_type type;	     /* (sema) or declared */
	bool type_declared;
	const struct token *type_tok;  /* (sema) where the type was first inferred */
	unsigned argument;	       /* (sema) of a parameter: it is that of a call's argument, this one from 1; 0 = by its use */
	int arity;		     /* -1 unknown, 0 scalar, 1…9 array */
	const struct token *arity_tok;
	enum value_type key[MAX_KEYS]; /* (sema) */
	const struct token *key_tok[MAX_KEYS];
	struct type *ctype;	     /* (sema) type details of the value, NULL = none */
	struct stat_params stat;     /* (sema) */
	unsigned levels;	     /* (sema) of an array: the greatest foreach_.level over it */
	enum storage storage;	     /* (sema) */
	unsigned read;		     /* (sema) how many times in reachable code */
	bool written;		     /* (sema) anywhere in reachable code */
	bool indexes_written;	     /* (sema) it stands in an index of an element that is written: what is wanted there says its type */
	unsigned index;		     /* (sema) in program.globals, or in the owner's locals */
	const char *cname;	     /* (codegen) */
};
struct vardecls { struct vardecl **v; size_t n, cap; };

/* pragma comments of embedded C (reference/language.md 17) */
enum pragma {
	PRAGMA_PURE = 1 << 0, PRAGMA_STABLE = 1 << 1, PRAGMA_UNPRIVILEGED = 1 << 2, PRAGMA_MYPROC = 1 << 3, PRAGMA_GURU = 1 << 4,
	PRAGMA_UNMANGLED = 1 << 5, PRAGMA_UNMODIFIED = 1 << 6, PRAGMA_STRING = 1 << 7, PRAGMA_SUFFIX = 1 << 8, PRAGMA_SYMBOLS = 1 << 9,
	PRAGMA_UNWIND = 1 << 10, PRAGMA_VMA = 1 << 11, PRAGMA_LINES = 1 << 12, PRAGMA_UPROBES = 1 << 13, PRAGMA_DFA = 1 << 14,
	PRAGMA_BPF = 1 << 16,
	PRAGMA_BUILTIN = 1 << 15, /* ours: the runtime has this function, stp_fn_NAME (runtime/abi.h) */
};

struct embedded {
	const struct token *tok; /* tok->text is the C */
	unsigned pragmas;
	const char *builtin;	 /* PRAGMA_BUILTIN: the runtime function without "stp_fn_"; NULL = the function's own name */
	VEC(const char *) reads, writes;	 /* pragma:read:G, pragma:write:G names */
	VEC(struct vardecl *) rvars, wvars;	 /* (sema) the globals themselves */
};

struct funcdecl {
	const char *name;
	const struct token *tok;
	const struct ast_file *file;
	bool private_, synthetic, versioned;
	int64_t priority;	 /* user 0, library 1, or as given */
	struct vardecls formals;
	struct vardecls locals;	 /* (sema) without formals */
	enum value_type type;	 /* declared or (sema); VT_VOID if none */
	bool type_declared;
	const struct token *type_tok;
	struct type *ctype;
	struct block *body;	 /* or … */
	struct embedded *embedded;
	bool recursive;		 /* (sema) in a cycle of the call graph */
	bool impure;		 /* (sema, not under -u) somebody can see that it was called */
	bool may_next;		 /* (sema) contains next / STAP_NEXT */
	struct rwset *rw;	 /* (sema) what it and its callees read and write: sema/program.h */
	unsigned index;		 /* (sema) in program.functions */
	const char *cname;	 /* (codegen) */
};

/* ---- expressions ------------------------------------------------------------------------------------------------------------------ */

enum expr_kind {
	EX_NUMBER, EX_STRING, EX_EMBEDDED,
	EX_VAR,	      /* scalar or whole array by name */
	EX_INDEX,     /* a[i,…]; an index may be NULL = '*' (only in `in`, delete, foreach slices); base may be a histogram */
	EX_CALL,
	EX_UNARY,     /* op: OP_NEG OP_PLUS OP_NOT OP_BITNOT */
	EX_BINARY,    /* arithmetic, bits, shifts, comparison, && and || */
	EX_CONCAT,
	EX_REGEX,     /* a =~ "re"; negate for !~ */
	EX_IN,	      /* array: an EX_INDEX */
	EX_TERNARY,
	EX_ASSIGN,    /* op: OP_ASSIGN OP_AGG OP_ADD_ASSIGN … */
	EX_CREMENT,   /* op: OP_INC OP_DEC */
	EX_PRINT, EX_STAT, EX_HIST,
	EX_TARGET,    /* $x, @var, @cast, autocast: with components; replaced by sema */
	EX_DEFINED, EX_ENTRY, EX_PROBEWRITE, EX_PERF, EX_CONST, EX_ENUM, EX_ENUMNAME, EX_REGISTER, EX_DEREF,
	EX_ACCESS,    /* (sema) a resolved target: a plan and the expressions that it needs */
	EX_SAVED,     /* (sema) slot of values saved at function entry, read in a .return handler */
	EX_ERROR,     /* poisoned */
};

enum comp_kind { COMP_MEMBER, COMP_INDEX, COMP_PRETTY /* $ */, COMP_PRETTY2 /* $$ */ };
struct component {
	enum comp_kind kind;
	const struct token *tok;
	const char *member;
	struct expr *index; /* COMP_INDEX */
};

enum target_base { TARGET_CONTEXT /* $name, $$name */, TARGET_ATVAR, TARGET_CAST, TARGET_EXPR /* autocast */ };

enum print_kind { PRINT_PRINT, PRINT_PRINTD, PRINT_PRINTF, PRINT_CHAR };

enum fmt_conv { FMT_LITERAL, FMT_D, FMT_U, FMT_O, FMT_X, FMT_XX, FMT_P, FMT_P_OLD /* before 1.3 */, FMT_C, FMT_S, FMT_B, FMT_M, FMT_MM /* %M */ };
enum fmt_arg { FMT_NONE, FMT_STATIC, FMT_DYNAMIC /* '*' */ };
struct fmt_piece {
	enum fmt_conv conv;
	char flag;	     /* 0 or one of 0+- # */
	enum fmt_arg width_kind, prec_kind;
	unsigned width, prec;
	const char *literal; /* FMT_LITERAL, still C-escaped */
	size_t off;	     /* in the format string, for carets */
};

struct expr {
	enum expr_kind kind;
	enum value_type type;	 /* (sema) */
	unsigned height;	 /* (parse) of the tree below, 1 for a leaf; bounded, so that walkers may recurse */
	unsigned typed_at : 28;	 /* (sema) sema.changes when its type was last inferred, and what was wanted then */
	unsigned typed_as : 4;
	const struct token *tok; /* the operator, name or literal: where diagnostics point */
	struct type *ctype;	 /* (sema) type details, NULL = none */
	union {
		int64_t num;
		const char *str; /* EX_STRING: C-escaped text without quotes (see source.h) */
		struct embedded *embedded;
		struct { const char *name; struct vardecl *decl; } var;
		struct { struct expr *base; VEC(struct expr *) idx; } index;
		struct {
			const char *name;
			VEC(struct expr *) args;
			VEC(struct funcdecl *) callees;	  /* overload chain, in order */
			enum value_type told;		  /* (sema) what an operator that is gone said of its type */
		} call;
		struct { enum op op; struct expr *arg; } unary;
		struct { enum op op; struct expr *l, *r; } binary; /* also EX_ASSIGN, EX_CONCAT (op OP_CONCAT) */
		struct { struct expr *l; const struct token *pattern; bool negate; const struct regex_dfa *dfa; /* (sema) */ } regex;
		struct { struct expr *array; } in;
		struct { struct expr *cond, *yes, *no; } ternary;
		struct { enum op op; bool prefix; struct expr *arg; } crement;
		struct {
			enum print_kind kind;
			bool to_string, newline;
			const char *delim;	  /* printd: C-escaped */
			const char *format;	  /* printf: C-escaped, as written */
			VEC(struct fmt_piece) pieces;
			VEC(struct expr *) args;
			struct expr *hist;	  /* print(@hist_log(x)) */
		} print;
		struct { enum stat_op op; struct expr *stat; int shift; bool never_empty; } stat; /* never_empty: @sum before 1.5 */
		struct { enum hist_kind kind; struct expr *stat; int64_t start, stop, interval; } hist;
		struct {
			enum target_base base;
			const char *name;	   /* "$x", or @var's first string */
			const char *module;	   /* @cast/@var: "" = default */
			const char *cast_type;
			struct expr *operand;	   /* @cast, autocast */
			bool addressof;
			bool forbidden;		   /* autocast: it is written to, which its script may not */
			VEC(struct component) comps;
		} target;
		struct { struct expr *arg; } wrap;	   /* EX_DEFINED EX_ENTRY EX_PROBEWRITE */
		struct { const char *text, *type, *module; struct expr *arg; } at; /* EX_PERF EX_CONST EX_ENUM EX_ENUMNAME */
		struct { bool user; int64_t size; struct expr *arg; } deref; /* EX_DEREF (size, arg), EX_REGISTER (arg) */
		struct { struct plan *plan; VEC(struct expr *) args; const char *text; } access; /* args: what the plan's steps refer to by number; text: as written */
		struct { unsigned slot; struct expr *entry; } saved; /* entry: evaluated at function entry */
	};
};

/* ---- statements --------------------------------------------------------------------------------------------------------------------- */

enum stmt_kind { ST_NULL, ST_BLOCK, ST_EXPR, ST_IF, ST_FOR /* also while */, ST_FOREACH, ST_TRY, ST_RETURN, ST_DELETE, ST_BREAK, ST_CONTINUE, ST_NEXT };

struct stmt {
	enum stmt_kind kind;
	const struct token *tok;
	union {
		struct block *block;
		struct expr *expr; /* ST_EXPR, ST_RETURN (may be NULL), ST_DELETE */
		struct { struct expr *cond; struct stmt *yes, *no; } if_;
		struct { bool is_while; struct expr *init, *cond, *step; struct stmt *body; } for_; /* init, step may be NULL */
		struct {
			VEC(struct expr *) keys;  /* EX_VAR each */
			struct expr *value;	  /* EX_VAR or NULL */
			struct expr *base;	  /* EX_VAR of an array, or EX_HIST */
			VEC(struct expr *) slice; /* NULL entries = '*'; n = 0: no slice */
			int sort_column;	  /* -1 none, 0 value, i = key i (from 1) */
			int sort_dir;		  /* +1, -1; 0 none */
			bool sort_op_given;
			enum stat_op sort_op;
			struct expr *limit;	  /* or NULL */
			unsigned level;		  /* (sema) > 0: something inside sorts the array, see sema/nested.c */
			struct stmt *body;
		} foreach_;
		struct { struct block *body, *handler; struct expr *var; /* EX_VAR or NULL */ } try_;
	};
};

struct block {
	const struct token *tok;
	VEC(struct stmt *) stmts;
};

/* ---- probes, aliases, files ----------------------------------------------------------------------------------------------------------- */

struct point_comp {
	const struct token *tok;
	const char *name;	/* may hold '*' */
	bool has_arg;
	struct expr *arg;	/* EX_NUMBER or EX_STRING */
};

struct probe_point {
	const struct token *tok; /* first component's */
	VEC(struct point_comp) comps;
	bool optional, sufficient;
	struct expr *condition; /* or NULL */
};

struct probe_decl { /* as written */
	const struct token *tok; /* `probe` */
	const struct ast_file *file;
	VEC(struct probe_point *) points;
	struct block *body;
	bool synthetic;
	bool versioned; /* a condition inside it asks for systemtap_v; likewise below */
};

struct alias_decl {
	const struct token *tok;
	const struct ast_file *file;
	VEC(struct probe_point *) names; /* probe A = B = … */
	VEC(struct probe_point *) points;
	struct block *prologue, *epilogue; /* either may be NULL */
	bool plus;		      /* written with += */
	bool versioned;
};

struct ast_file {
	const struct source *src;
	VEC(struct probe_decl *) probes;
	VEC(struct alias_decl *) aliases;
	VEC(struct vardecl *) globals;
	VEC(struct funcdecl *) functions;
	VEC(struct embedded *) embeds;
	bool selected; /* (sema) part of the session */
};

#endif
