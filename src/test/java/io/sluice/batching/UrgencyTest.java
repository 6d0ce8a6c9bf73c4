package io.sluice.batching;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.batching.Urgency.Place;
import io.sluice.batching.Urgency.Waiting;
import io.sluice.domain.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UrgencyTest {
  private static final long SECOND = 1_000_000_000;
  private final Urgency urgency = new Urgency(Duration.ofSeconds(5));

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        // key, class and seconds waited of each in order of arrival; expected order
        "- BULK 0, - STANDARD 0, - INTERACTIVE 0; 2 1 0",
        "- STANDARD 0, - STANDARD 0; 0 1",
        "a BULK 0, - STANDARD 0, a INTERACTIVE 0; 0 2 1", // lent within a key
        "a BULK 0, b BULK 0, a INTERACTIVE 0, b BULK 0; 0 2 1 3",
        "a INTERACTIVE 0, a BULK 0, - STANDARD 0; 0 2 1", // nothing is lent to later ones
        "- BULK 11, - INTERACTIVE 0; 0 1", // old enough
        "- BULK 9, - INTERACTIVE 0; 1 0"
      })
  void shouldOrderByUrgencyAndNeverTurnAKeyAround(String waiting, String expected) {
    List<Waiting> line = new ArrayList<>();
    for (String each : waiting.split(",")) {
      String[] fields = each.strip().split(" ");
      line.add(
          new Waiting(
              fields[0].equals("-") ? null : fields[0],
              Priority.valueOf(fields[1]),
              0,
              Long.parseLong(fields[2]) * SECOND));
    }

    assertThat(urgency.order(line).stream().map(place -> String.valueOf(place.index())))
        .containsExactly(expected.strip().split(" "));
  }

  @Test
  void shouldServeBulkUnderAnEndlessFlowOfInteractiveTexts() {
    List<Waiting> line = new ArrayList<>(List.of(new Waiting(null, Priority.BULK, 0, 12 * SECOND)));
    for (int i = 0; i < 100; i++) {
      line.add(new Waiting(null, Priority.INTERACTIVE, 0, SECOND));
    }

    assertThat(urgency.order(line).get(0)).isEqualTo(new Place(0, 0, 0));
  }

  @Test
  void shouldKeepWhatWasLentWhoeverLentItIsGone() {
    Waiting bulk = new Waiting("a", Priority.BULK, 0, 3 * SECOND);
    double lent =
        urgency.order(List.of(bulk, new Waiting("a", Priority.INTERACTIVE, 0, 0))).get(0).lent();
    List<Waiting> later =
        List.of(
            new Waiting(null, Priority.INTERACTIVE, 0, 2 * SECOND),
            new Waiting("a", Priority.BULK, lent, 4 * SECOND), // its lender would have waited one
            new Waiting(null, Priority.INTERACTIVE, 0, SECOND / 2));

    assertThat(urgency.order(later).stream().map(Place::index)).containsExactly(0, 1, 2);
  }

  @Provide
  Arbitrary<List<Waiting>> lines() {
    Arbitrary<Object> keys = Arbitraries.of("a", "b", "c").map(key -> (Object) key).injectNull(0.3);
    Arbitrary<Long> waited = Arbitraries.longs().between(0, 20).map(seconds -> seconds * SECOND);
    Arbitrary<Double> lent = Arbitraries.of(0.0, 0.5, 2.0);
    return Combinators.combine(keys, Arbitraries.of(Priority.class), lent, waited)
        .as(Waiting::new)
        .list()
        .ofMaxSize(30);
  }

  @Property
  void shouldOrderAnyLine(@ForAll("lines") List<Waiting> line) {
    List<Place> order = urgency.order(line);

    assertThat(order.stream().map(Place::index).sorted())
        .containsExactlyElementsOf(IntStream.range(0, line.size()).boxed().toList());
    assertThat(order).isSortedAccordingTo(Comparator.comparingInt(Place::rank));
    Map<Object, Integer> latest = new HashMap<>();
    for (Place place : order) {
      Waiting text = line.get(place.index());
      if (text.key() != null) {
        Integer before = latest.put(text.key(), place.index());
        assertThat(before == null || before < place.index()).as("order of a key").isTrue();
      }
      assertThat(place.rank()).isLessThanOrEqualTo(text.priority().ordinal());
      assertThat(place.lent()).isGreaterThanOrEqualTo(text.lent() - 1e-9);
      if (text.waitedNanos() >= 10 * SECOND) {
        assertThat(place.rank()).as("nobody starves").isZero();
      }
    }
  }
}
