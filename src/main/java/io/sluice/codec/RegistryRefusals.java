package io.sluice.codec;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.errors.InvalidConfigurationException;

/**
 * Says in a line what a schema registry refused, whom, and what to do. Never holds a password.
 * Immutable.
 */
public final class RegistryRefusals {
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  /** Of a path. Where a subject or a schema is not there, Confluent's code is 404xx. */
  private static final int NOT_FOUND = 404;

  private static final Pattern CODE = Pattern.compile("; error code: (\\d{3})$");

  /** For a registry whose address does not matter. */
  static final RegistryRefusals UNNAMED = new RegistryRefusals("", Map.of());

  private final String url;
  private final String user;

  /**
   * For one registry.
   *
   * @param url one or several addresses, separated by commas; user information in it is not shown
   * @param properties the user's properties, Confluent's names
   */
  public RegistryRefusals(String url, Map<String, ?> properties) {
    this.url = url.isEmpty() ? "" : " " + shown(url);
    this.user = user(url, properties);
  }

  /** An address without the user and password that it may hold. */
  public static String shown(String url) {
    return url.replaceAll("//[^/@,]*@", "//");
  }

  /**
   * What was refused, if the failure or one of its causes is a refusal.
   *
   * @param wanted what was asked for, such as {@code to register subject X}
   */
  public Optional<String> describe(Throwable failure, String wanted) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      int status = status(e);
      if (status == UNAUTHORIZED) {
        return Optional.of(
            ("the schema registry%s refuses %s (401) %s: check basic.auth.credentials.source and"
                    + " basic.auth.user.info in --command-config")
                .formatted(url, user, wanted));
      }
      if (status == FORBIDDEN) {
        return Optional.of(
            ("the schema registry%s does not allow %s (403) %s: grant it; where the user may only"
                    + " read, register schemas/*.avsc first and use --register-schemas false")
                .formatted(url, user, wanted));
      }
      if (status == NOT_FOUND) {
        return Optional.of(
            ("the schema registry%s does not know the path (404) %s: is its address complete?"
                    + " Apicurio's ends in /apis/ccompat/v7")
                .formatted(url, wanted));
      }
      if (e instanceof SSLException) {
        return Optional.of(
            ("no TLS connection to the schema registry%s (%s): check"
                    + " schema.registry.ssl.truststore.location in --command-config; it must hold"
                    + " the registry's certificate or its authority's")
                .formatted(url, e.getMessage()));
      }
    }
    return Optional.empty();
  }

  /** The HTTP status of an answer; Confluent's serializer leaves it in a message only. */
  private static int status(Throwable e) {
    if (e instanceof RestClientException answer) {
      boolean subject = answer.getErrorCode() / 100 == NOT_FOUND; // or a version, or a schema
      return answer.getStatus() == NOT_FOUND && subject ? 0 : answer.getStatus();
    }
    String message = e instanceof InvalidConfigurationException ? e.getMessage() : null;
    Matcher found = CODE.matcher(message == null ? "" : message);
    return found.find() ? Integer.parseInt(found.group(1)) : 0;
  }

  private static String user(String url, Map<String, ?> properties) {
    Object info = properties.get("basic.auth.user.info");
    if (info == null) {
      info = properties.get("schema.registry.basic.auth.user.info");
    }
    if (info == null && url.matches(".*//[^/@,]*:[^/@,]*@.*")) {
      info = url.replaceFirst(".*?//", "");
    }
    if (info == null) {
      return "a client without user";
    }
    String text = info.toString();
    int end = text.indexOf(':');
    return end < 0 ? "the client" : "user " + text.substring(0, end);
  }
}
