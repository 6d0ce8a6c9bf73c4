package io.sluice.pipeline;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Says in a few lines what a broker refused, whom, and what to do. Never holds a password.
 * Immutable.
 */
public final class BrokerRefusals {
  private static final Pattern USER = Pattern.compile("\\busername\\s*=\\s*[\"']?([^\"';\\s]+)");
  private static final String CHECK = "in --command-config";

  private final String broker;
  private final String mechanism;
  private final Optional<String> user;
  private final List<Access> needed;

  /**
   * For one client.
   *
   * @param settings the client's, Kafka's names, with {@code bootstrap.servers}
   * @param needed what its principal must be allowed to do
   */
  public BrokerRefusals(Map<String, ?> settings, List<Access> needed) {
    this.broker = String.valueOf(settings.get("bootstrap.servers"));
    this.mechanism =
        settings.containsKey("sasl.mechanism") ? "SASL " + settings.get("sasl.mechanism") : "SASL";
    this.user = user(settings);
    this.needed = List.copyOf(needed);
  }

  /** For the clients of the application. */
  static BrokerRefusals of(ApplicationConfig config) {
    return new BrokerRefusals(StreamsSettings.admin(config), Access.toRun(config));
  }

  /** What was refused, if the failure or one of its causes is a refusal. */
  public Optional<String> describe(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      Optional<String> text = describeOne(e);
      if (text.isPresent()) {
        return text;
      }
    }
    return Optional.empty();
  }

  /**
   * What is not allowed, by the broker's own account.
   *
   * @param allowed the operations that the broker lists; null if it does not tell
   */
  public Optional<String> lacking(ResourceType type, String name, Set<AclOperation> allowed) {
    boolean enough =
        allowed == null
            || needed.stream()
                .filter(access -> access.covers(type, name))
                .allMatch(access -> allowed.containsAll(access.operations()));
    String word = type == ResourceType.GROUP ? "group" : "topic";
    return enough ? Optional.empty() : Optional.of(refusal(type, word, Set.of(name)));
  }

  private Optional<String> describeOne(Throwable e) {
    if (e instanceof SslAuthenticationException) {
      return Optional.of(
          ("no TLS connection to the broker %s (%s): check ssl.truststore.location %s; it must hold"
                  + " the broker's certificate or its authority's, for this host name")
              .formatted(broker, innermost(e), CHECK));
    }
    if (e instanceof AuthenticationException) {
      return Optional.of(
          "the broker %s refuses %s (%s): %s: check sasl.mechanism and sasl.jaas.config %s"
              .formatted(broker, who(), mechanism, e.getMessage(), CHECK));
    }
    if (e instanceof AuthorizationException) {
      return Optional.of(unauthorized(e));
    }
    boolean unusable =
        e instanceof ConfigException
            || (e.getClass() == KafkaException.class
                && e.getMessage() != null
                && e.getMessage().startsWith("Failed to c"));
    return unusable
        ? Optional.of(
            "client settings that do not work: %s: check them %s".formatted(chain(e), CHECK))
        : Optional.empty();
  }

  private String unauthorized(Throwable e) {
    if (e instanceof TopicAuthorizationException topics) {
      return refusal(ResourceType.TOPIC, "topic", topics.unauthorizedTopics());
    }
    if (e instanceof GroupAuthorizationException group) {
      return refusal(
          ResourceType.GROUP,
          "group",
          group.groupId() == null ? Set.of() : Set.of(group.groupId()));
    }
    if (e instanceof TransactionalIdAuthorizationException) {
      return refusal(ResourceType.TRANSACTIONAL_ID, "transactional id", Set.of());
    }
    String what = e instanceof ClusterAuthorizationException ? " on the cluster" : "";
    return "the broker %s does not allow %s%s: %s".formatted(broker, who(), what, e.getMessage());
  }

  /** Names the resource and the commands that grant what is needed of it. */
  private String refusal(ResourceType type, String word, Set<String> names) {
    List<Access> grants =
        needed.stream()
            .filter(access -> access.resource().resourceType() == type)
            .filter(
                access ->
                    names.isEmpty() || names.stream().anyMatch(name -> access.covers(type, name)))
            .toList();
    Set<String> shown = new TreeSet<>(names);
    if (names.isEmpty()) {
      grants.forEach(access -> shown.add(access.resource().name()));
    }
    StringBuilder text = new StringBuilder();
    text.append(
        "the broker %s does not allow %s what it needs of %s %s"
            .formatted(broker, who(), word, String.join(", ", shown)));
    if (!grants.isEmpty()) {
      text.append("; grant it:");
      for (Access grant : grants) {
        text.append(
            "\n  kafka-acls.sh --bootstrap-server %s --add %s"
                .formatted(broker, grant.arguments(user.orElse("NAME"))));
      }
    }
    return text.toString();
  }

  private String who() {
    return user.map(name -> "user " + name).orElse("this client");
  }

  private static Optional<String> user(Map<String, ?> settings) {
    Object jaas = settings.get("sasl.jaas.config");
    if (jaas == null) {
      return Optional.empty();
    }
    String text = jaas instanceof Password secret ? secret.value() : jaas.toString();
    Matcher found = USER.matcher(text);
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }

  private static String innermost(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage();
  }

  private static String chain(Throwable e) {
    StringBuilder text = new StringBuilder(String.valueOf(e.getMessage()));
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null && text.indexOf(cause.getMessage()) < 0) {
        text.append(": ").append(cause.getMessage());
      }
    }
    return text.toString();
  }
}
