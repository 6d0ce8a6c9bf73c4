package io.sluice.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.control.Ladders;
import io.sluice.control.law.FixedLaw;
import io.sluice.simulation.Pace.Look;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final Look NOTHING = new Look(0, 0);

  @Test
  void shouldSayHowMuchLongerWorkTakes() {
    Pace pace = Pace.of(Collections.nCopies(5, new Look(30, 10)));

    assertThat(pace.slowness()).hasSize(5).allSatisfy(each -> assertThat(each).isEqualTo(3.0));
    assertThat(pace.spread()).isEqualTo(1);
  }

  @Test
  void shouldFollowAMachineThatSlowsDownInTheMiddle() {
    List<Look> looks = new ArrayList<>(Collections.nCopies(5, new Look(10, 10)));
    looks.addAll(Collections.nCopies(5, new Look(30, 10)));

    Pace pace = Pace.of(looks);

    assertThat(pace.slowness().subList(0, 3)).containsOnly(1.0);
    assertThat(pace.slowness().subList(7, 10)).containsOnly(3.0);
    assertThat(pace.slowness()).isSorted();
    assertThat(pace.spread()).isCloseTo(3, within(1e-9));
  }

  @Test
  void shouldStretchWhatRunsThroughFastAndSlowSeconds() {
    Pace pace = new Pace(List.of(1.0, 4.0, 2.0));

    assertThat(pace.stretched(-1, 500)).isCloseTo(500, within(1e-9));
    assertThat(pace.stretched(0.5, 500)).isCloseTo(500, within(1e-9));
    assertThat(pace.stretched(0.5, 700)).isCloseTo(500 + 800, within(1e-9));
    assertThat(pace.stretched(0.5, 800)).isCloseTo(500 + 1000 + 100, within(1e-9));
    assertThat(pace.stretched(100, 10)).isCloseTo(20, within(1e-9)); // it stays
    assertThat(Pace.STEADY.stretched(3, 10)).isEqualTo(10);
  }

  @Test
  void shouldKnowAStandstillFromARest() {
    List<Look> looks = new ArrayList<>(Collections.nCopies(3, new Look(1, 1)));
    looks.addAll(Collections.nCopies(5, new Look(1, 0))); // enough to do, and nothing done
    looks.addAll(Collections.nCopies(5, NOTHING));

    assertThat(Pace.of(looks).slowness().get(5)).isEqualTo(100);
    assertThat(Pace.of(looks).slowness().get(12)).isEqualTo(100);
    assertThat(Pace.of(looks).stretched(5, 1)).isEqualTo(100);
  }

  @Test
  void shouldDoAsMuchAsWasSeenWhereResultsComeInLumps() {
    Pace pace = Pace.of(List.of(new Look(1, 2), new Look(1, 0), new Look(1, 1), new Look(1, 1)));

    assertThat(pace.slowness()).containsExactly(1.0, 1.0, 1.0, 1.5);
  }

  @Test
  void shouldKeepItsSpeedWhereNothingWasSeen() {
    List<Look> looks = new ArrayList<>(Collections.nCopies(4, NOTHING));
    looks.add(new Look(10, 10));
    looks.addAll(Collections.nCopies(6, NOTHING));
    looks.add(new Look(30, 10));

    Pace pace = Pace.of(looks);

    assertThat(pace.slowness().subList(0, 9)).containsOnly(1.0);
    assertThat(pace.slowness().subList(9, 12)).containsOnly(3.0);
  }

  @Test
  void shouldBeSteadyWhereNothingWasEverSeen() {
    assertThat(Pace.of(List.of(NOTHING, NOTHING))).isEqualTo(Pace.STEADY);
    assertThat(Pace.of(List.of())).isEqualTo(Pace.STEADY);
    assertThat(Pace.STEADY.spread()).isEqualTo(1);
  }

  @Test
  void shouldRefuseWhatIsNoPace() {
    assertThatThrownBy(() -> new Pace(List.of(1.0, 0.0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldMakeASimulatedMachineSlowerWhenItIsAndLeaveItsCapacity() {
    Simulation steady = new Simulation(Pipeline.of(1, 4), Ladders.five(), Ladders.times());
    Simulation slowing = steady.withPace(new Pace(List.of(0.5, 0.5, 0.5, 0.5, 0.5, 3.0)));
    Trace trace = new Trace("even", 10, second -> 0.7, 0.7, List.of(), List.of());

    List<Second> seconds = slowing.run(trace, "fixed", () -> new FixedLaw(0), 1).seconds();
    List<Second> even = steady.run(trace, "fixed", () -> new FixedLaw(0), 1).seconds();

    assertThat(slowing.capacity(1)).isEqualTo(steady.capacity(1));
    assertThat(seconds.get(4).p99Millis()).isLessThan(even.get(4).p99Millis());
    assertThat(seconds.get(9).p99Millis()).isGreaterThan(3 * even.get(9).p99Millis());
  }
}
