#!/bin/bash
# Adds a container to services, or removes it, with the commands that the guides of ECS and of the AWS CLI describe: the members that only
# answers have are deleted, and everything else is registered again. Retries are those of the AWS CLI.
#
# add-agent.sh <cluster> <container as JSON> add|remove one-by-one|wait-last <service>...
set -euo pipefail
cluster=$1 container=$2 action=$3 order=$4
shift 4

change() {
  local current registered
  current=$(aws ecs describe-services --cluster "$cluster" --services "$1" --query 'services[0].taskDefinition' --output text)
  aws ecs describe-task-definition --task-definition "$current" --query taskDefinition --output json | jq -c \
    --argjson container "$container" --arg action "$action" \
    'del(.taskDefinitionArn, .revision, .status, .requiresAttributes, .compatibilities, .registeredAt, .registeredBy)
     | .containerDefinitions |= map(select(.name != $container.name))
     | if $action == "add" then .containerDefinitions += [$container] else . end' >"$body"
  registered=$(aws ecs register-task-definition --cli-input-json "file://$body" --query taskDefinition.taskDefinitionArn --output text)
  aws ecs update-service --cluster "$cluster" --service "$1" --task-definition "$registered" >/dev/null
}

body=$(mktemp)
trap 'rm -f "$body"' EXIT

for service in "$@"; do
  change "$service"
  if [ "$order" = one-by-one ]; then aws ecs wait services-stable --cluster "$cluster" --services "$service"; fi
done
if [ "$order" = wait-last ]; then
  # The waiter takes ten services.
  while [ $# -gt 0 ]; do
    aws ecs wait services-stable --cluster "$cluster" --services "${@:1:10}"
    shift "$(($# < 10 ? $# : 10))"
  done
fi
