package io.sluice.codec;

import io.sluice.domain.RawHeader;
import io.sluice.domain.RawRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The headers of a result: the request's, and where it carries CloudEvents attributes those are
 * renewed. Pure functions.
 */
public final class ResultHeaders {
  /** Type of a result as a CloudEvent. */
  public static final String RESULT_TYPE = "io.sluice.translation.result.v1";

  private static final String PREFIX = "ce_";
  private static final String ID = "ce_id";
  private static final String CAUSATION = "ce_causationid";
  private static final String TYPE = "ce_type";
  private static final String TIME = "ce_time";
  private static final String DATA_SCHEMA = "ce_dataschema";

  private ResultHeaders() {}

  /**
   * The headers of the result of a request.
   *
   * @param now time of the result
   */
  public static List<RawHeader> of(RawRecord request, Instant now) {
    List<RawHeader> kept = new ArrayList<>();
    RawHeader cause = null;
    boolean event = false;
    for (RawHeader header : request.headers()) {
      event |= header.key().startsWith(PREFIX);
      switch (header.key()) {
        case ID -> cause = header;
        case CAUSATION, TYPE, TIME, DATA_SCHEMA -> {}
        default -> kept.add(header);
      }
    }
    if (!event) {
      return request.headers();
    }
    kept.add(text(ID, id(request)));
    if (cause != null) {
      kept.add(new RawHeader(CAUSATION, cause.value()));
    }
    kept.add(text(TYPE, RESULT_TYPE));
    kept.add(text(TIME, now.toString()));
    return kept;
  }

  /** The same request gives the same id, however often it is tried. */
  private static String id(RawRecord request) {
    String name = RESULT_TYPE + " " + request.position();
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static RawHeader text(String key, String value) {
    return new RawHeader(key, value.getBytes(StandardCharsets.UTF_8));
  }
}
