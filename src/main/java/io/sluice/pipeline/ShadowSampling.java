package io.sluice.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Which results are in a sample: by a checksum of their id, so that every instance and every run
 * chooses the same.
 *
 * @param share 0 to 1
 */
record ShadowSampling(double share) {
  private static final double RANGE = 1L << 32;

  boolean takes(String id) {
    CRC32C checksum = new CRC32C();
    checksum.update(id.getBytes(StandardCharsets.UTF_8));
    return checksum.getValue() < share * RANGE;
  }
}
