namespace Trainer.Data;

/// <summary>
/// Encoded features, row by row in one array. FP32, because that is what the served graph takes: what is trained on is what is scored.
/// </summary>
internal sealed record FeatureMatrix(float[] Values, int Rows, int Columns);
