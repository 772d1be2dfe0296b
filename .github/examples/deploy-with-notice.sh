#!/bin/sh
# A deployment by hand or from a server. STATUSPAGE_ME_API_KEY and STATUSPAGE_ME_STATUS_PAGE come from the environment.
# Where one command deploys, `npx --yes statuspage-me@1 run -- ./deploy.sh` is all that it takes.
set -eu

statuspage_me() {
  npx --yes statuspage-me@1 "$@" --deployment-key shop-production
}

statuspage_me deploy-start --duration 30m
outcome=failure
trap 'statuspage_me deploy-end --outcome "$outcome"' EXIT
trap 'outcome=cancelled; exit 130' INT
trap 'outcome=cancelled; exit 143' TERM

./migrate.sh
./deploy.sh
outcome=success
