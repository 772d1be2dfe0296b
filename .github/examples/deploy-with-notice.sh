#!/bin/sh
# A deployment that you start manually or on a server. STATUSPAGE_ME_API_KEY and STATUSPAGE_ME_STATUS_PAGE are variables
# of the environment. statuspage-me.mjs is in the same folder: README shows how to get it. If one command deploys, this is
# enough: node statuspage-me.mjs run -- ./deploy.sh
set -eu
cd "$(dirname "$0")"

statuspage_me() {
  node statuspage-me.mjs "$@" --deployment-key shop-production
}

statuspage_me deploy-start --duration 30m
outcome=failure
# The script exits as the deploy does, also if the end of the window fails. The log says so then.
trap 'statuspage_me deploy-end --outcome "$outcome" || true' EXIT
trap 'outcome=cancelled; exit 130' INT
trap 'outcome=cancelled; exit 143' TERM

./migrate.sh
./deploy.sh
outcome=success
