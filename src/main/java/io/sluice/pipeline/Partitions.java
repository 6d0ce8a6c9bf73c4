package io.sluice.pipeline;

import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;

/** Which partitions an application of this process owns. Pure functions. */
final class Partitions {
  private Partitions() {}

  /** Partitions of a topic that its active tasks read; none while it does not run. */
  static Set<Integer> owned(KafkaStreams streams, String topic) {
    Set<Integer> owned = new TreeSet<>();
    if (!streams.state().isRunningOrRebalancing()) {
      return owned;
    }
    for (ThreadMetadata thread : streams.metadataForLocalThreads()) {
      for (TaskMetadata task : thread.activeTasks()) {
        task.topicPartitions().stream()
            .filter(each -> each.topic().equals(topic))
            .forEach(each -> owned.add(each.partition()));
      }
    }
    return owned;
  }
}
