package io.sluice.pipeline;

import io.sluice.control.PartitionLoad;
import java.util.List;
import java.util.Set;

/** Says how far partitions were read. Not thread-safe. */
@FunctionalInterface
interface OffsetSource {
  /**
   * Looks at partitions.
   *
   * @return one value for each
   * @throws io.sluice.domain.UnavailableException if the broker does not answer
   */
  List<PartitionLoad> loads(Set<Integer> partitions);
}
