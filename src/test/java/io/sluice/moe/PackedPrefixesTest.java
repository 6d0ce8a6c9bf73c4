package io.sluice.moe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.tensor.NeuronBlock;
import io.sluice.tensor.NeuronMatrices;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PackedPrefixesTest {
  private static final int EXPERTS = 20;

  private final List<Integer> packed = new ArrayList<>();

  @Test
  void shouldKeepTheLatestNumbersOfExpertsOnly() {
    int[] order = IntStream.range(0, EXPERTS).toArray();
    PackedPrefixes prefixes = new PackedPrefixes(matrices(), order, 1, new float[EXPERTS + 1][1]);

    NeuronBlock first = prefixes.first(1);
    assertThat(prefixes.first(1)).isSameAs(first);
    for (int k = 2; k <= PackedPrefixes.KEPT; k++) {
      prefixes.first(k);
    }
    assertThat(prefixes.first(1)).isSameAs(first);

    NeuronBlock last = prefixes.first(PackedPrefixes.KEPT + 1);
    assertThat(prefixes.first(1)).isNotSameAs(first);
    assertThat(prefixes.first(PackedPrefixes.KEPT + 1)).isSameAs(last);
    assertThat(packed).hasSize(PackedPrefixes.KEPT + 2);
  }

  /** Packs anything. */
  private NeuronMatrices matrices() {
    return (NeuronMatrices)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {NeuronMatrices.class},
            (proxy, method, arguments) -> {
              packed.add(((int[]) arguments[0]).length);
              return Optional.of(block());
            });
  }

  private NeuronBlock block() {
    return (NeuronBlock)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {NeuronBlock.class},
            (proxy, method, arguments) -> null);
  }
}
