#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# facts.sh FACTS.DEF MODULE.SYMVERS HEADERS_DIR > stp_facts.h: the reference for what README says; tests use it, the kit does the same in C.
def=$1 symvers=$2 tree=$3
echo "/* made by facts.sh */"
sed -n 's/^FACT(\([A-Z_0-9]*\), *\([^,]*\), *"\(.*\)")$/\1|\2|\3/p' "$def" | while IFS='|' read -r name where text; do
	have=0
	if [ "$where" = EXPORT ]; then
		awk -F'\t' -v s="$text" '$2 == s { found = 1; exit } END { exit !found }' "$symvers" && have=1
	else
		file=$tree/$(echo "$where" | tr -d '"')
		[ -e "$file" ] && tr -s ' \t\n' ' ' <"$file" | grep -qF -- "$text" && have=1
	fi
	if [ $have = 1 ]; then echo "#define STP_HAVE_$name 1"; fi
done
