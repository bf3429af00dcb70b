#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The live tests that take minutes: kill -9 at any moment, signals, a million hits counted. `./check stress` prepares what they need.
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/live.t" $(cd "$here/live" && grep -l '^# stress: yes' -- *.stp *.sh)
