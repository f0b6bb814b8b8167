using Appliance.LoadGen.Bodies;
using Compare.Clients;
using Compare.Models;
using Compare.Servers;

namespace Compare.Serving;

/// <summary>A repository of three models - an MLP, a tree ensemble, a small CNN - and the requests of them, written once into the work folder.</summary>
internal sealed class ServingWorkload
{
    public const string Mlp = "mlp", Trees = "trees", Cnn = "cnn";

    /// <summary>Rows of the large request.</summary>
    public const int ManyRows = 128;

    private const int Seed = 1;

    private readonly ServingOptions _options;

    public ServingWorkload(ServingOptions options)
    {
        _options = options;
        Repository = RepositoryFolder.Create(Path.Combine(options.Work, "repository"))
            .Add(Mlp, Seed)
            .AddGraph(Trees, TreeGraph.Build(Seed))
            .AddGraph(Cnn, CnnGraph.Build(Seed));
        Json = Write("mlp.json", InferBody.Json(MlpGraph.Input, [1, MlpGraph.Width], InferBody.Values([1, MlpGraph.Width], Seed)));
    }

    public RepositoryFolder Repository { get; }

    /// <summary>The file of one row for the MLP as JSON.</summary>
    public string Json { get; }

    public Task<ServerProcess> StartApplianceAsync(string program) => ServerProcess.StartApplianceAsync(program, Repository.Path, _options.Work);

    /// <summary>ModelInfer of so many rows of random values, which differ from row to row.</summary>
    public H2LoadCall Infer(ServerProcess server, string model, int rows = 1) =>
        H2LoadCall.Grpc(server.Grpc, Write($"{model}-{rows}.bin", InferBody.Frame(InferBody.Request(model, MlpGraph.Input, [rows, MlpGraph.Width], InferBody.Values([rows, MlpGraph.Width], Seed)))));

    private string Write(string name, byte[] content)
    {
        var path = Path.GetFullPath(Path.Combine(_options.Work, name));
        File.WriteAllBytes(path, content);
        return path;
    }
}
