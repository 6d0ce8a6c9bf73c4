package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.CalibrationRun.Corpus;
import io.sluice.cli.CalibrationRun.Judged;
import io.sluice.cli.CalibrationRun.Negative;
import io.sluice.quality.Calibration;
import io.sluice.quality.CalibrationReport;
import io.sluice.quality.CalibrationReport.Bin;
import io.sluice.quality.CalibrationReport.Series;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QualityReportTest {

  @Test
  void shouldStateFiguresAndNameWhereTheBaselineIsNotBeaten() {
    Judged judged =
        new Judged(
            CalibrationData.EN_DE,
            List.of(corpus("ahead", 0.7, 0.6), corpus("behind", 0.7, 0.4)),
            List.of(new Negative("French", 31, 0.04, 0.3, 0.5)));
    String page =
        QualityReport.markdown(
            new CalibrationRun.Result(
                new Calibration("ridge-9", Map.of(), Map.of()), 5000, 480, List.of(judged)));
    assertThat(page)
        .contains("./sluice model calibrate --data")
        .contains("`ridge-9`")
        .contains("2% of all")
        .contains("| en>de | ahead | 12 | 0.700 | 0.650 (0.640) | 0.600 | 0.550 |")
        .contains("in 1 of 2 rows; not so in: en>de behind (Spearman).")
        .contains("| en>de | French | 31 | 0.040 | 0.300 | 0.500 |")
        .contains("| 0.5–0.6 | 12 | 0.550 | 0.570 |")
        .doesNotContain("\r");
  }

  private static Corpus corpus(String name, double pearson, double spearman) {
    List<Bin> bins = List.of(new Bin(0.5, 12, 0.55, 0.57));
    return new Corpus(
        name,
        12,
        new CalibrationReport(
            new Series(bins, pearson, spearman), new Series(bins, 0.65, 0.55), 0.64));
  }
}
