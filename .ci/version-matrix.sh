#!/usr/bin/env bash
# Runs Sluice against Kafka brokers and Apicurio registries of other versions and prints a table.
# Not part of the build: it fetches 30 to 45 MB a broker and 90 MB a registry from Maven's repository.
#
#   .ci/version-matrix.sh                        the versions of the table in docs/operating.md
#   BROKERS="3.9.2 4.2.0" REGISTRIES="" .ci/version-matrix.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

brokers="${BROKERS-2.5.1 2.8.2 3.3.2 3.5.2 3.7.2 3.9.2 4.0.1 4.1.1 4.2.0 4.3.1}"
registries="${REGISTRIES-2.5.11.Final 3.0.9}"
dependency=org.apache.maven.plugins:maven-dependency-plugin:3.9.0
matrix="$PWD/target/matrix"
rm -rf "$matrix"
mkdir -p "$matrix/brokers" "$matrix/registries"

# A project of its own for each, so that nothing of Sluice's build gets in.
cat > "$matrix/pom.xml" <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>io.sluice</groupId><artifactId>foreign</artifactId><version>1</version>
  <properties><broker>4.3.1</broker></properties>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${broker}</version>
    </dependency>
  </dependencies>
</project>
POM
for version in $brokers; do
  mvn -q -B -f "$matrix/pom.xml" "$dependency:copy-dependencies" \
    -Dbroker="$version" -DoutputDirectory="$matrix/brokers/$version" >&2
done
for version in $registries; do
  mvn -q -B -f "$matrix/pom.xml" "$dependency:unpack" -DoutputDirectory="$matrix/registries/$version" \
    -Dartifact="io.apicurio:apicurio-registry-app:$version:tar.gz:all" >&2
done

mvn -q -B -Dspotless.check.skip verify -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false \
  -Dit.test=VersionMatrix > "$matrix/maven.log" 2>&1 \
  || { grep -E '^\[ERROR\]' "$matrix/maven.log" >&2; failed=1; }
cat "$matrix/table.md"
exit "${failed:-0}"
