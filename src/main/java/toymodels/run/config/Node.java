package toymodels.run.config;

/**
 * A value of a config file, with its place.
 *
 * @param value text, a Long, Double or Boolean, a {@code List<Node>}, a {@code Map<String, Node>},
 *     or a date or time, which no key takes
 * @param place the file and line, or the option that gave it
 */
record Node(Object value, String place) {}
