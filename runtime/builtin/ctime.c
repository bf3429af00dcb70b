// SPDX-License-Identifier: GPL-2.0-or-later
/* ctime(): seconds since 1970 as "Fri Jan  2 03:04:05 1970". Contexts: any. */
#include "builtin/builtin.h"

#include "print/print.h"

/* what a struct tm with its years of 32 bits can say */
#define CTIME_FIRST (-67768040609740800ll)
#define CTIME_LAST 67768036191676799ll

struct civil {
	stp_i64 year;
	stp_u32 month, day; /* from 0, from 1 */
};

/* day 0 = 1970-01-01. Years that begin in March make the leap day the last one of its year, and 400 of them are always 146,097 days */
static struct civil civil_of(stp_i64 days)
{
	stp_i64 era, from_march = days + 719468;
	stp_u32 in_era, in_year, year, month;
	struct civil d;

	era = (from_march >= 0 ? from_march : from_march - 146096) / 146097;
	in_era = (stp_u32)(from_march - era * 146097);
	year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	in_year = in_era - (365 * year + year / 4 - year / 100);
	month = (5 * in_year + 2) / 153;
	d.day = in_year - (153 * month + 2) / 5 + 1;
	d.month = month < 10 ? month + 2 : month - 10;
	d.year = era * 400 + year + (d.month < 2);
	return d;
}

static void put_two(struct stp_out *o, stp_u32 v, char after)
{
	char text[3];

	text[0] = (char)('0' + v / 10);
	text[1] = (char)('0' + v % 10);
	text[2] = after;
	stp_put(o, text, 3);
}

STP_PROBE_CODE void stp_fn_ctime(struct stp_ctx *c, struct stp_slot *ret, stp_i64 seconds)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec", days[] = "ThuFriSatSunMonTueWed";
	stp_i64 day = seconds / 86400, in_day = seconds % 86400;
	struct stp_out o;
	struct civil d;

	if (seconds > CTIME_LAST || seconds < CTIME_FIRST) {
		stp_set(c, ret, seconds > 0 ? STP_LIT("far far in the future...") : STP_LIT("a long, long time ago..."));
		return;
	}
	if (in_day < 0) {
		in_day += 86400;
		day--;
	}
	d = civil_of(day);
	stp_out_string(c, &o, ret);
	stp_put(&o, days + 3 * ((day % 7 + 7) % 7), 3);
	stp_put(&o, " ", 1);
	stp_put(&o, names + 3 * d.month, 3);
	stp_put_num(&o, d.day, 'd', 0, 3, 0);
	stp_put(&o, " ", 1);
	put_two(&o, (stp_u32)(in_day / 3600), ':');
	put_two(&o, (stp_u32)(in_day / 60 % 60), ':');
	put_two(&o, (stp_u32)(in_day % 60), ' ');
	stp_put_d(&o, d.year);
	stp_out_string_end(&o, ret);
}
