using Appliance.Inference.Tensors;

namespace Appliance.Host.Cli.Bench;

/// <summary>One input of a made-up request, its shape without open dimensions.</summary>
internal sealed record BenchInput(string Name, Datatype Datatype, long[] Shape, int Elements);
