package io.sluice.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.junit.jupiter.api.Test;

class RegistryRefusalsTest {
  private final RegistryRefusals refusals =
      new RegistryRefusals("https://r:1/x", Map.of("basic.auth.user.info", "joe:a secret"));

  @Test
  void shouldNameTheUserAndNotThePasswordWhenTheRegistryRefuses() {
    assertThat(
            refusals.describe(new RestClientException("no", 401, 40101), "to look").orElseThrow())
        .contains("https://r:1/x refuses user joe (401) to look", "basic.auth.user.info")
        .doesNotContain("a secret");
    assertThat(refusals.describe(new RestClientException("no", 403, 403), "to look").orElseThrow())
        .contains("does not allow user joe (403) to look", "--register-schemas false");
  }

  @Test
  void shouldReadTheStatusOutOfTheSerializersMessage() {
    assertThat(
            refusals.describe(
                new InvalidConfigurationException("Unauthorized; error code: 401"), "to look"))
        .hasValueSatisfying(text -> assertThat(text).contains("(401)"));
    assertThat(
            refusals.describe(
                new InvalidConfigurationException("Invalid; error code: 422"), "to look"))
        .isEmpty();
  }

  @Test
  void shouldDoubtTheAddressWhenThePathIsNotThere() {
    assertThat(
            refusals.describe(
                new InvalidConfigurationException("Could not find it; error code: 404"), "to look"))
        .hasValueSatisfying(
            text -> assertThat(text).contains("https://r:1/x does not know", "/apis/ccompat/v7"));
    assertThat(refusals.describe(new RestClientException("no", 404, 404), "to look")).isPresent();
    assertThat(refusals.describe(new RestClientException("<html>", 404, 50005), "to look"))
        .as("a page that is not the registry's")
        .isPresent();
    assertThat(refusals.describe(new RestClientException("no subject", 404, 40401), "to look"))
        .as("a subject")
        .isEmpty();
  }

  @Test
  void shouldNotShowWhoIsNamedInAnAddress() {
    RegistryRefusals named = new RegistryRefusals("http://ann:a%20secret@h:1,http://h:2", Map.of());

    assertThat(named.describe(new RestClientException("no", 401, 401), "to look").orElseThrow())
        .contains("http://h:1,http://h:2 refuses user ann (401)")
        .doesNotContain("secret");
  }

  @Test
  void shouldNameTheTruststoreWhenTheHandshakeFails() {
    assertThat(
            refusals
                .describe(new IOException(new SSLHandshakeException("no path")), "")
                .orElseThrow())
        .contains("no path", "schema.registry.ssl.truststore.location");
  }

  @Test
  void shouldSayNothingWhenTheRegistryIsAway() {
    assertThat(refusals.describe(new IOException("refused"), "")).isEmpty();
    assertThat(refusals.describe(new RestClientException("busy", 503, 50301), "")).isEmpty();
  }
}
