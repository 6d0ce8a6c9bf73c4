package io.sluice.cli;

import io.sluice.pipeline.BrokerRefusals;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.ResourceType;

/** What a client may do on a broker. One thread. */
final class AccessChecks {
  private static final long PATIENCE_SECONDS = 10;

  private final Admin admin;
  private final BrokerRefusals refusals;

  AccessChecks(Admin admin, BrokerRefusals refusals) {
    this.admin = admin;
    this.refusals = refusals;
  }

  /**
   * Which of the topics exist; a topic on which the client lacks a grant is one, with a finding.
   *
   * @param findings takes what is refused
   */
  Set<String> present(List<String> topics, Collection<Finding> findings)
      throws ExecutionException, TimeoutException, InterruptedException {
    Set<String> present = new TreeSet<>();
    Map<String, KafkaFuture<TopicDescription>> answers =
        admin
            .describeTopics(topics, new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .topicNameValues();
    for (String topic : topics) {
      try {
        Set<AclOperation> allowed =
            answers.get(topic).get(PATIENCE_SECONDS, TimeUnit.SECONDS).authorizedOperations();
        refusals
            .lacking(ResourceType.TOPIC, topic, allowed)
            .ifPresent(text -> findings.add(ClusterChecks.refused("topic " + topic, text)));
      } catch (ExecutionException e) {
        if (e.getCause() instanceof UnknownTopicOrPartitionException) {
          continue;
        }
        if (!(e.getCause() instanceof AuthorizationException)) {
          throw e;
        }
        findings.add(ClusterChecks.refused("topic " + topic, refusals.describe(e).orElseThrow()));
      }
      present.add(topic);
    }
    return present;
  }

  /** A finding if the client may not use a group. */
  Optional<Finding> group(String group)
      throws ExecutionException, TimeoutException, InterruptedException {
    try {
      Set<AclOperation> allowed =
          admin
              .describeConsumerGroups(
                  List.of(group),
                  new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
              .describedGroups()
              .get(group)
              .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
              .authorizedOperations();
      return refusals
          .lacking(ResourceType.GROUP, group, allowed)
          .map(text -> ClusterChecks.refused("group " + group, text));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Optional.empty();
      }
      if (e.getCause() instanceof AuthorizationException) {
        return refusals.describe(e).map(text -> ClusterChecks.refused("group " + group, text));
      }
      throw e;
    }
  }
}
