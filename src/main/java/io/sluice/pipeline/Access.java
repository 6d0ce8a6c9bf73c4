package io.sluice.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What a principal must be allowed to do with one resource of the broker. The lists below are
 * complete and hold nothing superfluous: a test takes each operation away in turn.
 *
 * @param resource topic, group or transactional id, literal or prefixed
 * @param operations that must be allowed; others may be implied ({@code Describe} by {@code Read})
 */
public record Access(ResourcePattern resource, Set<AclOperation> operations) {
  public Access {
    operations = Set.copyOf(operations);
  }

  /**
   * For {@code run}. A second application of the same process has a group of its own; where its
   * topics and transactional ids begin with this application id, the prefixes cover them.
   *
   * @param createTopics true: topics that are missing are created
   */
  public static List<Access> toRun(TopicNames topics, String applicationId, boolean createTopics) {
    List<Access> list = new ArrayList<>();
    list.add(topic(topics.requests(), AclOperation.READ));
    list.add(topic(topics.results(), AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS));
    list.add(topic(topics.deadLetters(), AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS));
    list.add(
        prefixed(
            ResourceType.TOPIC,
            applicationId + "-",
            AclOperation.CREATE,
            AclOperation.READ,
            AclOperation.WRITE));
    list.add(
        new Access(
            new ResourcePattern(ResourceType.GROUP, applicationId, PatternType.LITERAL),
            Set.of(AclOperation.READ)));
    list.add(prefixed(ResourceType.TRANSACTIONAL_ID, applicationId + "-", AclOperation.WRITE));
    if (createTopics) {
      for (String name : List.of(topics.requests(), topics.results(), topics.deadLetters())) {
        list.add(topic(name, AclOperation.CREATE));
      }
    }
    return List.copyOf(list);
  }

  /**
   * For {@code run} with everything that an application is told to do. Transactional ids and
   * internal topics of the second application begin with the first one's id and a dash.
   */
  static List<Access> toRun(ApplicationConfig config) {
    List<Access> list =
        new ArrayList<>(toRun(config.topics(), config.applicationId(), config.createTopics()));
    if (config.idleWork().upgrades().enabled()) {
      list.addAll(toUpgrade(config.topics(), config.applicationId(), config.createTopics()));
    }
    if (config.controlEvents()) {
      list.addAll(toReport(config.topics(), config.createTopics()));
    }
    return List.copyOf(list);
  }

  /** What {@code run --upgrades} needs besides. */
  public static List<Access> toUpgrade(
      TopicNames topics, String applicationId, boolean createTopics) {
    List<Access> list = new ArrayList<>();
    list.add(
        topic(
            topics.upgrades(),
            AclOperation.READ,
            AclOperation.WRITE,
            AclOperation.DESCRIBE_CONFIGS));
    list.add(topic(topics.revisions(), AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS));
    list.add(
        new Access(
            new ResourcePattern(
                ResourceType.GROUP,
                ApplicationConfig.upgradesId(applicationId),
                PatternType.LITERAL),
            Set.of(AclOperation.READ)));
    if (createTopics) {
      list.add(topic(topics.upgrades(), AclOperation.CREATE));
      list.add(topic(topics.revisions(), AclOperation.CREATE));
    }
    return List.copyOf(list);
  }

  /** What the events of the controller need. */
  public static List<Access> toReport(TopicNames topics, boolean createTopics) {
    return createTopics
        ? List.of(topic(topics.control(), AclOperation.CREATE, AclOperation.WRITE))
        : List.of(topic(topics.control(), AclOperation.WRITE));
  }

  /** For {@code produce}. */
  public static List<Access> toProduce(String topic) {
    return List.of(topic(topic, AclOperation.WRITE));
  }

  /** For {@code consume}, which uses no group. */
  public static List<Access> toConsume(String topic) {
    return List.of(topic(topic, AclOperation.READ));
  }

  /** True if this is about that topic, group or transactional id. */
  public boolean covers(ResourceType type, String name) {
    return resource.resourceType() == type
        && (resource.patternType() == PatternType.PREFIXED
            ? name.startsWith(resource.name())
            : name.equals(resource.name()));
  }

  /** The arguments of {@code kafka-acls.sh --add} that grant it to a principal. */
  public String arguments(String principal) {
    String names =
        new TreeSet<>(operations)
            .stream()
                .map(operation -> "--operation " + camelCase(operation.name()))
                .collect(Collectors.joining(" "));
    String option =
        switch (resource.resourceType()) {
          case TOPIC -> "--topic ";
          case GROUP -> "--group ";
          case TRANSACTIONAL_ID -> "--transactional-id ";
          default -> throw new IllegalStateException("no option for " + resource);
        };
    String pattern =
        resource.patternType() == PatternType.PREFIXED ? " --resource-pattern-type prefixed" : "";
    return "--allow-principal User:%s %s %s%s%s"
        .formatted(principal, names, option, resource.name(), pattern);
  }

  private static Access topic(String name, AclOperation... operations) {
    return new Access(
        new ResourcePattern(ResourceType.TOPIC, name, PatternType.LITERAL), Set.of(operations));
  }

  private static Access prefixed(ResourceType type, String prefix, AclOperation... operations) {
    return new Access(new ResourcePattern(type, prefix, PatternType.PREFIXED), Set.of(operations));
  }

  /** {@code DESCRIBE_CONFIGS} → {@code DescribeConfigs}. */
  private static String camelCase(String name) {
    StringBuilder text = new StringBuilder();
    for (String word : name.split("_")) {
      text.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return text.toString();
  }
}
