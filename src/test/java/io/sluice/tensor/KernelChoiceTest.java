package io.sluice.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.sluice.tensor.KernelChoice.Request;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelChoiceTest {

  @ParameterizedTest
  @CsvSource({"SCALAR, true", "SCALAR, false", "AUTO, false"})
  void shouldBePlainJavaWhenAskedForOrNothingElseIsThere(Request request, boolean present) {
    assertThat(KernelChoice.of(request, present)).isSameAs(Kernels.scalar());
  }

  @Test
  void shouldSayWhatIsMissingWhenVectorsCannotBeHad() {
    assertThatIllegalStateException()
        .isThrownBy(() -> KernelChoice.of(Request.VECTOR, false))
        .withMessageContaining("--add-modules jdk.incubator.vector");
  }

  @Test
  void shouldNameTheWidthOfVectors() {
    Assumptions.assumeTrue(
        KernelChoice.vectorPresent(), "needs --add-modules jdk.incubator.vector");

    assertThat(KernelChoice.of(Request.AUTO).name()).matches("vector \\([0-9]+ bits\\)");
  }
}
