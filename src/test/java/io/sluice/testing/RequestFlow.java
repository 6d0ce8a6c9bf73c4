package io.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.avro.TranslationResult;
import io.sluice.cli.RequestSender;
import io.sluice.embedded.EmbeddedCluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A stream of numbered requests under a few keys, and the check of what came of them: every one has
 * one outcome, and the numbers of a key come in their order. One thread.
 */
public final class RequestFlow implements AutoCloseable {
  private static final int KEYS = 11;

  private final RequestSender sender;
  private final List<String> sentences = demoSentences();
  private int sent;

  public RequestFlow(EmbeddedCluster cluster, String topic) {
    sender = new RequestSender(ResultLog.clients(cluster), topic);
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
      sender.send("key-" + sent % KEYS, Requests.english(Integer.toString(sent), text));
      sent++;
    }
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
    List<Integer> ids = new ArrayList<>();
    Map<String, Integer> latest = new HashMap<>();
    for (ResultLog.Seen seen : results.seen()) {
      TranslationResult result = results.result(seen);
      int id = Integer.parseInt(result.getId());
      ids.add(id);
      assertThat(seen.raw().key()).isEqualTo("key-" + id % KEYS);
      assertThat(result.getText()).isNotEmpty();
      Integer before = latest.put(seen.raw().key(), id);
      assertThat(before == null ? -1 : before).as("before %s of its key", id).isLessThan(id);
    }
    assertThat(ids).doesNotHaveDuplicates().hasSize(sent);
  }

  @Override
  public void close() {
    sender.close();
  }
}
