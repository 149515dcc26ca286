package toymodels.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;

/** Text and data made safe inside a page, whatever they contain. */
final class Html {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Html() {}

  /** Text as the content of an element or the quoted value of an attribute. */
  static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> {
          boolean control = c < ' ' && c != '\n' && c != '\t';
          out.append(control || lonely(text, i) || c >= 0xFFFE ? '\uFFFD' : c);
        }
      }
    }
    return out.toString();
  }

  private static boolean lonely(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }

  /**
   * A data block that a script of the page reads. No {@code <} is left in it, so nothing inside can
   * end the element or open another one.
   */
  static String data(JsonNode node) {
    try {
      String json = JSON.writeValueAsString(node).replace("<", "\\u003c").replace("&", "\\u0026");
      return "<script type=\"application/json\">" + json + "</script>";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("writing the data of a figure as JSON", e);
    }
  }

  /** A number with four significant digits as JSON; null when it is none. */
  static JsonNode number(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return JSON.nullNode();
    }
    return JSON.getNodeFactory().numberNode(new BigDecimal(NumberFormat.plain(value)));
  }

  /** Paragraphs from plain text with blank lines between them. */
  static String paragraphs(String text) {
    StringBuilder out = new StringBuilder();
    for (String paragraph : text.strip().split("\\n\\s*\\n")) {
      if (!paragraph.isBlank()) {
        out.append("<p>").append(escape(paragraph.strip())).append("</p>\n");
      }
    }
    return out.toString();
  }
}
