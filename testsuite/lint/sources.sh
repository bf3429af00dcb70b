# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# sources PATTERN…: the files of the project that match, as `git ls-files` tells them; in a tree without git (an archive that was unpacked),
# what lies in the project's folders. Sourced by the lints, whose working directory is the top of the tree.
sources()
{
	if [ -e .git ] && command -v git >/dev/null; then
		git ls-files -- "$@"
		return
	fi
	[ $# -gt 0 ] || set -- '*'
	find check demo configure.ac Makefile.am README.md .ci translator runtime staprun tapset testsuite doc -type f | while IFS= read -r f; do
		for p in "$@"; do
			# shellcheck disable=SC2254
			case $f in $p) printf '%s\n' "$f"; break ;; esac
		done
	done
}
