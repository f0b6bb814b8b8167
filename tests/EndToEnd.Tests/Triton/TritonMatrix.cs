using System.Globalization;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace EndToEnd.Tests.Triton;

/// <summary>
/// One process that serves a sum and a difference for each combination of datatypes that Triton's L0_infer and L0_infer_variable go through: the
/// letters are those of its cases, of the inputs and of either output.
/// </summary>
public sealed class TritonMatrix : IAsyncLifetime
{
    public const int Width = 16;

    private static readonly Dictionary<char, (string Name, DataType Type)> Letters = new()
    {
        ['u'] = ("UINT8", DataType.Uint8), ['b'] = ("INT8", DataType.Int8), ['s'] = ("INT16", DataType.Int16), ['i'] = ("INT32", DataType.Int32),
        ['l'] = ("INT64", DataType.Int64), ['h'] = ("FP16", DataType.Float16), ['f'] = ("FP32", DataType.Float), ['o'] = ("BYTES", DataType.String),
    };

    public static readonly string[] Fixed =
    [
        "uuu", "bbb", "sss", "iii", "lll", "hhh", "fff", "hff", "bii", "ibb", "ibs", "fuu", "uff", "fuh", "iff", "fii", "ihs",
        "ooo", "oii", "oio", "ooi", "ioo", "iio", "ioi",
    ];

    public static readonly string[] Variable = ["fff", "fii", "fll", "fil", "ffi", "iii", "iif", "ooo", "oii", "ooi", "oio"];

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly TemporaryRepository _repository = new();
    private ApplianceProcess? _appliance;

    internal async Task<ApplianceProcess> StartedAsync()
    {
        await _gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_appliance is not null) return _appliance;
            ApplianceBinary.PathOrSkip();
            foreach (var letters in Fixed) Add(letters, Width);
            foreach (var letters in Variable) Add(letters, -1, -1);
            AddReshapes();
            return _appliance = await ApplianceProcess.StartAsync(new ApplianceSettings { Repository = _repository.Path });
        }
        finally
        {
            _gate.Release();
        }
    }

    public static string ModelOf(string letters, bool variable) => variable ? $"variable_{letters}" : letters;

    public static string DatatypeOf(char letter) => Letters[letter].Name;

    /// <summary>Whole numbers as a tensor of a datatype.</summary>
    internal static TensorValue Tensor(char letter, string name, long[] shape, int[] values) => letter switch
    {
        'u' => TensorValue.Of(name, "UINT8", shape, [.. values.Select(v => (byte)v)]),
        'b' => TensorValue.Of(name, "INT8", shape, [.. values.Select(v => (sbyte)v)]),
        's' => TensorValue.Of(name, "INT16", shape, [.. values.Select(v => (short)v)]),
        'i' => TensorValue.Of(name, "INT32", shape, values),
        'l' => TensorValue.Of(name, "INT64", shape, [.. values.Select(v => (long)v)]),
        'h' => TensorValue.Of(name, "FP16", shape, [.. values.Select(v => (Half)v)]),
        'f' => TensorValue.Of(name, "FP32", shape, [.. values.Select(v => (float)v)]),
        'o' => TensorValue.OfStrings(name, shape, [.. values.Select(v => v.ToString(CultureInfo.InvariantCulture))]),
        _ => throw new ArgumentOutOfRangeException(nameof(letter), letter, "no datatype"),
    };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_appliance is not null) await _appliance.DisposeAsync();
        _repository.Dispose();
        _gate.Dispose();
    }

    private void Add(string letters, params long[] dims) => _repository.AddModel(
        ModelOf(letters, variable: dims[0] < 0), OnnxModels.AddSub(Letters[letters[0]].Type, Letters[letters[1]].Type, Letters[letters[2]].Type, dims));

    // Callers see other dimensions than the graph takes.
    private void AddReshapes()
    {
        Reshape("ff1", DataType.Float, [1], []);
        Reshape("ff2", DataType.Float, [2, 4], [8]);
        Reshape("ff3", DataType.Float, [4, 4, 2], [16, 2]);
        Reshape("ff4", DataType.Float, [1, 1], [1]);
        Reshape("ii1", DataType.Int32, [2, 4], [2, 2, 2]);
        Reshape("oo1", DataType.String, [4], [2, 2]);
    }

    private void Reshape(string name, DataType type, long[] dims, long[] inGraph)
    {
        var reshape = $"reshape: {{ shape: [ {string.Join(", ", inGraph)} ] }}";
        var tensor = $"data_type: TYPE_{(type == DataType.Float ? "FP32" : type == DataType.String ? "STRING" : "INT32")} dims: [ {string.Join(", ", dims)} ] {reshape}";
        _repository.AddModel(
            $"reshape_{name}",
            new GraphBuilder("reshape").Input(OnnxModels.Input, type, [-1, .. inGraph]).Output(OnnxModels.Output, type, [-1, .. inGraph])
                .Node("Identity", [OnnxModels.Input], [OnnxModels.Output]).Model(),
            $$"""max_batch_size: 8 input [ { name: "{{OnnxModels.Input}}" {{tensor}} } ] output [ { name: "{{OnnxModels.Output}}" {{tensor}} } ]""");
    }
}
