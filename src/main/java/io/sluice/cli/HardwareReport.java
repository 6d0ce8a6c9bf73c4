package io.sluice.cli;

import io.sluice.tensor.Kernels;
import java.util.Locale;

/**
 * What the model runs on.
 *
 * @param cpu the processor
 * @param backend simple class name of the ND4J backend
 * @param blasCore OpenBLAS's name of the core it took, or why it is not known
 * @param choice which device, and why
 * @param kernels what computes between the matrix products
 */
public record HardwareReport(
    Cpu cpu, String backend, String blasCore, DeviceChoice choice, Kernels kernels) {

  /** For the log at start. */
  public String line() {
    return "device "
        + choice.device().name().toLowerCase(Locale.ROOT)
        + " ("
        + choice.reason()
        + "), ND4J backend "
        + backend
        + ", OpenBLAS core "
        + blasCore
        + ", kernels "
        + kernels.name()
        + ", CPU "
        + cpu.name()
        + " "
        + cpu.flags();
  }

  /** For the device field of a result: {@code cpu/Name of the processor}. */
  public String deviceName() {
    return choice.device().name().toLowerCase(Locale.ROOT) + "/" + cpu.name();
  }
}
