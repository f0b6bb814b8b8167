using Appliance.LoadGen.Bodies;
using Compare.Models;

namespace Compare.Rows;

/// <summary>The measured request in every form that a client takes, written once into the work folder.</summary>
internal sealed class Workload
{
    public const string Model = "mlp";
    public const int MaxBatch = 128;
    private const int Seed = 1;

    /// <summary>Seeds of the weights; the swap row alternates with <see cref="Seed"/> + 1.</summary>
    public static int WeightsOf(int version) => Seed + version % 2;

    private static readonly long[] _shape = [1, MlpGraph.Width];

    private Workload(string work)
    {
        Repository = RepositoryFolder.Create(Path.Combine(work, "repository")).Add(Model, WeightsOf(1));
        Values = InferBody.Values(_shape, Seed);
        Request = InferBody.Request(Model, MlpGraph.Input, _shape, Values);
        Json = InferBody.Json(MlpGraph.Input, _shape, Values);
        FrameFile = Path.GetFullPath(Path.Combine(work, "request.bin"));
        JsonFile = Path.GetFullPath(Path.Combine(work, "request.json"));
        File.WriteAllBytes(FrameFile, InferBody.Frame(Request));
        File.WriteAllBytes(JsonFile, Json);
    }

    public RepositoryFolder Repository { get; }

    public float[] Values { get; }

    public Contracts.Inference.ModelInferRequest Request { get; }

    public byte[] Json { get; }

    /// <summary>The gRPC message with its five-byte prefix.</summary>
    public string FrameFile { get; }

    public string JsonFile { get; }

    public static Workload Create(string work)
    {
        Directory.CreateDirectory(work);
        return new(work);
    }
}
