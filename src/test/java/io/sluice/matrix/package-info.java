/**
 * Sluice against brokers and registries of other versions. Not part of the build: run by {@code
 * .ci/version-matrix.sh}, which fetches them.
 */
package io.sluice.matrix;
