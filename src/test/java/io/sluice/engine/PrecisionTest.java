package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.checkpoint.ActivationRanges;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.Segment;
import io.sluice.domain.SegmentTranslation;
import io.sluice.tensor.ActivationRange;
import io.sluice.tensor.Kernels;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.MissingRangeException;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.tensor.dnnl.DnnlBackend;
import io.sluice.tensor.dnnl.DnnlLibrary;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The bundled model with products by oneDNN, in float32 and in int8. */
class PrecisionTest {
  private static final LanguagePair EN_DE = new LanguagePair("en", "de");
  private static final List<String> LINES =
      List.of(
          "A man is riding a bicycle.",
          "Two dogs play in the snow with a red ball while a child is watching them.",
          "Good morning.",
          "The file could not be opened.",
          "Three women sit on a bench in the park and talk about the weather.");

  @Test
  void shouldTranslateInFloat32AsOpenBlasDoes() {
    List<SegmentTranslation> expected = together(new Nd4jBackend(Kernels.scalar()));
    List<SegmentTranslation> found = together(DnnlBackend.float32(Kernels.scalar()));
    for (int i = 0; i < expected.size(); i++) {
      assertThat(found.get(i).text()).isEqualTo(expected.get(i).text());
      assertThat(found.get(i).statistics().mean())
          .isCloseTo(expected.get(i).statistics().mean(), within(1e-4));
    }
  }

  @Test
  void shouldGiveARowTheSameResultInAnyCompanyInInt8() {
    assumeTrue(DnnlLibrary.multipliesBytes(), "needs AVX-512 VNNI");
    try (TransformerTranslator translator = load(int8())) {
      List<Segment> segments = segments(translator);
      List<SegmentTranslation> batch = translator.translate(segments, ExpertBudget.all());
      for (int i = 0; i < segments.size(); i++) {
        SegmentTranslation alone =
            translator.translate(List.of(segments.get(i)), ExpertBudget.all()).get(0);
        assertThat(alone.text()).isEqualTo(batch.get(i).text());
        assertThat(alone.statistics().mean()).isEqualTo(batch.get(i).statistics().mean());
      }
      assertThat(batch.get(0).text()).isEqualTo("Ein Mann fährt Fahrrad.");
    }
  }

  @Test
  void shouldNameTheRangesInTheDigestWhereTheyMatter() {
    assumeTrue(DnnlLibrary.multipliesBytes(), "needs AVX-512 VNNI");
    String ranges = ActivationRanges.digest(ModelBundle.bundled());
    try (TransformerTranslator bytes = load(int8());
        TransformerTranslator floats = load(DnnlBackend.float32(Kernels.scalar()))) {
      assertThat(bytes.model().digest()).isEqualTo(floats.model().digest() + "+" + ranges);
    }
  }

  @Test
  void shouldCloseTheBackendIfRangesAreOfAnotherModel() {
    assumeTrue(DnnlLibrary.multipliesBytes(), "needs AVX-512 VNNI");
    AtomicBoolean closed = new AtomicBoolean();
    MatrixBackend stale =
        DnnlBackend.int8(Map.of("elsewhere", new ActivationRange(-1, 1)), Kernels.scalar());
    MatrixBackend watched =
        (MatrixBackend)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {MatrixBackend.class},
                (proxy, method, arguments) -> {
                  closed.compareAndSet(false, method.getName().equals("close"));
                  try {
                    return method.invoke(stale, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    assertThatExceptionOfType(MissingRangeException.class)
        .isThrownBy(() -> load(watched))
        .withMessageContaining("activations.json");
    assertThat(closed).isTrue();
  }

  private static MatrixBackend int8() {
    return DnnlBackend.int8(ActivationRanges.read(ModelBundle.bundled()), Kernels.scalar());
  }

  private static List<SegmentTranslation> together(MatrixBackend backend) {
    try (TransformerTranslator translator = load(backend)) {
      return translator.translate(segments(translator), ExpertBudget.all());
    }
  }

  private static TransformerTranslator load(MatrixBackend backend) {
    return TransformerTranslator.load(
        ModelBundle.bundled(), backend, TranslatorOptions.greedy("cpu/test"));
  }

  private static List<Segment> segments(TransformerTranslator translator) {
    List<Segment> segments = new ArrayList<>();
    LINES.forEach(line -> segments.addAll(translator.prepare(line, EN_DE).segments()));
    return segments;
  }
}
