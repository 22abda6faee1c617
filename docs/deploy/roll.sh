#!/bin/sh
# Replaces the running instances by the version in a folder, one at a time. The old version stays where it is.
#   roll.sh /opt/physiosite/2.1.0 5081 5082 5083
# Only for a version that changes no table ("Upgrade and rollback" in docs/operations.md). The same with the old folder goes back.
set -eu
current=${CURRENT:-/opt/physiosite/current}
case ${1-} in /*) ;; *) set -- ;; esac
if [ $# -lt 2 ]; then
    echo "Usage: roll.sh <absolute path of the folder of the version> <port of an instance> ..." >&2
    exit 2
fi
version=$1
shift
[ -x "$version/PhysioSite" ] || { echo "There is no program in $version." >&2; exit 1; }
before=$(readlink "$current") || { echo "There is no link $current to the version that runs." >&2; exit 1; }

# The others may be started again at any time, so the link leads back to their version.
fail() {
    ln -sfn "$before" "$current"
    echo "physiosite@$port is not ready with $version and gets $before again. The other instances still run; see:" >&2
    echo "journalctl --unit physiosite@$port" >&2
    systemctl restart "physiosite@$port"
    exit 1
}

ln -sfn "$version" "$current"
for port in "$@"; do
    # nginx leaves the instance before this one out for up to five seconds after it is ready (fail_timeout in upstream.conf).
    [ "$port" = "$1" ] || sleep 6
    systemctl restart "physiosite@$port" || fail
    waited=0
    until curl --fail --silent --output /dev/null --max-time 5 "http://127.0.0.1:$port/healthz/ready"; do
        waited=$((waited + 1))
        [ "$waited" -lt 120 ] || fail
        sleep 1
    done
    echo "physiosite@$port is ready"
done
