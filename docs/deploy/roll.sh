#!/bin/sh
# Replaces the running instances by the version in a folder, one at a time. The old version stays where it is.
#   roll.sh /opt/physiosite/2.1.0 5081 5082 5083
# Only for a version that changes no table ("Upgrade and rollback" in docs/operations.md). The same with the old folder goes back.
set -eu
current=${CURRENT:-/opt/physiosite/current}
version=$1
shift
[ -x "$version/PhysioSite" ] || { echo "There is no program in $version." >&2; exit 1; }
ln -sfn "$version" "$current"
for port in "$@"; do
    # nginx leaves the instance before this one out for up to five seconds after it is ready (fail_timeout in upstream.conf).
    [ "$port" = "$1" ] || sleep 6
    systemctl restart "physiosite@$port"
    waited=0
    until curl --fail --silent --output /dev/null --max-time 5 "http://127.0.0.1:$port/healthz/ready"; do
        waited=$((waited + 1))
        if [ "$waited" -ge 120 ]; then
            echo "physiosite@$port is not ready. The others still run as before; see: journalctl --unit physiosite@$port" >&2
            exit 1
        fi
        sleep 1
    done
    echo "physiosite@$port is ready"
done
