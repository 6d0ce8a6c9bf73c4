package io.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.avro.TranslationResult;
import io.sluice.cli.RequestSender;
import io.sluice.embedded.Cluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A stream of numbered requests under a few keys, and the check of what came of them: every one has
 * one outcome, and the numbers of a key come in their order. One thread.
 */
public final class RequestFlow implements AutoCloseable {
  private static final int KEYS = 11;

  private final RequestSender sender;
  private final int keys;
  private final List<String> sentences = demoSentences();
  private int sent;

  /** A flow under eleven keys. */
  public RequestFlow(Cluster cluster, String topic) {
    this(cluster, topic, KEYS);
  }

  /** A flow under so many keys. */
  public RequestFlow(Cluster cluster, String topic, int keys) {
    this(ResultLog.clients(cluster), topic, keys);
  }

  /** With settings of one's own for the producer. */
  public RequestFlow(Map<String, Object> clientSettings, String topic) {
    this(clientSettings, topic, KEYS);
  }

  private RequestFlow(Map<String, Object> clientSettings, String topic, int keys) {
    Map<String, Object> patient = new HashMap<>(clientSettings);
    patient.putIfAbsent("max.block.ms", "60000"); // a broker may be on its way back, slowly
    this.sender = new RequestSender(patient, topic);
    this.keys = keys;
  }

  /** The sentences that ship with the application. */
  public static List<String> demoSentences() {
    try (InputStream in = RequestFlow.class.getResourceAsStream("/demo/sentences.en.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends so many more; does not wait for the broker. */
  public void send(int count) {
    for (int i = 0; i < count; i++) {
      String text = sentences.get(sent % sentences.size());
      sender.send(key(sent), Requests.english(Integer.toString(sent), text));
      sent++;
    }
  }

  /** The number of the next request, which someone else sends under {@link #key}. */
  public int skip() {
    return sent++;
  }

  /** The key of a request. */
  public String key(int number) {
    return "key-" + number % keys;
  }

  /** Waits until the broker has all. */
  public void finish() {
    sender.finish();
  }

  /** How many were sent. */
  public int sent() {
    return sent;
  }

  /** Fails unless the log holds each request once, in the order of its key. */
  public void assertAllOnceInOrder(ResultLog results) {
    FlowCounts counts = count(results);
    assertThat(counts).isEqualTo(new FlowCounts(sent, sent, 0, 0, 0));
  }

  /**
   * What became of the requests.
   *
   * @throws AssertionError if a result has another key than its request, or no text
   */
  public FlowCounts count(ResultLog results) {
    Set<Integer> ids = new HashSet<>();
    Map<String, Integer> latest = new HashMap<>();
    int outOfOrder = 0;
    for (ResultLog.Seen seen : results.seen()) {
      TranslationResult result = results.result(seen);
      int id = Integer.parseInt(result.getId());
      ids.add(id);
      assertThat(seen.raw().key()).isEqualTo(key(id));
      assertThat(result.getText()).isNotEmpty();
      Integer before = latest.put(seen.raw().key(), id);
      if (before != null && before > id) {
        outOfOrder++;
      }
    }
    int outcomes = results.seen().size();
    return new FlowCounts(sent, outcomes, sent - ids.size(), outcomes - ids.size(), outOfOrder);
  }

  @Override
  public void close() {
    sender.close();
  }
}
