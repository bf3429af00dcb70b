#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The live tests whose numbers decide how long they take, with large numbers: a hundred rounds of kill -9 at any moment, a million hits counted.
here=$(cd "$(dirname "$0")" && pwd)
export KILL_ROUNDS="${KILL_ROUNDS:-100}" ACCOUNT_HITS="${ACCOUNT_HITS:-500000}"
exec "$here/live.t" account kill signals
