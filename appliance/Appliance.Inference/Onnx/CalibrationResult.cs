namespace Appliance.Inference.Onnx;

/// <summary>What a machine does with the reference network. Immutable.</summary>
/// <param name="SingleMicroseconds">One call of one row.</param>
/// <param name="MicrosecondsPerRow">A row in a batch of so many, by the batch's size.</param>
/// <param name="SideBySideRowsPerSecond">As many callers as cores, one thread a call.</param>
/// <param name="OneCallerRowsPerSecond">One caller whose calls take every core.</param>
public sealed record CalibrationResult(
    double SingleMicroseconds, IReadOnlyDictionary<int, double> MicrosecondsPerRow, double SideBySideRowsPerSecond, double OneCallerRowsPerSecond);
