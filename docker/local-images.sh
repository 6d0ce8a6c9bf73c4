#!/usr/bin/env bash
# Images without an image registry: starts a Docker engine from Debian's packages when none answers
# and builds base, broker, registry and sluice from Debian packages and Maven artifacts. As root, on
# Debian. What exists is used again. Progress goes to stderr; stdout is for eval:
#
#   eval "$(docker/local-images.sh)"       # engine, images, and the variables that name them
#   docker/local-images.sh --stop          # ends the engine that it started, keeps the images
#   docker/local-images.sh --purge         # the same, and deletes them
#   KAFKA_VERSION=3.9.1 docker/local-images.sh   # a broker of another version
#
# SLUICE_DOCKER_HOME: folder of engine and caches, default /tmp/sluice-docker.
set -euo pipefail

here="$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
project="$(dirname "$here")"
state="${SLUICE_DOCKER_HOME:-/tmp/sluice-docker}"
socket="unix://$state/docker.sock"
suite=bookworm
base="local/debian-jre17:$suite"
export DOCKER_BUILDKIT=0 # the builder that every engine has
export LC_ALL=C.UTF-8

say() { printf 'local-images: %s (%s s)\n' "$1" "$SECONDS" >&2; }
fail() {
  printf 'local-images: %s\n' "$1" >&2
  exit 1
}
property() { sed -n "s:.*<$1>\(.*\)</$1>.*:\1:p" "$project/pom.xml" | head -n 1; }
# Quiet unless it fails.
quietly() {
  local log="$state/step.log"
  "$@" >"$log" 2>&1 </dev/null || {
    tail -n 40 "$log" >&2
    fail "failed: $*"
  }
}

stop() {
  local pid=""
  [ ! -r "$state/docker.pid" ] || pid="$(cat "$state/docker.pid")"
  if [ -n "$pid" ] && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ]; then
    kill "$pid"
    for _ in $(seq 300); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    if kill -0 "$pid" 2>/dev/null; then
      kill -KILL "$pid"
      say "the engine had to be killed"
    fi
  fi
  awk -v folder="$state/" 'index($2, folder) == 1 { print $2 }' /proc/self/mounts | sort -r \
    | while read -r mount; do umount -l "$mount"; done
  say "stopped"
}

case "${1:-}" in
  '') ;;
  --stop)
    stop
    exit 0
    ;;
  --purge)
    stop
    rm -rf "$state"
    exit 0
    ;;
  *) fail "usage: docker/local-images.sh [--stop | --purge]" ;;
esac

# Debian's package index may be older than the mirror: fetched once more when a package is missing.
install_packages() {
  local missing=()
  local package
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed \
      || missing+=("$package")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || fail "not root: cannot install ${missing[*]}"
  command -v apt-get >/dev/null || fail "no apt-get: cannot install ${missing[*]}"
  say "installing ${missing[*]}"
  local options=(-q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 --no-install-recommends)
  # the package would start an engine of its own where there is a service manager
  export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
  apt-get "${options[@]}" install "${missing[@]}" >"$state/apt.log" 2>&1 </dev/null && return 0
  say "once more, with a new package index"
  apt-get "${options[@]}" update >"$state/apt.log" 2>&1 </dev/null || true
  quietly apt-get "${options[@]}" install "${missing[@]}"
}

start_engine() {
  if docker info >/dev/null 2>&1; then
    say "an engine answers at ${DOCKER_HOST:-its default address}"
    return
  fi
  export DOCKER_HOST="$socket"
  if docker info >/dev/null 2>&1; then
    say "the engine from before answers"
    return
  fi
  install_packages docker.io docker-compose iptables
  say "starting an engine in $state"
  rm -f "$state/docker.pid"
  setsid dockerd --data-root "$state/data" --exec-root "$state/exec" --pidfile "$state/docker.pid" \
    -H "$socket" >"$state/dockerd.log" 2>&1 </dev/null &
  for _ in $(seq 120); do
    ! docker info >/dev/null 2>&1 || return 0
    sleep 0.5
  done
  tail -n 20 "$state/dockerd.log" >&2
  fail "the engine did not start"
}

# The mirror that apt uses.
mirror() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null \
    | awk '/^deb /{for (i = 2; i <= NF; i++) if ($i ~ /^http/) print $i} /^URIs:/{print $2}' \
    | grep -E '/debian/?$' | head -n 1 || true
}

build_base() {
  ! docker image inspect "$base" >/dev/null 2>&1 || return 0
  if [ ! -f "$state/rootfs.tar" ]; then
    install_packages debootstrap
    say "debootstrap $suite with a JRE"
    local bootstrap=(debootstrap --variant=minbase
      --include='openjdk-17-jre-headless,ca-certificates' "$suite" "$state/rootfs" "$(mirror)")
    rm -rf "$state/rootfs"
    "${bootstrap[@]}" >"$state/step.log" 2>&1 </dev/null || {
      say "once more: $(tail -n 1 "$state/step.log")"
      rm -rf "$state/rootfs"
      quietly "${bootstrap[@]}"
    }
    rm -rf "$state"/rootfs/var/cache/apt/archives/*.deb "$state"/rootfs/var/lib/apt/lists/* \
      "$state"/rootfs/usr/share/{doc,man,locale}
    tar -C "$state/rootfs" -cf "$state/rootfs.tar.part" .
    mv "$state/rootfs.tar.part" "$state/rootfs.tar"
    rm -rf "$state/rootfs"
  fi
  say "importing $base"
  docker import --change 'ENV LANG=C.UTF-8' --change 'CMD ["bash"]' "$state/rootfs.tar" "$base" >/dev/null
}

maven() { (cd "$project" && quietly mvn -B -ntp "$@"); }

# Kafka's own server classes with what they need, of any version that Maven has.
build_kafka() {
  local version="$1" context="$state/kafka-$1"
  if [ ! -f "$context/libs.complete" ]; then
    say "broker $version from Maven"
    rm -rf "$context"
    mkdir -p "$context"
    sed "s/@KAFKA_VERSION@/$version/; s/@SLF4J_VERSION@/$(property slf4j.version)/" \
      "$here/local/kafka/pom.xml" >"$context/pom.xml"
    maven -f "$context/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies -DincludeScope=runtime \
      -DoutputDirectory="$context/libs"
    touch "$context/libs.complete"
  fi
  cp "$here/local/kafka/Dockerfile" "$here/local/kafka/run" "$context/"
  say "building local/kafka:$version"
  quietly docker build --build-arg BASE="$base" -t "local/kafka:$version" "$context"
}

build_registry() {
  local version="$1"
  local runner="$project/target/registry/apicurio-registry-app-$version-runner.jar"
  if [ ! -f "$runner" ]; then
    say "registry $version from Maven"
    maven generate-resources
  fi
  say "building local/apicurio-registry-mem:$version"
  quietly docker build --build-arg BASE="$base" -t "local/apicurio-registry-mem:$version" \
    -f "$here/local/registry/Dockerfile" "$project/target/registry"
}

build_sluice() {
  if [ ! -f "$project/target/sluice.jar" ] || [ ! -d "$project/target/lib" ]; then
    say "building the application"
    maven -DskipTests package
  fi
  say "building sluice:latest"
  quietly docker build --build-arg BASE="$base" --target cpu -t sluice:latest \
    -f "$here/Dockerfile" "$project"
}

mkdir -p "$state"
kafka="${KAFKA_VERSION:-$(property kafka.version)}"
registry="$(property apicurio.version)"
start_engine
build_base
build_kafka "$kafka"
build_registry "$registry"
build_sluice
say "done"

cat <<END
export DOCKER_HOST=${DOCKER_HOST:-unix:///var/run/docker.sock}
export DOCKER_BUILDKIT=0
export BASE_IMAGE=$base
export KAFKA_IMAGE=local/kafka:$kafka
export REGISTRY_IMAGE=local/apicurio-registry-mem:$registry
export SLUICE_IMAGE=sluice:latest
export TESTCONTAINERS_RYUK_DISABLED=true
export TESTCONTAINERS_TINYIMAGE_CONTAINER_IMAGE=$base
END
