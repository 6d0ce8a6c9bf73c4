package io.sluice.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.results.Target.Verdict;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetsTest {
  @TempDir private Path folder;

  @Test
  void shouldJudgeBySmallestValue() {
    assertThat(Verdict.of(List.of(99.9, 99.0, 98.0), 96, 98)).isEqualTo(Verdict.AIM);
    assertThat(Verdict.of(List.of(99.9, 99.0, 97.9), 96, 98)).isEqualTo(Verdict.LEAST);
    assertThat(Verdict.of(List.of(99.9, 95.9, 99.0), 96, 98)).isEqualTo(Verdict.MISSED);
    assertThat(Verdict.of(List.of(99.9, Double.NaN), 96, 98)).isEqualTo(Verdict.NOT_MEASURED);
    assertThat(Verdict.of(List.of(), 96, 98)).isEqualTo(Verdict.NOT_MEASURED);
  }

  @Test
  void shouldComputeVerdictsFromFiles() {
    ResultFiles files = new ResultFiles(folder);
    MadeUpResults.write(files);

    assertThat(verdict(files, "N/2, token, no finetuning")).isEqualTo(Verdict.LEAST); // 96.5 %
    assertThat(verdict(files, "N/2, token, after")).isEqualTo(Verdict.AIM); // 99.75 %
    assertThat(verdict(files, "N/2, sentence, after")).isEqualTo(Verdict.MISSED); // 98 %
    assertThat(verdict(files, "N/4, best mode (sentence)")).isEqualTo(Verdict.LEAST); // 97 %
    assertThat(verdict(files, "N/8, best mode")).isEqualTo(Verdict.NOT_MEASURED);
    assertThat(verdict(files, "dense BLEU after")).isEqualTo(Verdict.AIM);
    assertThat(verdict(files, "k-means better")).isEqualTo(Verdict.AIM);
    assertThat(verdict(files, "co-activation better")).isEqualTo(Verdict.LEAST);
    assertThat(verdict(files, "N/2, token, against all")).isEqualTo(Verdict.AIM);
    assertThat(verdict(files, "token, ahead of static")).isEqualTo(Verdict.LEAST);
  }

  @Test
  void shouldDrawTheBoundThroughTheStaticEighth() {
    ResultFiles files = new ResultFiles(folder);
    MadeUpResults.write(files);
    Speed speed = new Speed(files, "after");

    assertThat(speed.feedForwardShare()).isCloseTo(0.4, within(1e-12)); // 1 − 6.5/10 over 7/8
    assertThat(speed.ceiling(1)).isEqualTo(1);
    assertThat(speed.ceiling(0.125)).isCloseTo(10 / 6.5, within(1e-12));
    assertThat(speed.gain("token-4-8")).isEqualTo(10 / 8.0);
  }

  private static Verdict verdict(ResultFiles files, String claim) {
    return Targets.of(files).stream()
        .filter(target -> target.claim().contains(claim))
        .findFirst()
        .orElseThrow()
        .verdict();
  }
}
