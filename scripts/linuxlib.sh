# SPDX-License-Identifier: MIT
# What the scripts that run Linux's own code share: Debian's sources of it, unpacked outside
# of this tree. Sourced; the caller sets $tmp, a directory of its own.
# shellcheck shell=sh disable=SC2154

linux_version=6.1
linux_archive=/usr/src/linux-source-$linux_version.tar.xz

# install_packages WHAT PACKAGE...: WHAT is missing
install_packages() {
	what=$1
	shift
	if [ "$(id -u)" = 0 ]; then sudo=
	elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo=sudo
	else
		echo "$what is missing. Please run:" \
			"sudo apt-get install -y --no-install-recommends $*" >&2
		exit 1
	fi
	echo "# installing $*"
	{
		$sudo apt-get update &&
		DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y --no-install-recommends "$@"
	} >"$tmp/apt.log" 2>&1 || {
		tail -n 20 "$tmp/apt.log" >&2
		echo "Installing $* failed." >&2
		exit 1
	}
}

# linux_files DIRECTORY PATH...: unpacks files of Linux, so that PATH is DIRECTORY/PATH
linux_files() {
	if ! [ -r "$linux_archive" ] || ! command -v xz >/dev/null; then
		install_packages "Linux's source" "linux-source-$linux_version" xz-utils
	fi
	to=$1
	shift
	for file; do
		shift
		set -- "$@" "linux-source-$linux_version/$file"
	done
	tar -xf "$linux_archive" -C "$to" --strip-components=1 --occurrence=1 "$@"
}
