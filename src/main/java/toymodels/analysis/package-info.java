/**
 * What trained weights mean, and what theory says they should be.
 *
 * <p>Of a model: {@link toymodels.analysis.Geometry} measures its directions, {@link
 * toymodels.analysis.PolytopeNaming} names the shapes they make, {@link
 * toymodels.analysis.HeldOutLoss} and {@link toymodels.analysis.ExactLoss} say how well it does,
 * {@link toymodels.analysis.Selection} which of many to look at; {@link
 * toymodels.analysis.Neurons}, {@link toymodels.analysis.NeuronCode} and {@link
 * toymodels.analysis.AsymmetricMotif} read models with a privileged basis.
 *
 * <p>Of theory: {@link toymodels.analysis.ClosedForms} and {@link toymodels.analysis.PhaseTheory}
 * are written down; {@link toymodels.analysis.ExactMinimum} and {@link
 * toymodels.analysis.RegularMinimum} descend on the exact loss, and {@link
 * toymodels.analysis.PhaseBoundary}, {@link toymodels.analysis.TegumFactors}, {@link
 * toymodels.analysis.PerturbedPentagon} and {@link toymodels.analysis.CorrelatedPairs} follow its
 * minima; {@link toymodels.analysis.Packing} bounds what fits at all.
 */
package toymodels.analysis;
