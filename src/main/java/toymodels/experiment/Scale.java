package toymodels.experiment;

/** How much is trained: enough to see each result in minutes on two cores, or as in the paper. */
public enum Scale {
  QUICK,
  FULL
}
