package io.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.embedded.Cluster;
import io.sluice.testing.FlowCounts;
import io.sluice.testing.RequestFlow;
import io.sluice.testing.ResultLog;
import io.sluice.testing.SluiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.awaitility.core.ConditionTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stage of one fault: topics of its own, requests that flow in, a reader of the results, and
 * instances of {@code sluice run} in processes of their own. {@link #close} ends them. One thread.
 */
final class FaultScene implements AutoCloseable {
  /** Longest wait for anything that must happen; machines may be slow. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Logger LOG = LoggerFactory.getLogger(FaultScene.class);

  /** The first may bring what was fetched before, the second what is there now; and one more. */
  private static final int POLLS = 3;

  private static final Duration QUIET = Duration.ofMillis(300);
  private static final Pattern RESTORED = Pattern.compile("(\\d+) pending records restored");

  private final Cluster cluster;
  private final String name;
  private final Path logs;
  private final Admin admin;
  private final RequestFlow flow;
  private final ResultLog results;
  private final ResultLog deadLetters;
  private final List<SluiceProcess> children = new ArrayList<>();

  /**
   * Creates the topics.
   *
   * @param name of the application and, as a prefix, of its topics
   * @param keys of the requests
   */
  FaultScene(Cluster cluster, String name, int partitions, int keys) {
    this.cluster = cluster;
    this.name = name;
    this.logs = Path.of("target", "fault-logs", name);
    this.admin = Admin.create(ResultLog.clients(cluster));
    createTopics(partitions);
    this.flow = new RequestFlow(cluster, topic("requests"), keys);
    this.results = new ResultLog(cluster, topic("results"));
    this.deadLetters = new ResultLog(cluster, topic("dead-letters"));
  }

  private void createTopics(int partitions) {
    List<NewTopic> topics = new ArrayList<>();
    for (String each : List.of("requests", "results", "dead-letters")) {
      topics.add(new NewTopic(topic(each), partitions, (short) 1));
    }
    try {
      admin.createTopics(topics).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private String topic(String what) {
    return name + "." + what;
  }

  /** What is sent. */
  RequestFlow flow() {
    return flow;
  }

  /** What was read. */
  ResultLog results() {
    return results;
  }

  /** Sends so many requests that at least this number has no result; at least ten. */
  void topUp(int backlog) {
    flow.send(Math.max(10, backlog - (flow.sent() - results.size())));
    flow.finish();
  }

  /** Starts an instance that an outage of two seconds costs its partitions. */
  SluiceProcess start(Path state, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("--session-timeout=2s", "--kafka-config=producer.transaction.timeout.ms=3000"));
    arguments.addAll(List.of(more));
    return start(state, List.of(), arguments);
  }

  /** Starts an instance with the default time-outs and these options. */
  SluiceProcess start(Path state, List<String> javaOptions, List<String> more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--bootstrap-server=" + cluster.bootstrapServer(),
                "--schema-registry-url=" + cluster.schemaRegistryUrl(),
                "--application-id=" + name,
                "--requests-topic=" + topic("requests"),
                "--results-topic=" + topic("results"),
                "--dlq-topic=" + topic("dead-letters"),
                "--replication-factor=1",
                "--state-dir=" + state,
                // few rows at once, so that a fast machine has work left when a fault comes
                "--workers=2",
                "--batch=16"));
    arguments.addAll(more);
    List<String> options = new ArrayList<>(List.of("-Xmx1g"));
    options.addAll(javaOptions);
    Path log = logs.resolve("instance-" + (children.size() + 1) + ".log");
    SluiceProcess child = SluiceProcess.start(log, options, arguments);
    children.add(child);
    return child;
  }

  /** Waits until so many more results came than {@code before}; returns their number. */
  int awaitResults(int before, int more) {
    await("results").atMost(PATIENCE).until(() -> results.size() >= before + more);
    return results.size();
  }

  /** Reads what the dead left behind, until nothing more comes; returns the number of results. */
  int settle() {
    int[] latest = {-1, 0};
    await("the last results of the dead")
        .during(QUIET)
        .atMost(PATIENCE)
        .until(
            () -> {
              latest[1] = latest[0];
              latest[0] = results.size();
              return latest[0] == latest[1];
            });
    return latest[0];
  }

  /** From a moment to the first result after the first {@code before}. */
  Duration recovery(Instant end, int before) {
    awaitResults(before, 1);
    return Duration.between(end, results.seen().get(before).at());
  }

  /** The longest time between two results after the first {@code before}. */
  Duration longestGap(int before) {
    Duration longest = Duration.ZERO;
    List<ResultLog.Seen> seen = results.seen();
    for (int i = before + 1; i < seen.size(); i++) {
      Duration gap = Duration.between(seen.get(i - 1).at(), seen.get(i).at());
      longest = gap.compareTo(longest) > 0 ? gap : longest;
    }
    return longest;
  }

  /** The consumer group of the application; empty before the first instance has come. */
  Optional<ConsumerGroupDescription> group() {
    try {
      return Optional.of(
          admin.describeConsumerGroups(List.of(name)).describedGroups().get(name).get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Optional.empty();
      }
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Members of the group that have partitions. */
  long workingMembers() {
    return group().stream()
        .flatMap(group -> group.members().stream())
        .filter(member -> !member.assignment().topicPartitions().isEmpty())
        .count();
  }

  /**
   * How many records whoever takes over from a member would find pending, of the member that has
   * fewest: what its transactions took less its results, one for each record and in the partition
   * of its request.
   */
  long leastPending() {
    Map<TopicPartition, OffsetAndMetadata> taken = committed();
    for (int poll = 0; poll < POLLS; poll++) { // after what was taken: rather too few than too many
      int unused = results.size();
    }
    Map<Integer, Long> sent = resultsByPartition();
    return group().stream()
        .flatMap(group -> group.members().stream())
        .mapToLong(member -> pending(member.assignment().topicPartitions(), taken, sent))
        .min()
        .orElse(0);
  }

  private Map<Integer, Long> resultsByPartition() {
    return results.seen().stream()
        .collect(Collectors.groupingBy(seen -> seen.raw().partition(), Collectors.counting()));
  }

  private static long pending(
      Set<TopicPartition> partitions,
      Map<TopicPartition, OffsetAndMetadata> taken,
      Map<Integer, Long> sent) {
    return partitions.stream()
        .filter(taken::containsKey)
        .mapToLong(each -> taken.get(each).offset() - sent.getOrDefault(each.partition(), 0L))
        .sum();
  }

  private Map<TopicPartition, OffsetAndMetadata> committed() {
    try {
      return admin.listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** How many pending records an instance found when it started or took over, by its log. */
  static int restored(SluiceProcess child) {
    int sum = 0;
    Matcher lines = RESTORED.matcher(child.output());
    while (lines.find()) {
      sum += Integer.parseInt(lines.group(1));
    }
    return sum;
  }

  /** Which instances live, and what each said last. */
  String lastLines() {
    StringBuilder said = new StringBuilder();
    for (SluiceProcess child : children) {
      List<String> lines = child.output().lines().toList();
      said.append(child.isAlive() ? "a living" : "a dead")
          .append(" instance said last:\n  ")
          .append(String.join("\n  ", lines.subList(Math.max(0, lines.size() - 5), lines.size())))
          .append('\n');
    }
    return said.toString();
  }

  /** True once it has said that it is running. */
  static boolean isRunning(SluiceProcess child) {
    return child.output().contains("state RUNNING");
  }

  /**
   * Waits for the outcomes of all requests, adds the row and fails if one is lost, doubled, out of
   * order, or a dead letter.
   */
  void report(int number, String fault, String done, Duration recovery, String remark) {
    awaitAll();
    FlowCounts counts = flow.count(results);
    FaultReport.add(FaultRow.of(number, fault, done, counts, recovery, remark));
    LOG.info("{}: {}, recovery {}, {}", fault, counts, recovery, remark);
    assertThat(counts).isEqualTo(new FlowCounts(flow.sent(), flow.sent(), 0, 0, 0));
    assertThat(deadLetters.size()).as("dead letters").isZero();
  }

  /** Gives up when nothing has come for a while: the counts say what is missing. */
  private void awaitAll() {
    int before = -1;
    int now = results.size();
    while (now > before && now < flow.sent()) {
      before = now;
      int reached = now;
      try {
        await().atMost(PATIENCE).until(() -> results.size() > reached);
      } catch (ConditionTimeoutException e) {
        LOG.warn("results are missing: {} of {} came", results.size(), flow.sent());
      }
      now = results.size();
    }
    settle();
  }

  @Override
  public void close() {
    children.forEach(SluiceProcess::close);
    flow.close();
    results.close();
    deadLetters.close();
    admin.close();
  }
}
