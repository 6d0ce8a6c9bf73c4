package io.sluice.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.sluice.avro.TranslationRequest;
import io.sluice.dispatch.DispatchLimits;
import io.sluice.domain.RejectedException;
import io.sluice.domain.RejectionCode;
import io.sluice.domain.UnavailableException;
import io.sluice.testing.ManualClock;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaSourceTest {
  /** Answers as it is told. */
  private static final class FakeRegistry extends MockSchemaRegistryClient {
    private RestClientException answer = new RestClientException("not found", 404, 40403);
    private boolean away;
    private boolean known;
    private int calls;

    @Override
    public ParsedSchema getSchemaById(int id) throws IOException, RestClientException {
      calls++;
      if (away) {
        throw new ConnectException("refused");
      }
      if (known) {
        return new AvroSchema(AvroSchemas.published(TranslationRequest.getClassSchema()));
      }
      throw answer;
    }
  }

  private final FakeRegistry registry = new FakeRegistry();
  private final ManualClock clock = new ManualClock();
  private final SchemaSource source =
      new SchemaSource(registry, Duration.ofSeconds(30), clock::nanos);

  @Test
  void shouldRejectUnknownIdOnlyAfterTheGracePeriod() {
    assertThatThrownBy(() -> source.schema(7)).isInstanceOf(UnavailableException.class);
    clock.advance(Duration.ofSeconds(29));
    assertThatThrownBy(() -> source.schema(7)).isInstanceOf(UnavailableException.class);
    clock.advance(Duration.ofSeconds(1));

    RejectedException rejected =
        catchThrowableOfType(RejectedException.class, () -> source.schema(7));

    assertThat(rejected.rejection().code()).isEqualTo(RejectionCode.SCHEMA_UNKNOWN);
  }

  @Test
  void shouldRejectEveryUnknownIdAfterTheGracePeriodWhenManyWaitAtOnce() {
    int many = 2 * DispatchLimits.DEFAULT.maxRecords();
    for (int second = 0; second < 30; second++) {
      for (int id = 0; id < many; id++) {
        int each = id;
        assertThatThrownBy(() -> source.schema(each)).isInstanceOf(UnavailableException.class);
      }
      clock.advance(Duration.ofSeconds(1));
    }
    for (int id = 0; id < many; id++) {
      int each = id;
      assertThatThrownBy(() -> source.schema(each)).isInstanceOf(RejectedException.class);
    }
  }

  @Test
  void shouldFindIdThatBecomesKnown() {
    assertThatThrownBy(() -> source.schema(7)).isInstanceOf(UnavailableException.class);
    registry.known = true;
    clock.advance(Duration.ofSeconds(1));

    assertThat(source.schema(7).getName()).isEqualTo("TranslationRequest");
    registry.away = true;
    assertThat(source.schema(7).getName()).as("cached").isEqualTo("TranslationRequest");
  }

  @Test
  void shouldNotAskAgainForAWhile() {
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> source.schema(7)).isInstanceOf(UnavailableException.class);
    }

    assertThat(registry.calls).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"500, 50001", "401, 401", "403, 40301", "404, 404", "429, 429"})
  void shouldNeverRejectWhenTheRegistryIsUnwell(int status, int code) {
    registry.answer = new RestClientException("no", status, code);
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> source.schema(7)).isInstanceOf(UnavailableException.class);
      clock.advance(Duration.ofSeconds(10));
    }
    assertThat(registry.calls).isEqualTo(100);
  }

  @Test
  void shouldNeverRejectWhenTheRegistryIsAway() {
    registry.away = true;
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> source.schema(7)).isInstanceOf(UnavailableException.class);
      clock.advance(Duration.ofSeconds(10));
    }
    assertThat(registry.calls).isEqualTo(100);
  }
}
