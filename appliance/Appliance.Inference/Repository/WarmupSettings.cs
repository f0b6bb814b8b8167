namespace Appliance.Inference.Repository;

/// <summary>A request to run before the model is ready.</summary>
/// <param name="Name">What the configuration calls it; may be empty.</param>
/// <param name="BatchSize">Rows, at least 1.</param>
/// <param name="Count">How often it runs, at least 1.</param>
/// <param name="Inputs">One for each input that it gives.</param>
public sealed record WarmupSettings(string Name, int BatchSize, int Count, IReadOnlyList<WarmupInput> Inputs);
