package io.sluice.control.law;

import io.sluice.control.Capacity;
import io.sluice.control.LoadSample;
import java.time.Duration;
import java.util.List;

/**
 * Gives up as little quality as the objective allows, and none where that buys little.
 *
 * <p><b>While some level takes all that comes</b>, the objective's room is used: a queue that has
 * grown can be kept from growing on. Of the levels that cope, the one that loses least is taken. A
 * level copes if whoever comes in the next 15 seconds is answered within most of the objective,
 * though it falls short by a trifle; on the way down 10 are enough. And it is left only when its
 * queue is about to break the objective, within the drain time. So long, so that a load makes few
 * changes a minute.
 *
 * <p><b>Where none copes</b>, or none takes all that comes, the objective is missed whatever is
 * done, and what is left to choose is how much quality is paid for how much less waiting. Each
 * point of BLEU has to shorten the wait by a stated share: the level with the least wait × (1 −
 * share)<sup>−points</sup> is taken. Only ratios of waits count, so that a short overload and a
 * long one are judged alike; a level that another one beats in speed and in quality is never taken,
 * and one that hardly saves anything never for many points. The wait is the mean over those who
 * come until what waits now is served at full quality and the drain time has passed besides:
 * arrivals go on as they are, the queue grows or shrinks with the level's service rate, and is at
 * least empty. So a level counts for much that keeps the queue from growing, or drains it while
 * arrivals are close to capacity, and for little if the queue goes away, or grows, in almost the
 * same way without it. The better of two similar levels is not left for a trifle.
 *
 * <p>What is in batches is no backlog, and neither is what gathers while the workers are busy with
 * one batch: that waits for its batch, not for capacity.
 *
 * @param objective latency that is promised, from record to committed result
 * @param drain time in which a backlog is to be gone
 * @param overhead latency besides waiting and translating: fetching, sending, committing
 * @param losses BLEU points that each level loses
 * @param share of the wait that a point has to save, at least 0, below 1
 */
public record ModelLaw(
    Duration objective, Duration drain, Duration overhead, List<Double> losses, double share)
    implements ControlLaw {
  /** Below this share of the objective a level that keeps up need not be left. */
  private static final double STAY = 0.5;

  /** Estimates of rates err by about this share. */
  private static final double ERROR = 0.01;

  /** Parts of the objective that a queue may take then: of a level that is chosen, or kept. */
  private static final double ROOM_TO_CHOOSE = 0.8;

  private static final double ROOM_TO_STAY = 0.9;

  /** Quality is not raised for less, so that a load makes few changes a minute. */
  private static final double HOLD_SECONDS = 15;

  /** On the way down a level is good enough for so long: the next one is as near then. */
  private static final double STOP_SECONDS = 10;

  /** A level is kept unless another one is better by this share. */
  private static final double TRIFLE = 0.03;

  public ModelLaw {
    losses = List.copyOf(losses);
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException("a point saves a share of the wait: " + share);
    }
  }

  @Override
  public int level(Situation situation) {
    boolean takesAll = takesAll(situation);
    int lowest = situation.capacity().lowest();
    int best = 0;
    while (takesAll && best <= lowest && !holds(situation, best)) {
      best++;
    }
    if (!takesAll || best > lowest) {
      best = worthMost(situation);
    }
    int now = situation.level();
    boolean stays = takesAll ? holdsOn(situation, now) : keepsUp(situation, now);
    return best > now && stays ? now : best;
  }

  /** True if some level takes all that comes. */
  private boolean takesAll(Situation situation) {
    double arrives = situation.load().arrivalTokensPerSecond();
    return situation.capacity().tokensPerSecond().stream().anyMatch(rate -> rate >= arrives);
  }

  private boolean holds(Situation situation, int level) {
    double needed = level > situation.level() ? STOP_SECONDS : HOLD_SECONDS;
    return holdSeconds(situation, level, ROOM_TO_CHOOSE) >= needed;
  }

  private boolean holdsOn(Situation situation, int level) {
    return holdSeconds(situation, level, ROOM_TO_STAY) >= drain.toMillis() / 1e3;
  }

  private boolean keepsUp(Situation situation, int level) {
    double arrives = situation.load().arrivalTokensPerSecond() * (1 - ERROR);
    return situation.capacity().tokensPerSecond().get(level) >= arrives
        && latencyMillis(situation, level) <= STAY * objective.toMillis();
  }

  /** Of a record that comes now. */
  private double latencyMillis(Situation situation, int level) {
    return backlog(situation, level) / situation.capacity().tokensPerSecond().get(level) * 1e3
        + situation.capacity().batchMillis().get(level)
        + overhead.toMillis();
  }

  private int worthMost(Situation situation) {
    int best = situation.level();
    double least = price(situation, best) * (1 - TRIFLE);
    for (int level = 0; level <= situation.capacity().lowest(); level++) {
      double price = price(situation, level);
      if (price < least) {
        least = price;
        best = level;
      }
    }
    return best;
  }

  /** A wait, longer by what its level loses. */
  private double price(Situation situation, int level) {
    return meanWaitMillis(situation, level) * Math.pow(1 - share, -losses.get(level));
  }

  /** Of those who come until the backlog would be served at full quality, and the drain time on. */
  private double meanWaitMillis(Situation situation, int level) {
    Capacity capacity = situation.capacity();
    double rate = capacity.tokensPerSecond().get(level);
    double backlog = backlog(situation, level);
    double seconds = drain.toMillis() / 1e3 + backlog / capacity.tokensPerSecond().get(0);
    double growth = situation.load().arrivalTokensPerSecond() - rate;
    double until = growth < 0 ? Math.min(seconds, -backlog / growth) : seconds; // then it is empty
    double area = until * (backlog + growth * until / 2);
    return area / seconds / rate * 1e3 + capacity.batchMillis().get(level) + overhead.toMillis();
  }

  /** How long whoever comes is answered within a part of the objective; 0: no longer. */
  private double holdSeconds(Situation situation, int level, double part) {
    Capacity capacity = situation.capacity();
    double rate = capacity.tokensPerSecond().get(level);
    double fixed = capacity.batchMillis().get(level) + overhead.toMillis();
    double most = Math.max(0, part * objective.toMillis() - fixed) / 1e3 * rate;
    double room = most - backlog(situation, level);
    double growth = situation.load().arrivalTokensPerSecond() * (1 + ERROR) - rate;
    if (room < 0) {
      return 0;
    }
    return growth <= 0 ? Double.POSITIVE_INFINITY : room / growth;
  }

  private static double backlog(Situation situation, int level) {
    LoadSample load = situation.load();
    double seconds = situation.capacity().batchMillis().get(level) / 1e3;
    return Math.max(0, load.waitingTokens() - load.arrivalTokensPerSecond() * seconds);
  }
}
