package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceChoiceTest {

  @ParameterizedTest
  @CsvSource({
    // requested, cuda built in, card, device, part of the reason
    "CPU,  false, ,    CPU,  asked for",
    "CPU,  true,  8.6, CPU,  asked for",
    "AUTO, false, 8.6, CPU,  built without",
    "AUTO, true,  ,    CPU,  no NVIDIA card",
    "AUTO, true,  9.0, CPU,  sm_90",
    "AUTO, true,  3.5, CPU,  sm_35",
    "AUTO, true,  10.0,CPU,  sm_100",
    "AUTO, true,  odd, CPU,  sm_37 to sm_89",
    "AUTO, true,  3.7, CUDA, sm_37",
    "AUTO, true,  8.9, CUDA, sm_89",
    "CUDA, true,  8.6, CUDA, asked for",
  })
  void shouldDecideByTable(
      DeviceChoice.Request requested, boolean cuda, String card, Device device, String reason) {
    DeviceChoice choice = DeviceChoice.decide(requested, backends(cuda), Optional.ofNullable(card));

    assertThat(choice.device()).isEqualTo(device);
    assertThat(choice.reason()).contains(reason);
  }

  @ParameterizedTest
  @CsvSource({"false, 8.6, built without", "true, , no NVIDIA card", "true, 9.0, sm_90"})
  void shouldFailWithAReasonWhenCudaIsAskedForAndImpossible(
      boolean cuda, String card, String reason) {
    assertThatThrownBy(
            () ->
                DeviceChoice.decide(
                    DeviceChoice.Request.CUDA, backends(cuda), Optional.ofNullable(card)))
        .isInstanceOf(ExitException.class)
        .hasMessageContaining(reason);
  }

  private static Set<Device> backends(boolean cuda) {
    return cuda ? EnumSet.allOf(Device.class) : EnumSet.of(Device.CPU);
  }
}
