#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The live tests whose numbers decide how long they take, with large numbers: a hundred rounds of kill -9 at any moment, a million hits counted,
# a minute of handlers that interrupt each other, all that can be said on each function of the way to the reader.
here=$(cd "$(dirname "$0")" && pwd)
export KILL_ROUNDS="${KILL_ROUNDS:-100}" ACCOUNT_HITS="${ACCOUNT_HITS:-500000}" LEVEL_SECONDS="${LEVEL_SECONDS:-60}"
export PATHS_EACH="${PATHS_EACH:-1 2 3}"
exec "$here/live.t" account kill levels paths signals
