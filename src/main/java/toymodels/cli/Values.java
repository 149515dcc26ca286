package toymodels.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the values of options, and says in plain words what is wrong with one. */
final class Values {
  private static final String INT =
      "a whole number from %d to %d".formatted(Integer.MIN_VALUE, Integer.MAX_VALUE);
  private static final String LONG = "a whole number from -2^63 to 2^63 - 1";

  private Values() {}

  static void register(CommandLine line) {
    line.registerConverter(int.class, value(Integer::valueOf, INT));
    line.registerConverter(Integer.class, value(Integer::valueOf, INT));
    line.registerConverter(long.class, value(Long::valueOf, LONG));
    line.registerConverter(Long.class, value(Long::valueOf, LONG));
    line.registerConverter(double.class, value(Double::valueOf, "a number"));
    line.registerConverter(Double.class, value(Double::valueOf, "a number"));
    line.registerConverter(boolean.class, value(Values::flag, "true or false"));
    line.registerConverter(Boolean.class, value(Values::flag, "true or false"));
    line.registerConverter(Path.class, Values::path);
  }

  private static <T> ITypeConverter<T> value(Function<String, T> parse, String allowed) {
    return text -> {
      try {
        return parse.apply(text.strip());
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("'%s' is not %s".formatted(text, allowed));
      }
    };
  }

  private static Boolean flag(String text) {
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException();
    }
    return Boolean.valueOf(text);
  }

  private static Path path(String text) {
    try {
      if (text.isEmpty()) {
        throw new TypeConversionException("an empty text is no path");
      }
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new TypeConversionException(
          "'%s' is no path here: %s".formatted(text, e.getReason().toLowerCase()));
    }
  }
}
