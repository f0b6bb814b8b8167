using Trainer.Data;

namespace Trainer.Learners;

/// <summary>Encoded rows with their labels.</summary>
internal sealed record LabeledMatrix(FeatureMatrix Features, float[] Labels);
