package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.pipeline.TopicNames;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DoctorTest {
  private static final Cpu WIDE = new Cpu("some CPU", Set.of("avx2", "avx512f", "fma"));

  @Test
  void shouldReadNameAndFlagsWhenTheFileIsLinux() {
    Cpu cpu =
        Cpu.parse(
            List.of(
                "processor\t: 0",
                "model name\t: Some CPU @ 2.00GHz",
                "flags\t\t: fpu sse2 avx2 fma avx512f avx512_bf16"));

    assertThat(cpu.name()).isEqualTo("Some CPU @ 2.00GHz");
    assertThat(cpu.flags()).containsExactlyInAnyOrder("avx2", "fma", "avx512f", "avx512_bf16");
  }

  @Test
  void shouldFailWithARemedyWhenOpenBlasTookASlowCore() {
    Finding finding = LocalChecks.blas(WIDE, "Prescott");

    assertThat(finding.line())
        .startsWith("FAIL openblas")
        .contains("→ set OPENBLAS_CORETYPE to Sky");
  }

  @Test
  void shouldBeContentWhenOpenBlasTookAFastCore() {
    assertThat(LocalChecks.blas(WIDE, "SkylakeX").line()).isEqualTo("ok   openblas: core SkylakeX");
  }

  @Test
  void shouldNameMissingTopicsWhenSomeAreThere() {
    Finding finding =
        ClusterChecks.topics(Set.of("translation.requests.v1"), TopicNames.DEFAULT, "h:1");

    assertThat(finding.ok()).isFalse();
    assertThat(finding.detail())
        .isEqualTo("missing translation.requests.v1.dlq, translation.results.v1");
    assertThat(finding.remedy()).contains("--bootstrap-server h:1", "--create-topics");
  }

  @Test
  void shouldFailWhenJavaIsTooOld() {
    assertThat(LocalChecks.java(11).ok()).isFalse();
    assertThat(LocalChecks.java(17).ok()).isTrue();
  }
}
