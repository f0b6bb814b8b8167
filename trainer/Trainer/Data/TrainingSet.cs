namespace Trainer.Data;

/// <summary>All rows of a pipeline with their labels (1 or 0), and which bytes they came from.</summary>
/// <param name="Source">The files, relative to the samples folder.</param>
/// <param name="Sha256">Of the files' bytes, one after the other.</param>
internal sealed record TrainingSet(FeatureTable Features, float[] Labels, string Source, string Sha256);
