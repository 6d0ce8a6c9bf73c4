package io.sluice.faults;

import io.sluice.avro.TranslationRequest;
import io.sluice.testing.RequestFlow;
import io.sluice.testing.Requests;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Records of one size, of kinds that take turns. Pure functions of the number of the record. */
final class LargeRecords {
  private static final List<String> SENTENCES = RequestFlow.demoSentences();

  private final int schemaId;
  private final int size;

  /**
   * Records of a size.
   *
   * @param schemaId of requests
   * @param size bytes of text, metadata or rubbish in a record
   */
  LargeRecords(int schemaId, int size) {
    this.schemaId = schemaId;
    this.size = size;
  }

  /** Rubbish, digits, a sentence with much metadata, digits with a few sentences, in turn. */
  byte[] record(int number) {
    String id = Integer.toString(number);
    return switch (number % 4) {
      case 0 -> rubbish(number);
      case 1 -> request(Requests.english(id, "7".repeat(size)));
      case 2 -> withMetadata(number);
      default -> request(Requests.english(id, mostlyDigits(number)));
    };
  }

  /** True if the record of this number must become a dead letter. */
  static boolean isBad(int number) {
    return number % 4 == 0;
  }

  /** A request with sentences from its first to its last character. */
  byte[] prose(int number) {
    StringBuilder text = new StringBuilder(size);
    for (int line = number; text.length() < size; line++) {
      text.append(SENTENCES.get(line % SENTENCES.size())).append('\n');
    }
    return request(Requests.english(Integer.toString(number), text.substring(0, size)));
  }

  private byte[] rubbish(int number) {
    byte[] bytes = new byte[size];
    new Random(number).nextBytes(bytes);
    bytes[0] = (byte) (number % 8 == 0 ? 0 : 1);
    byte[] header = Requests.header(schemaId);
    if (number % 8 == 0) {
      System.arraycopy(header, 0, bytes, 0, header.length);
    }
    return bytes;
  }

  private byte[] withMetadata(int number) {
    byte[] noise = new byte[size / 4 * 3];
    new Random(number).nextBytes(noise);
    TranslationRequest request =
        Requests.english(Integer.toString(number), SENTENCES.get(number % SENTENCES.size()));
    request.setMetadata(Map.of("attachment", Base64.getEncoder().encodeToString(noise)));
    return request(request);
  }

  private String mostlyDigits(int number) {
    StringBuilder text = new StringBuilder(size);
    for (int line = 0; text.length() < size; line++) {
      text.append(
              line % 5_000 == 0
                  ? SENTENCES.get((number + line) % SENTENCES.size())
                  : "%050d".formatted(line))
          .append('\n');
    }
    return text.substring(0, size);
  }

  private byte[] request(TranslationRequest request) {
    return Requests.framed(schemaId, request);
  }
}
