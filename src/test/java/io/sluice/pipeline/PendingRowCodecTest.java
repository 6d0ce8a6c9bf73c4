package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.domain.RawHeader;
import io.sluice.domain.RawRecord;
import io.sluice.domain.SourcePosition;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

class PendingRowCodecTest {
  @Test
  void shouldGiveBackEverything() {
    RawRecord row =
        new RawRecord(
            new SourcePosition("töpic", 7, 1L << 40),
            123,
            new byte[] {1, 2},
            new byte[] {0, -1},
            List.of(
                new RawHeader("a", new byte[] {9}),
                new RawHeader("a", null),
                new RawHeader("é", new byte[0])));

    assertThat(PendingRowCodec.decode(PendingRowCodec.encode(row)))
        .usingRecursiveComparison()
        .isEqualTo(row);
  }

  @Test
  void shouldTellNullFromEmpty() {
    SourcePosition position = new SourcePosition("t", 0, 0);
    RawRecord nulls = new RawRecord(position, 1, null, null, List.of());
    RawRecord empty = new RawRecord(position, 1, new byte[0], new byte[0], List.of());

    assertThat(PendingRowCodec.decode(PendingRowCodec.encode(nulls)).value()).isNull();
    assertThat(PendingRowCodec.decode(PendingRowCodec.encode(nulls)).key()).isNull();
    assertThat(PendingRowCodec.decode(PendingRowCodec.encode(empty)).value()).isEmpty();
    assertThat(PendingRowCodec.decode(PendingRowCodec.encode(empty)).key()).isEmpty();
  }

  @Test
  void shouldOrderKeysLikeOffsets() {
    Bytes nine = PendingRowCodec.key(9);
    Bytes ten = PendingRowCodec.key(10);
    Bytes large = PendingRowCodec.key(1L << 33);

    assertThat(List.of(nine, ten, large)).isSorted();
  }

  @Test
  void shouldRefuseNewerVersion() {
    byte[] row =
        PendingRowCodec.encode(
            new RawRecord(new SourcePosition("t", 0, 0), 1, null, null, List.of()));
    row[0] = 2;

    assertThatThrownBy(() -> PendingRowCodec.decode(row)).hasMessageContaining("version 2");
  }
}
