#!/bin/bash
# Builds a real kube-apiserver (1.20) from Debian's source package, for tests/live/kube_server.py. Some seven minutes on
# two cores the first time. Only by hand: no test waits for it.
#
#   apt-get install golang-go golang-github-modern-go-reflect2-dev dpkg-dev etcd-server
#   tests/tools/kube_apiserver.sh DIR && RA_KUBE_APISERVER=DIR/kube-apiserver python3 tests/live/kube_server.py REACHAUDIT TOP
set -euo pipefail

to=$(mkdir -p "$1" && cd "$1" && pwd)
[ ! -x "$to/kube-apiserver" ] || exit 0
mkdir -p "$to/lists/partial" "$to/source" "$to/gopath/src/k8s.io"

# The source packages of the distribution that is set up, without changing its set-up.
sed 's/^Types: deb$/Types: deb-src/' /etc/apt/sources.list.d/debian.sources >"$to/source.sources"
apt=(apt-get -qq -o "Dir::Etc::SourceList=$to/source.sources" -o Dir::Etc::SourceParts=/dev/null
  -o "Dir::State::Lists=$to/lists" -o APT::Sandbox::User=root)
"${apt[@]}" update
cd "$to/source"
"${apt[@]}" source kubernetes >/dev/null
tree=$to/gopath/src/k8s.io/kubernetes
rm -rf "$tree"
mv "$to"/source/kubernetes-1.20*/ "$tree"
cd "$tree"

export GO111MODULE=off GOPROXY=off CGO_ENABLED=0 GOPATH=$to/gopath GOCACHE=${GOCACHE:-$to/gocache}
unset GOFLAGS
# The copy in the tree does not run under the distribution's compiler; the distribution's own does.
rm -rf vendor/github.com/modern-go/reflect2
cp -r /usr/share/gocode/src/github.com/modern-go/reflect2 vendor/github.com/modern-go/

# One generated file is not in Debian's tree: the descriptions of all kinds. Its generator is.
go build -o "$to/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
staging=staging/src/k8s.io
mapfile -t marked < <(grep -rl --include=*.go -e '^[[:space:]]*// +k8s:openapi-gen=' \
  "$staging"/{api,apimachinery,kube-aggregator,apiextensions-apiserver,apiserver,client-go,component-base,metrics} \
  "$staging"/{kube-controller-manager,kube-scheduler,kube-proxy,kubelet,cloud-provider,controller-manager} pkg/apis cmd |
  xargs -n1 dirname | sort -u | sed 's#^staging/src/#k8s.io/kubernetes/vendor/#; t; s#^#k8s.io/kubernetes/#')
"$to/openapi-gen" --logtostderr -h /dev/null -O zz_generated.openapi -p k8s.io/kubernetes/pkg/generated/openapi \
  -r /dev/null -i "$(IFS=,; echo "${marked[*]}")" -o "$to/gopath/src"

version=k8s.io/kubernetes/vendor/k8s.io/component-base/version
go build -p 2 -trimpath -o "$to/kube-apiserver.new" \
  -ldflags "-s -w -X $version.gitVersion=v1.20.2 -X $version.gitMajor=1 -X $version.gitMinor=20" ./cmd/kube-apiserver
mv "$to/kube-apiserver.new" "$to/kube-apiserver"
