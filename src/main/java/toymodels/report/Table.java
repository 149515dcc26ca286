package toymodels.report;

import java.util.List;

/** Rows of text, such as polytopes with their columns and Gram matrices. */
public record Table(String title, String caption, List<String> header, List<List<String>> rows)
    implements Figure {}
