using Appliance.LoadGen.Arrivals;

namespace Appliance.LoadGen;

/// <summary>One run's settings, as the command line gives them.</summary>
public sealed class LoadOptions
{
    /// <summary>Where the server listens: 8001 is the appliance's gRPC port, 8000 its HTTP port.</summary>
    public Uri Url { get; set; } = new("http://127.0.0.1:8001");

    public LoadProtocol Protocol { get; set; }

    public string Model { get; set; } = "mlp";

    /// <summary>The path to call; absent means the protocol's own infer call of the model.</summary>
    public string? Path { get; set; }

    /// <summary>A body (for gRPC with its five-byte prefix) that goes before <see cref="BodyFile"/>.</summary>
    public byte[]? Body { get; set; }

    /// <summary>A recorded body (for gRPC with its five-byte prefix); absent means one FP32 tensor of the input shape.</summary>
    public string? BodyFile { get; set; }

    /// <summary>A key that every request shows in the header x-api-key; absent means none.</summary>
    public string? ApiKey { get; set; }

    public string InputName { get; set; } = "input";

    public long[] InputShape { get; set; } = [1, 64];

    /// <summary>Requests a second.</summary>
    public double Rate { get; set; } = 1000;

    public ArrivalKind Arrivals { get; set; }

    /// <summary>Seconds that count.</summary>
    public double Duration { get; set; } = 10;

    /// <summary>Seconds at the same rate before them, which do not count.</summary>
    public double Warmup { get; set; } = 2;

    /// <summary>8: at most 100 streams run on each with Kestrel's default, so 800 requests can be out at once.</summary>
    public int Connections { get; set; } = 8;

    /// <summary>Requests out at once; what comes beyond counts as failed, not-sent. It bounds the memory of a run that overloads the server.</summary>
    public int MaxInFlight { get; set; } = 20_000;

    /// <summary>Seconds that the last answers have; after them a request counts as failed, timed-out.</summary>
    public double Drain { get; set; } = 10;

    /// <summary>Milliseconds that a gRPC caller waits for its answer, which the server is told; 0 for callers without a limit.</summary>
    public int DeadlineMilliseconds { get; set; }

    /// <summary>
    /// Models that the calls go to by Zipf's law, the first the most; 0 for the one model. Each has a connection of its own, and is called the model's name
    /// and its number from 0 on.
    /// </summary>
    public int Models { get; set; }

    /// <summary>Whether those connections all call the model of number 0 instead: what the many are compared with.</summary>
    public bool IsOneModel { get; set; }

    public int Seed { get; set; } = 1;

    /// <summary>Where the JSON report goes; absent means nowhere.</summary>
    public string? Output { get; set; }

    public string EffectivePath => Path ?? (Protocol == LoadProtocol.Grpc ? "/inference.GRPCInferenceService/ModelInfer" : $"/v2/models/{Model}/infer");
}
