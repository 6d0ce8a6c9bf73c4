package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.ProductChoice.Library;
import io.sluice.cli.ProductChoice.Machine;
import io.sluice.cli.ProductChoice.Precision;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProductChoiceTest {
  private static final Machine WITH_BYTES = new Machine(Optional.empty(), true, "2.5.2", false);
  private static final Machine WITHOUT_BYTES = new Machine(Optional.empty(), false, "2.5.2", false);
  private static final Machine WITHOUT_LIBRARY =
      new Machine(Optional.of("oneDNN does not load"), false, "", false);

  @Test
  void shouldTakeBytesWhereMachineAndModelHaveThem() {
    ProductChoice choice = decide(Library.AUTO, Precision.AUTO, WITH_BYTES, true);
    assertThat(choice.library()).isEqualTo(Library.ONEDNN);
    assertThat(choice.precision()).isEqualTo(Precision.INT8);
  }

  @Test
  void shouldFallBackToFloat32WithTheReason() {
    ProductChoice noInstructions = decide(Library.AUTO, Precision.AUTO, WITHOUT_BYTES, true);
    assertThat(noInstructions.precision()).isEqualTo(Precision.FLOAT32);
    assertThat(noInstructions.reason()).contains("VNNI");
    ProductChoice noRanges = decide(Library.AUTO, Precision.AUTO, WITH_BYTES, false);
    assertThat(noRanges.precision()).isEqualTo(Precision.FLOAT32);
    assertThat(noRanges.reason()).contains("activations.json");
    ProductChoice noLibrary = decide(Library.AUTO, Precision.AUTO, WITHOUT_LIBRARY, true);
    assertThat(noLibrary.library()).isEqualTo(Library.OPENBLAS);
    assertThat(noLibrary.reason()).contains("does not load");
  }

  @Test
  void shouldDoWhatIsAskedFor() {
    ProductChoice floats = decide(Library.ONEDNN, Precision.FLOAT32, WITH_BYTES, true);
    assertThat(floats.precision()).isEqualTo(Precision.FLOAT32);
    ProductChoice portable = decide(Library.OPENBLAS, Precision.AUTO, WITH_BYTES, true);
    assertThat(portable.library()).isEqualTo(Library.OPENBLAS);
    assertThat(portable.precision()).isEqualTo(Precision.FLOAT32);
  }

  @Test
  void shouldRefuseWhatCannotBeHad() {
    assertThatThrownBy(() -> decide(Library.AUTO, Precision.INT8, WITHOUT_BYTES, true))
        .isInstanceOf(ExitException.class)
        .hasMessageContaining("VNNI");
    assertThatThrownBy(() -> decide(Library.OPENBLAS, Precision.INT8, WITH_BYTES, true))
        .isInstanceOf(ExitException.class)
        .hasMessageContaining("OpenBLAS");
    assertThatThrownBy(() -> decide(Library.ONEDNN, Precision.AUTO, WITHOUT_LIBRARY, true))
        .isInstanceOf(ExitException.class)
        .hasMessageContaining("--backend onednn");
  }

  private static ProductChoice decide(
      Library library, Precision precision, Machine machine, boolean ranges) {
    return ProductChoice.decide(library, precision, machine, ranges);
  }
}
