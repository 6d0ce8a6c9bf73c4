package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.sluice.codec.SchemaSetup;
import io.sluice.metrics.Meters;
import io.sluice.testing.ScriptedTranslator;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SideWorkTest {
  private final SchemaSetup lookingUp = new SchemaSetup(new MockSchemaRegistryClient(), false);

  private static SideWork sideWork(boolean required) {
    ApplicationConfig config =
        ApplicationConfig.builder("127.0.0.1:1", "mock://side-work")
            .idleWork(new IdleWork(UpgradePolicy.ON, required, Duration.ofSeconds(2), 0))
            .build();
    return new SideWork(config, new ScriptedTranslator(), Meters.NOOP, Optional.empty());
  }

  @Test
  void shouldDoWithoutUpgradesWhenTheRegistryLacksTheirSchemas() {
    try (SideWork sideWork = sideWork(false)) {
      assertThat(sideWork.upgrading()).isTrue();

      sideWork.ensureSchemas(lookingUp);

      assertThat(sideWork.upgrading()).isFalse();
      assertThat(sideWork.debts()).isEmpty();
    }
  }

  @Test
  void shouldRefuseWhenTheRegistryLacksTheSchemasOfUpgradesThatAreRequired() {
    try (SideWork sideWork = sideWork(true)) {
      assertThatThrownBy(() -> sideWork.ensureSchemas(lookingUp))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("TranslationUpgrade");
    }
  }

  @Test
  void shouldKeepUpgradesWhenTheirSchemasCanBeRegistered() {
    try (SideWork sideWork = sideWork(false)) {
      sideWork.ensureSchemas(new SchemaSetup(new MockSchemaRegistryClient(), true));

      assertThat(sideWork.upgrading()).isTrue();
    }
  }
}
