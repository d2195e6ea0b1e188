#!/usr/bin/env bash
# A trial on one machine: a kind cluster with the operator, the emulated remote and the samples. Needs docker, kind, helm
# and kubectl. Run it again after a change; `kind delete cluster --name reconciler` ends it.
#   deploy/kind/up.sh [further options of helm upgrade]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cluster=reconciler
for program in docker kind helm kubectl; do
  command -v "$program" >/dev/null || { echo "up.sh: $program is not installed" >&2; exit 1; }
done

kind get clusters | grep -x "$cluster" >/dev/null || kind create cluster --name "$cluster" --wait 2m
docker build -f deploy/Dockerfile -t reconciler:trial .
# The operator's image gets a tag for each build: a Deployment replaces its Pods only when it names another image. The
# emulator stays as it is, since it holds the modules in memory.
id=$(docker image inspect --format '{{.Id}}' reconciler:trial)
tag=${id:7:12}
docker tag reconciler:trial "reconciler:$tag"
kind load docker-image reconciler:trial "reconciler:$tag" --name "$cluster"
kubectl config use-context "kind-$cluster"

kubectl apply --server-side -f crds/
kubectl apply -f deploy/kind/emulator.yaml
helm upgrade --install reconciler . --namespace reconciler-system --create-namespace --wait \
  --set image.repository=reconciler --set-string image.tag="$tag" --set allowInsecureRemote=true \
  --set 'remotes.allowHosts={emulator.reconciler-remote.svc}' "$@"

kubectl create namespace trial --dry-run=client -o yaml | kubectl apply -f -
for sample in deploy/samples/*.yaml; do
  sed 's#https://api.atlassian.com#http://emulator.reconciler-remote.svc#' "$sample" | kubectl -n trial apply -f -
done
kubectl -n trial wait --for=condition=Ready dm --all --timeout=2m
kubectl -n trial get dminst,dm
